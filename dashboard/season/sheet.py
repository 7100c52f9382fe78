"""A season in words: what its page and its PDF show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from dashboard.report import units
from dashboard.report.details import action_words
from dashboard.words.codes import how_far_over, rule_words
from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Item
from gateway.domain.report.flag_history import FlagAction
from gateway.domain.room_state import Level
from gateway.domain.season.line import MEASURED
from gateway.proof.canonical import Document
from gateway.proof.signing_key import PublicKey
from gateway.words.locale import DASH, PageLocale
from gateway.words.policies import policy_name
from gateway.words.protocols import item_text

TELLS_CHANGES: Final = 6


@dataclass(frozen=True, slots=True)
class Split:
    """How many meetings came out how, as a bar: ``shares`` are (level, from, width) in per cent of the
    longest.
    """

    name: str
    kept: str
    not_kept: str
    cannot_say: str
    shares: tuple[tuple[Level, float, float], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class RoomRow:
    name: str
    meetings: str
    hours: str
    people_hours: str
    kept: str
    not_kept: str
    cannot_say: str
    measured: str


@dataclass(frozen=True, slots=True)
class WorstRow:
    """``meeting`` is its id where the visitor may look there, else empty."""

    when: str
    room: str
    what: str
    over: str
    done: tuple[str, ...]
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class SeasonSheet:
    name: str
    days: str
    level: Level
    headline: str
    explanations: tuple[str, ...]
    tiles: tuple[tuple[str, str, str], ...]
    months: tuple[Split, ...]
    measured: tuple[Split, ...]
    declared: tuple[Split, ...]
    policies: tuple[Split, ...]
    rooms: tuple[RoomRow, ...]
    worst: tuple[WorstRow, ...]
    sensors: str
    version: str
    changes: tuple[str, ...]
    signed: str
    thumbprint: str
    address: str


def season_sheet(
    document: Document, meetings: tuple[str, ...], locale: PageLocale, zone: ZoneInfo
) -> SeasonSheet:
    """The words of a signed document; ``meetings`` are the ids of its worst, as far as they may be
    linked to.
    """
    signature = document["signature"]
    longest = max((month["meetings"] for month in document["months"]), default=1)
    rules = document["by_rule"]
    most_said = max((_asked(tally) for tally in document["declared"].values()), default=1)
    return SeasonSheet(
        name=document["name"],
        days=days_words(document, locale, zone),
        level=_level(document),
        headline=_headline(document, locale),
        explanations=tuple(_explanations(document, locale)),
        tiles=tuple(_tiles(document, locale)),
        months=tuple(
            _split(_month_name(month["month"], locale, zone), month, longest, locale, hours=True)
            for month in document["months"]
        ),
        measured=tuple(
            _split(rule_words(rule, locale), rules[rule], document["meetings"], locale)
            for rule in MEASURED
        ),
        declared=tuple(
            _split(_item(item, document, locale), tally, most_said, locale)
            for item, tally in document["declared"].items()
        ),
        policies=tuple(_policies(document, locale, zone)),
        rooms=tuple(_room(room, document, locale) for room in document["rooms"]),
        worst=tuple(_worst(document, meetings, locale, zone)),
        sensors=_sensors(document, locale),
        version=locale.gettext("version %(number)s", number=document["version"]),
        changes=tuple(_changes(document, locale)),
        signed=locale.gettext(
            "Signed by %(name)s on %(when)s.", name=signature["name"],
            when=_moment(signature["at"], locale),
        ),
        thumbprint=PublicKey(signature["key"]).thumbprint,
        address=signature["address"],
    )  # fmt: skip


def days_words(document: Document, locale: PageLocale, zone: ZoneInfo) -> str:
    """The first day and the last, that one included."""
    first = date.fromisoformat(document["from"])
    last = date.fromisoformat(document["to"]) - timedelta(days=1)
    words = (locale.date_and_year(_noon(day, zone)) for day in (first, last))
    return " – ".join(words)


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)


def _moment(text: str, locale: PageLocale) -> str:
    at = datetime.fromisoformat(text)
    return f"{locale.date_and_year(at)}, {locale.time(at)}"


def _month_name(month: str, locale: PageLocale, zone: ZoneInfo) -> str:
    return locale.month_and_year(_noon(date.fromisoformat(f"{month}-01"), zone))


def _level(document: Document) -> Level:
    if document["not_kept"]:
        return "act" if 10 * document["not_kept"] > document["meetings"] else "watch"
    return "good" if document["kept"] and not document["cannot_say"] else "unknown"


def _headline(document: Document, locale: PageLocale) -> str:
    if not document["meetings"]:
        return locale.gettext("No meeting of these days has a report yet.")
    is_all = document["kept"] == document["meetings"]
    if is_all and document["declared"]:
        return locale.gettext("Every meeting kept to its limits and its protocol.")
    if is_all:
        return locale.gettext("Every meeting kept to its limits.")
    counts = {name: locale.number(document[name]) for name in ("kept", "meetings")}
    if document["declared"]:
        return locale.gettext(
            "%(kept)s of %(meetings)s meetings kept to their limits and their protocol.", **counts
        )
    return locale.gettext("%(kept)s of %(meetings)s meetings kept to their limits.", **counts)


def _explanations(document: Document, locale: PageLocale) -> Iterator[str]:
    not_kept = document["not_kept"]
    if not_kept and document["declared"]:
        yield locale.ngettext(
            "%(number)s meeting did not.", "%(number)s meetings did not.", not_kept
        )
    elif not_kept:
        yield locale.ngettext(
            "%(number)s meeting went over.", "%(number)s meetings went over.", not_kept
        )
    if document["cannot_say"]:
        yield locale.ngettext(
            "Of %(number)s meeting it cannot be said.",
            "Of %(number)s meetings it cannot be said.",
            document["cannot_say"],
        )


def _tiles(document: Document, locale: PageLocale) -> Iterator[tuple[str, str, str]]:
    """Name, figure and what there is to say of it."""
    yield locale.gettext("Meetings"), locale.number(document["meetings"]), ""
    yield locale.gettext("Hours"), locale.number(document["hours"]), ""
    uncounted = document["meetings"] - document["counted"]
    notes = []
    if document["counted_by_air"]:
        number = document["counted_by_air"]
        notes.append(
            locale.ngettext(
                "%(number)s meeting counted by its air",
                "%(number)s meetings counted by their air",
                number,
            )
        )
    if uncounted:
        notes.append(
            locale.ngettext(
                "%(number)s meeting not counted", "%(number)s meetings not counted", uncounted
            )
        )
    people = locale.number(document["people_hours"])
    yield locale.gettext("People-hours"), people, " · ".join(notes)
    yield (
        locale.gettext("Measured"),
        _share(document["completeness"], locale),
        locale.gettext("of the hours"),
    )


def _share(value: float | None, locale: PageLocale) -> str:
    return DASH if value is None else f"{locale.number(100 * value)}\u00a0%"


def _split(
    name: str, part: dict[str, Any], longest: int, locale: PageLocale, *, hours: bool = False
) -> Split:
    more = ""
    if hours:
        more = locale.gettext("%(hours)s hours", hours=locale.number(part["hours"]))
    elif part.get("minutes_over"):
        over = units.minutes(part["minutes_over"], locale)
        more = locale.gettext("%(minutes)s past the limit", minutes=over)
    elif part.get("no_limit"):
        more = locale.ngettext(
            "%(number)s without such a limit", "%(number)s without such a limit", part["no_limit"]
        )
    return Split(
        name,
        locale.number(part["kept"]),
        locale.number(part["not_kept"]),
        locale.number(part["cannot_say"]),
        tuple(_shares(part, max(1, longest))),
        more,
    )


def _asked(tally: dict[str, Any]) -> int:
    """Of how many meetings an item was asked."""
    return int(tally["kept"] + tally["not_kept"] + tally["cannot_say"])


def _shares(part: dict[str, Any], longest: int) -> Iterator[tuple[Level, float, float]]:
    ways: tuple[tuple[Level, str], ...] = (
        ("good", "kept"), ("unknown", "cannot_say"), ("act", "not_kept"),
    )  # fmt: skip
    left = 0.0
    for level, way in ways:
        width = 100 * part[way] / longest
        if width:
            yield level, round(left, 2), round(width, 2)
        left += width


def _policies(document: Document, locale: PageLocale, zone: ZoneInfo) -> Iterator[Split]:
    for held in document["policies"]:
        policy = Policy(held["policy"], held["name"])
        first, last = (
            locale.date_and_year(_noon(date.fromisoformat(held[name]), zone))
            for name in ("first", "last")
        )
        limits = [units.ppm(held["co2_limit_ppm"], locale)] if held["co2_limit_ppm"] else []
        limits += [units.lps(held["min_flow_lps"], locale)] if held["min_flow_lps"] else []
        split = _split(policy_name(policy, locale), held, document["meetings"], locale)
        when = first if first == last else f"{first} – {last}"
        yield Split(
            split.name, split.kept, split.not_kept, split.cannot_say, split.shares,
            " · ".join((when, *limits)),
        )  # fmt: skip


def _place(venue: str, room: str, document: Document) -> str:
    names = document["names"]
    name = names.get(f"{venue}/{room}", room)
    return name if len(document["venues"]) == 1 else f"{name}, {names.get(venue, venue)}"


def _item(item: str, document: Document, locale: PageLocale) -> str:
    """What was asked of the host."""
    asked = document["items"].get(item, {"text": "", "texts": {}})
    words = item_text(Item(item, "declared", text=asked["text"], texts=asked["texts"]), locale)
    return words or item


def _room(room: dict[str, Any], document: Document, locale: PageLocale) -> RoomRow:
    return RoomRow(
        _place(room["venue"], room["room"], document),
        locale.number(room["meetings"]),
        locale.number(room["hours"]),
        locale.number(room["people_hours"]),
        locale.number(room["kept"]),
        locale.number(room["not_kept"]),
        locale.number(room["cannot_say"]),
        _share(room["completeness"], locale),
    )


def _worst(
    document: Document, meetings: tuple[str, ...], locale: PageLocale, zone: ZoneInfo
) -> Iterator[WorstRow]:
    for index, one in enumerate(document["worst"]):
        start = datetime.fromisoformat(one["start"]).astimezone(zone)
        far = how_far_over(one["rule"], one["worst"], one["limit"], locale)
        actions = [
            FlagAction(datetime.fromisoformat(a["at"]), a["kind"], a["who"]) for a in one["done"]
        ]
        yield WorstRow(
            f"{locale.date_and_year(start)}, {locale.time(start)}",
            _place(one["venue"], one["room"], document),
            " · ".join(filter(None, (rule_words(one["rule"], locale), far))),
            units.minutes(one["minutes_over"], locale),
            tuple(
                f"{locale.moment(action.at, start)} {action_words(action, locale)}"
                for action in actions
            ),
            meetings[index] if index < len(meetings) else "",
        )


def _sensors(document: Document, locale: PageLocale) -> str:
    sensors = document["sensors"]
    found = []
    if sensors["expected"]:
        share = _share(sensors["received"] / sensors["expected"], locale)
        found.append(locale.gettext("%(share)s of the readings came.", share=share))
    found.append(
        locale.ngettext(
            "A sensor was broken during %(number)s meeting.",
            "A sensor was broken during %(number)s meetings.",
            sensors["faults"],
        )
        if sensors["faults"]
        else locale.gettext("No sensor was broken during a meeting.")
    )
    if sensors["gaps"]:
        found.append(
            locale.ngettext(
                "For a while nothing was heard of the room during %(number)s meeting.",
                "For a while nothing was heard of the room during %(number)s meetings.",
                sensors["gaps"],
            )
        )
    return " ".join(found)


def _changes(document: Document, locale: PageLocale) -> Iterator[str]:
    names = {
        "meetings": locale.gettext("meetings"),
        "kept": locale.gettext("kept"),
        "not_kept": locale.gettext("not kept"),
        "cannot_say": locale.gettext("cannot be said"),
        "hours": locale.gettext("hours"),
        "people_hours": locale.gettext("people-hours"),
    }
    for version in reversed(document["changed"][-TELLS_CHANGES:]):
        figures = [
            f"{names[one['what']]} {_figure(one['before'], locale)} → "
            f"{_figure(one['after'], locale)}"
            for one in version["figures"]
            if one["what"] in names
        ]
        head = locale.gettext("version %(number)s", number=version["version"])
        when = _moment(version["at"], locale)
        details = locale.gettext("details")
        yield f"{head}, {when}: {', '.join(figures) or details}"


def _figure(value: float | None, locale: PageLocale) -> str:
    return DASH if value is None else locale.number(value)
