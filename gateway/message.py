"""The words of a message about a flag, in the language of the venue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from gateway.domain.notice import Notice


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; the braces are filled in by ``_values``."""

    subject: dict[tuple[str, str], str]
    what: dict[tuple[str, str], str]
    since: str
    lasted: str
    advice_title: str
    advice: dict[str, str]
    no_data_advice: str
    more: str


NL = Words(
    subject={
        ("firing", "co2"): "{room}: CO₂ is {value} ppm, de streefwaarde is {limit}",
        ("firing", "occupancy"): "{room}: {value} mensen, {over} te veel",
        ("firing", "no_data"): "{room}: al {minutes} min geen meting",
        ("resolved", "co2"): "{room}: CO₂ is weer goed",
        ("resolved", "occupancy"): "{room}: niet meer te vol",
        ("resolved", "no_data"): "{room}: er komen weer metingen",
    },
    what={
        (
            "firing",
            "co2",
        ): "De CO₂ is {value} ppm. Dat is {over} ppm boven de streefwaarde van {limit} ppm.",
        (
            "firing",
            "occupancy",
        ): "Er zijn {value} mensen, {over} meer dan de {limit} die er mogen zijn.",
        (
            "firing",
            "no_data",
        ): "De sensor geeft geen metingen. Of de lucht goed is, is niet te zien.",
        (
            "resolved",
            "co2",
        ): "De CO₂ is weer {value} ppm. De hoogste waarde was {peak} ppm; de streefwaarde is {limit} ppm.",
        (
            "resolved",
            "occupancy",
        ): "Er zijn nu {value} mensen; er mogen er {limit} zijn. Het waren er hoogstens {peak}.",
        ("resolved", "no_data"): "De sensor geeft weer metingen.",
    },
    since="Sinds {since}.",
    lasted="Van {since} tot {at}.",
    advice_title="Wat nu:",
    advice={
        "open_windows": "zet ramen en deuren open.",
        "at_most": "laat niet meer dan {people} mensen in de zaal.",
    },
    no_data_advice="kijk of de sensor stroom heeft en verbinding maakt.",
    more="Meer: {link}",
)
EN = Words(
    subject={
        ("firing", "co2"): "{room}: CO₂ is {value} ppm, the target is {limit}",
        ("firing", "occupancy"): "{room}: {value} people, {over} over",
        ("firing", "no_data"): "{room}: no reading for {minutes} min",
        ("resolved", "co2"): "{room}: CO₂ is fine again",
        ("resolved", "occupancy"): "{room}: no longer too full",
        ("resolved", "no_data"): "{room}: readings are back",
    },
    what={
        ("firing", "co2"): "CO₂ is {value} ppm. That is {over} ppm over the target of {limit} ppm.",
        (
            "firing",
            "occupancy",
        ): "There are {value} people, {over} more than the {limit} that are allowed.",
        (
            "firing",
            "no_data",
        ): "The sensor sends no readings. Whether the air is fine cannot be seen.",
        (
            "resolved",
            "co2",
        ): "CO₂ is back at {value} ppm. The highest was {peak} ppm; the target is {limit} ppm.",
        (
            "resolved",
            "occupancy",
        ): "There are {value} people now; {limit} are allowed. There were {peak} at most.",
        ("resolved", "no_data"): "The sensor sends readings again.",
    },
    since="Since {since}.",
    lasted="From {since} to {at}.",
    advice_title="What to do:",
    advice={
        "open_windows": "open windows and doors.",
        "at_most": "let no more than {people} people into the room.",
    },
    no_data_advice="see whether the sensor has power and a connection.",
    more="More: {link}",
)
LANGUAGES = {"nl": NL, "en": EN}


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text; the subject is one line."""

    subject: str
    body: str


def write(notice: Notice, public_url: str) -> Message:
    """What a notice says to the person it goes to."""
    locale = notice.language if notice.language in LANGUAGES else "en"
    words = LANGUAGES[locale]
    key = (notice.kind, notice.rule)
    values = _values(notice, locale) | {"link": link(notice, public_url)}
    when = words.since if notice.kind == "firing" else words.lasted
    lines = [_heading(notice), "", words.what[key].format(**values), when.format(**values)]
    lines += _advice(notice, words)
    lines += ["", words.more.format(**values), ""]
    return Message(one_line(words.subject[key].format(**values)), "\n".join(lines))


def link(notice: Notice, public_url: str) -> str:
    """The page of the meeting, or of the room where none is going on. Meeting ids may be anybody's:
    what does not belong in an address is escaped.
    """
    base = public_url.rstrip("/")
    if notice.meeting is None:
        return f"{base}/rooms/{notice.venue}/{notice.room}"
    return f"{base}/meetings/{quote(notice.meeting.id, safe='')}"


def one_line(text: str) -> str:
    """Text that cannot begin a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _heading(notice: Notice) -> str:
    place = f"{notice.room_name}, {notice.venue_name}"
    return one_line(place if notice.meeting is None else f"{notice.meeting.title} ({place})")


def _advice(notice: Notice, words: Words) -> list[str]:
    if notice.kind == "resolved":
        return []
    said = [
        words.advice[item["code"]].format(**item)
        for item in notice.advice
        if item["code"] in words.advice
    ]
    if notice.rule == "no_data":
        said = [words.no_data_advice]
    return ["", *(f"{words.advice_title} {sentence}" for sentence in said)] if said else []


def _values(notice: Notice, locale: str) -> dict[str, str]:
    zone = _zone(notice.timezone)
    value, limit = notice.value or 0.0, notice.limit or 0.0
    silent = (notice.at - notice.since) / timedelta(minutes=1)
    numbers = {
        "value": value,
        "limit": limit,
        "peak": notice.peak if notice.peak is not None else value,
        "over": max(0.0, round(value) - round(limit)),
        "minutes": max(1, round(silent)),
    }
    shown = {name: format_decimal(round(n), locale=locale) for name, n in numbers.items()}
    since = _moment(notice.since, notice.at, zone, locale)
    at = format_time(notice.at.astimezone(zone), "HH:mm", locale=locale)
    return shown | {"room": notice.room_name, "since": since, "at": at}


def _moment(moment: datetime, now: datetime, zone: ZoneInfo, locale: str) -> str:
    """The venue's time of day, with the date where that is not the day of ``now``."""
    local = moment.astimezone(zone)
    time = format_time(local, "HH:mm", locale=locale)
    if local.date() == now.astimezone(zone).date():
        return time
    return f"{format_date(local, 'd MMMM', locale=locale)} {time}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")
