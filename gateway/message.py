"""The words of a message about a flag, in the language of the venue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from gateway.domain.notice import Notice
from gateway.report_message import report_text


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; the braces are filled in by ``_values``."""

    subject: dict[tuple[str, str], str]
    what: dict[tuple[str, str], str]
    since: str
    lasted: str
    advice_title: str
    advice: dict[str, str]
    rule_advice: dict[str, str]
    faults: dict[str, str]
    other_fault: str
    more: str


NL = Words(
    subject={
        ("firing", "co2"): "{room}: CO₂ is {value} ppm, de streefwaarde is {limit}",
        ("firing", "occupancy"): "{room}: {value} mensen, {over} te veel",
        ("firing", "ventilation"): "{room}: {value} l/s verse lucht per persoon, {limit} is nodig",
        ("firing", "sensor_fault"): "{room}: een sensor klopt niet",
        ("firing", "no_data"): "{room}: al {minutes} min geen meting",
        ("resolved", "co2"): "{room}: CO₂ is weer goed",
        ("resolved", "occupancy"): "{room}: niet meer te vol",
        ("resolved", "ventilation"): "{room}: weer genoeg verse lucht",
        ("resolved", "sensor_fault"): "{room}: de sensoren kloppen weer",
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
            "ventilation",
        ): "Er komt naar schatting {value} l/s verse lucht per persoon binnen; {limit} l/s is nodig.",
        (
            "firing",
            "sensor_fault",
        ): "Wat een sensor hier geeft, kan niet kloppen. Het telt voorlopig niet mee in de schattingen.",
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
        (
            "resolved",
            "ventilation",
        ): "Er is weer genoeg verse lucht; {limit} l/s per persoon is nodig. "
        "Het minste was naar schatting {peak} l/s.",
        ("resolved", "sensor_fault"): "Wat de sensoren hier geven, klopt weer.",
        ("resolved", "no_data"): "De sensor geeft weer metingen.",
    },
    since="Sinds {since}.",
    lasted="Van {since} tot {at}.",
    advice_title="Wat nu:",
    advice={
        "open_windows": "zet ramen en deuren open.",
        "at_most": "laat niet meer dan {people} mensen in de zaal.",
    },
    rule_advice={
        "no_data": "kijk of de sensor stroom heeft en verbinding maakt.",
        "sensor_fault": "kijk of de sensor goed hangt, en anders of hij vervangen moet worden.",
    },
    faults={
        "stuck": "{device} geeft steeds dezelfde waarde.",
        "jump": "{device} springt sneller dan de lucht kan.",
        "drift": "{device} loopt van nacht tot nacht weg.",
        "warm_up": "{device} warmt nog op.",
        "saturated": "{device} staat aan het eind van zijn bereik.",
        "disagreement": "{device} geeft iets anders dan de andere sensor in de zaal.",
        "door_drift": "{device} telt verkeerd: wie er binnen zijn klopt niet meer.",
        "below_outdoor": "{device} geeft minder CO₂ dan er buiten is.",
    },
    other_fault="{device} klopt niet.",
    more="Meer: {link}",
)
EN = Words(
    subject={
        ("firing", "co2"): "{room}: CO₂ is {value} ppm, the target is {limit}",
        ("firing", "occupancy"): "{room}: {value} people, {over} over",
        ("firing", "ventilation"): "{room}: {value} l/s of fresh air per person, {limit} needed",
        ("firing", "sensor_fault"): "{room}: a sensor cannot be right",
        ("firing", "no_data"): "{room}: no reading for {minutes} min",
        ("resolved", "co2"): "{room}: CO₂ is fine again",
        ("resolved", "occupancy"): "{room}: no longer too full",
        ("resolved", "ventilation"): "{room}: enough fresh air again",
        ("resolved", "sensor_fault"): "{room}: the sensors are right again",
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
            "ventilation",
        ): "About {value} l/s of fresh air comes in for each person; {limit} l/s is needed.",
        (
            "firing",
            "sensor_fault",
        ): "What a sensor shows here cannot be right. For now the estimates leave it out.",
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
        (
            "resolved",
            "ventilation",
        ): "There is enough fresh air again; {limit} l/s per person is needed. "
        "The least was about {peak} l/s.",
        ("resolved", "sensor_fault"): "What the sensors show here is right again.",
        ("resolved", "no_data"): "The sensor sends readings again.",
    },
    since="Since {since}.",
    lasted="From {since} to {at}.",
    advice_title="What to do:",
    advice={
        "open_windows": "open windows and doors.",
        "at_most": "let no more than {people} people into the room.",
    },
    rule_advice={
        "no_data": "see whether the sensor has power and a connection.",
        "sensor_fault": "see whether the sensor hangs well, and else whether it needs replacing.",
    },
    faults={
        "stuck": "{device} shows the same value all the time.",
        "jump": "{device} jumps faster than air can.",
        "drift": "{device} drifts from night to night.",
        "warm_up": "{device} is still warming up.",
        "saturated": "{device} is at the end of its range.",
        "disagreement": "{device} shows something else than the other sensor in the room.",
        "door_drift": "{device} miscounts: the number of people in is not right any more.",
        "below_outdoor": "{device} shows less CO₂ than there is outdoors.",
    },
    other_fault="{device} cannot be right.",
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
    if notice.kind == "report":
        subject, body = report_text(notice, public_url)
        return Message(one_line(subject), body)
    locale = notice.language if notice.language in LANGUAGES else "en"
    words = LANGUAGES[locale]
    key = (notice.kind, notice.rule)
    values = _values(notice, locale) | {"link": link(notice, public_url)}
    when = words.since if notice.kind == "firing" else words.lasted
    lines = [_heading(notice), "", words.what[key].format(**values), when.format(**values)]
    lines += _faults(notice, words)
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
    if notice.rule in words.rule_advice:
        said = [words.rule_advice[notice.rule]]
    return ["", *(f"{words.advice_title} {sentence}" for sentence in said)] if said else []


def _faults(notice: Notice, words: Words) -> list[str]:
    """Which sensor shows what, a line each."""
    if notice.kind == "resolved":
        return []
    return [
        one_line(
            words.faults.get(str(item.get("code")), words.other_fault).format(device=item["device"])
        )
        for item in notice.evidence
        if "device" in item
    ]


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
    digits = 1 if notice.rule == "ventilation" else 0
    shown = {name: format_decimal(round(n, digits), locale=locale) for name, n in numbers.items()}
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
