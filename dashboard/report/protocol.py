"""What a report tells of a meeting's protocol."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.report.wording import LEVELS
from dashboard.words import protocol
from gateway.domain.protocol.templates import MEASURED_ONLY
from gateway.domain.protocol.verdict import ItemOutcome, KeptProtocol
from gateway.domain.room_state import Level
from gateway.words.cited import source_words
from gateway.words.locale import PageLocale
from gateway.words.protocols import item_text, protocol_name

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProtocolText:
    """What was measured and what was declared stand apart."""

    name: str
    level: Level
    headline: str
    measured: Facts
    declared: Facts
    source: str


def protocol_text(
    kept: KeptProtocol | None,
    end: datetime,
    now: datetime,
    locale: PageLocale,
    *,
    tells_who: bool,
) -> ProtocolText | None:
    """None where it only repeats the room's limits."""
    if kept is None or kept.protocol.slug == MEASURED_ONLY.slug:
        return None

    def fact(one: ItemOutcome) -> tuple[str, str]:
        said = protocol.said_words(one, end, locale, tells_who=tells_who)
        note = one.declaration.note if one.declaration is not None and tells_who else ""
        words = protocol.verdict_words(one, "overdue", locale)
        if one.declaration is None and one.item.kind == "declared":
            words = locale.gettext("nobody said")
        advice = "" if one.item.required else locale.gettext("advice")
        return item_text(one.item, locale), " · ".join(filter(None, (words, said, note, advice)))

    return ProtocolText(
        protocol_name(kept.protocol, locale),
        LEVELS[kept.verdict],
        protocol.headline(kept, max(now, end), end, locale),
        tuple(fact(one) for one in kept.of("measured")),
        tuple(fact(one) for one in kept.of("declared")),
        " · ".join(filter(None, (source_words(kept.protocol, locale), kept.protocol.dated))),
    )
