"""The protocol of a meeting as it is shown: what is to be said first, what was measured apart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dashboard.report.wording import LEVELS
from dashboard.words.protocol import headline, said_words, verdict_words
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.templates import MEASURED_ONLY
from gateway.domain.protocol.times import due
from gateway.domain.protocol.verdict import ItemOutcome, KeptProtocol
from gateway.domain.room_state import Level
from gateway.words.cited import source_words
from gateway.words.locale import PageLocale
from gateway.words.protocols import item_text, protocol_name, when_words

ORDER = ("overdue", "due", "later", "said")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """``standing`` is when it is to be said, or that it was; ``url`` is where that is sent, None for who
    may only look.
    """

    id: str
    text: str
    when: str
    standing: str
    level: Level
    word: str
    said: str
    note: str
    is_required: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class ProtocolPanel:
    """``declared`` are in the order in which they want somebody, ``measured`` in the protocol's own.
    ``is_plain`` is one that only repeats the room's limits.
    """

    name: str
    source: str
    level: Level
    headline: str
    declared: tuple[ItemLine, ...]
    measured: tuple[ItemLine, ...]
    is_plain: bool

    @property
    def waiting(self) -> int:
        """How many want somebody now."""
        return sum(line.standing in ("overdue", "due") for line in self.declared)


def protocol_panel(
    meeting: Meeting,
    kept: KeptProtocol,
    now: datetime,
    locale: PageLocale,
    address: Callable[[str], str] | None,
    *,
    tells_who: bool = True,
) -> ProtocolPanel:
    """``address`` gives where a word on an item is sent, None for who may only look; who said what and
    why is left out without ``tells_who``.
    """

    def line(outcome: ItemOutcome) -> ItemLine:
        item, declaration = outcome.item, outcome.declaration
        times = due(item.when, meeting.start, meeting.end)
        is_said = declaration is not None or item.kind == "measured"
        standing = "said" if is_said else times.standing(now)
        level = LEVELS[outcome.verdict]
        if outcome.verdict == "cannot_say" and standing != "overdue":
            level = "unknown"
        return ItemLine(
            id=item.id,
            text=item_text(item, locale),
            when=when_words(item.when, locale),
            standing=standing,
            level=level,
            word=verdict_words(outcome, standing, locale, is_over=now >= meeting.end),
            said=said_words(outcome, now, locale, tells_who=tells_who),
            note=declaration.note if declaration is not None and tells_who else "",
            is_required=item.required,
            url=None if address is None or item.kind == "measured" else address(item.id),
        )

    declared = [line(one) for one in kept.of("declared")]
    declared.sort(key=lambda one: (ORDER.index(one.standing), not one.is_required))
    protocol = kept.protocol
    source = " · ".join(filter(None, (source_words(protocol, locale), protocol.dated)))
    is_over = now >= meeting.end
    level = LEVELS[kept.verdict]
    return ProtocolPanel(
        name=protocol_name(protocol, locale),
        source=source,
        level="unknown" if kept.verdict == "cannot_say" and not is_over else level,
        headline=headline(kept, now, meeting.end, locale),
        declared=tuple(declared),
        measured=tuple(line(one) for one in kept.of("measured")),
        is_plain=protocol.slug == MEASURED_ONLY.slug,
    )
