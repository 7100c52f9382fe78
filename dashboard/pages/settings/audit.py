"""Who changed what: the audit trail with its filters, and the same as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from dashboard.csv_rows import safe
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.web.reach import access
from dashboard.web.services import services
from dashboard.words.audit import how_words, noun_words, what_words
from gateway.domain.access import Need
from gateway.domain.audit import ADDRESS_KEPT, Entry, Row
from gateway.registry.audit.entries import Wanted, entries, every_entry, nouns, whos
from gateway.registry.rooms import all_venues
from gateway.words.locale import PageLocale
from sensors.wire.instant import to_wire
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("audit", __name__)

SHOWN: Final = 50
CHUNK: Final = 64 * 1024
LONGEST_ID: Final = 12
NOTHING: Final[tuple[Any, ...]] = (None, "", [])
COLUMNS: Final = (
    "at", "who", "how", "label", "what", "venue", "object", "before", "after", "from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that differs: its key, and what it was and is, as text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry in words."""

    time: str
    who: str
    how: str
    address: str
    what: str
    object: str
    venue: str
    changes: list[ChangeLine]


@blueprint.get("/settings/audit")
def audit() -> str:
    locale, reach = locale_at(), access().venues(Need.ROLES)
    before = request.args.get("before", "")
    with services().database.read() as conn:
        found = entries(
            conn, _wanted(locale), now(), SHOWN + 1,
            int(before) if before.isdecimal() and len(before) < LONGEST_ID else None,
        )  # fmt: skip
        known_whos, known_nouns = whos(conn, reach), nouns(conn, reach)
        venues = [one for one in all_venues(conn) if reach is None or one.slug in reach]
    shown = found[:SHOWN]
    named = sorted(((noun_words(noun, locale), noun) for noun in known_nouns), key=_folded)
    return render_template(
        "settings/audit.html",
        lines=[_line(entry, locale) for _, entry in shown],
        whos=known_whos,
        nouns=named,
        venues=venues,
        chosen={name: request.args.get(name, "") for name in _FILTERS},
        is_filtered=any(request.args.get(name) for name in _FILTERS),
        older=_older(shown[-1][0]) if len(found) > SHOWN else None,
        csv=f"{url_for('audit.audit_csv')}?{_query()}".rstrip("?"),
        keep_days=services().audit.keep_days,
        address_days=ADDRESS_KEPT.days,
    )


@blueprint.get("/settings/audit.csv")
def audit_csv() -> Response:
    """All that the filters leave, however much it is."""
    chunks = stream_with_context(_csv(_wanted(locale_at())))
    answer = Response(chunks, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="luchtig-audit.csv"'
    return answer


_FILTERS: Final = ("who", "what", "venue", "from", "to")


def _wanted(locale: PageLocale) -> Wanted:
    reach = access().venues(Need.ROLES)
    venue = request.args.get("venue", type=VenueSlug)
    since, until = _day("from"), _day("to")
    return Wanted(
        venues=(venue,) if venue else reach,
        who=request.args.get("who", ""),
        noun=request.args.get("what", ""),
        since=None if since is None else _midnight(since, locale),
        until=None if until is None else _midnight(until + timedelta(days=1), locale),
    )


def _day(name: str) -> date | None:
    """A day of a filter; one that no clock knows is none."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _midnight(day: date, locale: PageLocale) -> datetime:
    return datetime.combine(day, time(), locale.zone)


def _query(**more: str) -> str:
    chosen = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    return urlencode(chosen | more)


def _older(number: int) -> str:
    return f"{url_for('audit.audit')}?{_query(before=str(number))}"


def _folded(pair: tuple[str, str]) -> str:
    return pair[0].casefold()


def _line(entry: Entry, locale: PageLocale) -> AuditLine:
    act = entry.act
    venue = "" if entry.venue is None else registry_view().venue(VenueSlug(entry.venue)).name
    return AuditLine(
        time=locale.moment(act.at, now()),
        who=act.who,
        how=how_words(act.how, act.label, locale),
        address=act.address,
        what=what_words(entry, locale),
        object="" if entry.object == entry.venue else entry.object,
        venue=venue,
        changes=_changes(entry.before or {}, entry.after or {}),
    )


def _changes(before: Row, after: Row) -> list[ChangeLine]:
    names = dict.fromkeys((*before, *after))
    return [
        ChangeLine(name, _text(before.get(name)), _text(after.get(name)))
        for name in names
        if before.get(name) not in NOTHING or after.get(name) not in NOTHING
    ]


def _text(value: Any) -> str:
    """A value as people read it; nothing of what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        rows = any(isinstance(one, dict) for one in value)
        return ("\n" if rows else ", ").join(map(_text, value))
    if isinstance(value, dict):
        held = {name: its for name, its in value.items() if its not in NOTHING}
        return ", ".join(f"{name} {_text(its)}" for name, its in held.items())
    return str(value)


def _csv(wanted: Wanted) -> Iterator[bytes]:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    with services().database.read() as conn:
        for entry in every_entry(conn, wanted, now()):
            lines.writerow(map(safe, _cells(entry)))
            if text.tell() >= CHUNK:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
    yield text.getvalue().encode()


def _cells(entry: Entry) -> tuple[str, ...]:
    act = entry.act
    before, after = (
        "" if held is None else msgspec.json.encode(held).decode()
        for held in (entry.before, entry.after)
    )
    return (
        to_wire(act.at), act.who, act.how, act.label, entry.what, entry.venue or "", entry.object,
        before, after, act.address,
    )  # fmt: skip
