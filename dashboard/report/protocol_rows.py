"""What became of meetings' protocols as CSV: a line for each item, what was measured and what was declared
apart.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from dashboard.csv_rows import safe
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.verdict import ItemOutcome, KeptProtocol
from gateway.registry.database import Database
from gateway.registry.rooms import all_venues
from gateway.reports.protocol import kept_protocols
from gateway.words.locale import DEFAULT_LANGUAGE, PageLocale, locale_of
from gateway.words.protocols import item_text
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug

COLUMNS: Final = (
    "meeting", "title", "venue", "room", "start", "end", "protocol", "version", "verdict",
    "measured", "declared", "item", "text", "kind", "rule", "when", "required", "item_verdict",
    "said", "said_at", "late", "by", "note",
)  # fmt: skip
AT_A_TIME: Final = 200


@dataclass(frozen=True, slots=True)
class Teller:
    """``tells_words`` says of which meeting it is told who said what and why, ``name`` gives the name of
    who did, None where that is an address that is not for whoever asks.
    """

    tells_words: Callable[[Meeting], bool]
    name: Callable[[str, VenueSlug], str | None]


def everything() -> Teller:
    """Of whoever has the database itself."""
    return Teller(lambda _: True, lambda name, _: name)


def protocol_chunks(
    database: Database, meetings: Sequence[Meeting], now: datetime, teller: Teller
) -> Iterator[bytes]:
    """The lines in UTF-8, some hundred meetings at a time, in the order they are given.

    Raises:
        DatabaseAway: it went away, also after a part was given.

    """
    yield _lines([COLUMNS])
    left = iter(meetings)
    while some := tuple(islice(left, AT_A_TIME)):
        with database.read() as conn:
            kept = kept_protocols(conn, some, now)
            spoken = {venue.slug: venue.language for venue in all_venues(conn)}
        yield _lines(
            [
                row
                for one in some
                for row in _rows(
                    one, kept[one.id], locale_of(spoken.get(one.venue, DEFAULT_LANGUAGE)), teller
                )
            ]
        )


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _rows(
    meeting: Meeting, kept: KeptProtocol, locale: PageLocale, teller: Teller
) -> Iterator[list[str]]:
    whole = [
        meeting.id,
        safe(meeting.public_title or ""),
        meeting.venue,
        meeting.room,
        to_wire(meeting.start),
        to_wire(meeting.end),
        kept.protocol.slug,
        str(kept.protocol.version),
        kept.verdict,
        kept.verdict_of("measured") or "",
        kept.verdict_of("declared") or "",
    ]
    for outcome in kept.outcomes:
        item = outcome.item
        asked = [
            item.id,
            safe(item_text(item, locale)),
            item.kind,
            item.rule or "",
            item.when if item.kind == "declared" else "",
            _truth(is_so=item.required),
            outcome.verdict,
        ]
        yield [*whole, *asked, *_said(meeting, outcome, teller)]


def _said(meeting: Meeting, outcome: ItemOutcome, teller: Teller) -> list[str]:
    said = outcome.declaration
    if said is None:
        return [""] * 5
    is_told = teller.tells_words(meeting)
    name = (teller.name(said.by, meeting.venue) or "") if is_told else ""
    return [
        _truth(is_so=said.declared),
        to_wire(said.at),
        _truth(is_so=outcome.late),
        safe(name),
        safe(said.note) if is_told else "",
    ]


def _truth(*, is_so: bool) -> str:
    return "true" if is_so else "false"
