"""A message to one recipient: what they are told, in their language and the venue's local time."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.domain.notice import Notice
from gateway.links import ACKNOWLEDGE_LASTS, REPORT_LASTS, Links
from gateway.notify.message_en import EN
from gateway.notify.message_nl import NL
from gateway.notify.message_speech import Speech
from gateway.notify.message_words import Words

Level = Literal["act", "info", "good", "plain"]

LANGUAGES = {"nl": NL, "en": EN}


_VERDICTS: dict[str, Level] = {"not_kept": "act", "cannot_say": "info", "kept": "good"}
"""The worst first."""


class Unwritable(Exception):
    """There is nothing to say: a report without its meeting."""


@dataclass(frozen=True, slots=True)
class Button:
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """One flag in words; ``level`` is ``good`` where it is over, and ``plain`` where it is no flag.
    ``todo`` begins with a small letter: it follows ``Message.now``, or stands by itself.
    """

    level: Level
    sentences: tuple[str, ...]
    todo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What is said of one room; ``meeting`` is its title and times, or empty."""

    place: str
    meeting: str
    said: tuple[Said, ...]
    look: Button | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """The subject is one line, as is every other text. ``buttons`` are what it asks for, ``notes`` say
    more about them; ``footer`` says why it came, ``settings`` where that can be changed.
    """

    language: str
    subject: str
    now: str
    preface: str
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...]
    notes: tuple[str, ...]
    footer: str
    settings: Button


def write(notices: Sequence[Notice], recipient: str, links: Links, at: datetime) -> Message:
    """What these notices say to ``recipient``, who has the language of the first one, at ``at``.

    Raises:
        Unwritable: a report without its meeting.

    """
    first = notices[0]
    language = first.language if first.language in LANGUAGES else "en"
    words = LANGUAGES[language]
    if first.kind == "report":
        return _report(first, recipient, links, at, language)
    ordered = sorted(notices, key=_urgency)
    sections = _sections(ordered, words, language, links)
    firing = tuple(dict.fromkeys(n.flag for n in ordered if n.kind != "resolved" and n.flag))
    buttons, notes = [], []
    if firing:
        speech = Speech(language, first.timezone)
        until = speech.day(at + ACKNOWLEDGE_LASTS)
        address = links.acknowledge(firing, _signer(first, recipient), language, at)
        buttons.append(Button(words.acknowledge, address))
        notes.append(words.acknowledge_until.format(until=until))
    if len(sections) == 1 and sections[0].look is not None:
        buttons.append(sections[0].look)
    else:
        buttons.append(Button(words.look_all, links.alerts()))
    return Message(
        language,
        _subject(ordered, words, language),
        words.now,
        words.escalated if any(n.kind == "escalated" for n in ordered) else "",
        sections,
        tuple(buttons),
        tuple(notes),
        _why(ordered[0], words),
        Button(words.settings, links.settings()),
    )


def write_test(language: str, by: str, at: datetime, links: Links) -> Message:
    """The message that tries a channel; ``at`` is told in UTC, for a channel belongs to no venue."""
    known = language if language in LANGUAGES else "en"
    words = LANGUAGES[known]
    time = f"{Speech(known, 'UTC').time(at)} UTC"
    sentence = words.test.body.format(by=one_line(by), at=time)
    section = Section("Luchtig", "", (Said("plain", (sentence,)),))
    settings = Button(words.settings, links.settings())
    subject = words.test.subject
    return Message(known, subject, words.now, "", (section,), (), (), words.test.why, settings)


def one_line(text: str) -> str:
    """Text that cannot begin a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _report(notice: Notice, recipient: str, links: Links, at: datetime, language: str) -> Message:
    if notice.meeting is None:
        raise Unwritable("a report without its meeting")
    words, speech = LANGUAGES[language], Speech(language, notice.timezone)
    verdicts = {item.get("verdict") for item in notice.evidence}
    verdict = next((v for v in _VERDICTS if v in verdicts), "none")
    title, day = one_line(notice.meeting.title), speech.day(notice.meeting.start)
    until = speech.day(at + REPORT_LASTS)
    parts = _verdicts(notice, words, speech)
    said = Said(_VERDICTS.get(verdict, "plain"), (words.report.headline[verdict], *parts))
    return Message(
        language,
        one_line(words.report.subject[verdict].format(title=title, date=day)),
        words.now,
        "",
        (Section(_place(notice), _meeting(notice, speech), (said,)),),
        (Button(words.report.read, links.report(notice.meeting.id, recipient, language, at)),),
        (words.report.until.format(until=until),),
        _why(notice, words),
        Button(words.settings, links.settings()),
    )


def _verdicts(notice: Notice, words: Words, speech: Speech) -> list[str]:
    """How each part of a meeting was kept; a part without a limit is left out."""
    return [
        words.report.part_verdict[item["verdict"]].format(
            part=words.report.part[item["code"]],
            minutes=speech.number(max(1.0, item.get("minutes_over") or 0.0)),
        )
        for item in notice.evidence
        if item.get("verdict") in words.report.part_verdict
        and item.get("code") in words.report.part
    ]


def _urgency(notice: Notice) -> tuple[bool, bool]:
    """What needs somebody comes first, what is over last."""
    return notice.kind == "resolved", notice.severity == "info"


def _signer(notice: Notice, recipient: str) -> str:
    """In whose name the link acknowledges: an address of ``notify.urls`` is nobody's name."""
    return recipient if "@" in recipient else notice.recipient_role


def _sections(
    ordered: Sequence[Notice], words: Words, language: str, links: Links
) -> tuple[Section, ...]:
    rooms: dict[tuple[str, str], list[Notice]] = {}
    for notice in ordered:
        meeting = "" if notice.meeting is None else notice.meeting.id
        rooms.setdefault((notice.room, meeting), []).append(notice)
    return tuple(
        Section(
            _place(its[0]),
            _meeting(its[0], Speech(language, its[0].timezone)),
            _said(its, words, language),
            Button(words.look_room, links.room(its[0].venue, its[0].room)),
        )
        for its in rooms.values()
    )


def _said(notices: Sequence[Notice], words: Words, language: str) -> tuple[Said, ...]:
    """Each flag in words. The same thing to do is said once for a room."""
    told: set[str] = set()
    found = []
    for notice in notices:
        speech = Speech(language, notice.timezone)
        values = speech.values(notice)
        of_rule = words.rules[notice.rule]
        if notice.kind == "resolved":
            over = (of_rule.over.format(**values), words.lasted.format(**values))
            found.append(Said("good", over))
            continue
        todo, outcomes = _advice(notice, words, speech)
        sentences = [of_rule.firing.format(**values), words.since.format(**values)]
        sentences += [*_faults(notice, words), *(one for one in outcomes if one not in told)]
        new = tuple(one for one in todo if one not in told)
        told.update(todo, outcomes)
        found.append(Said(notice.severity, tuple(sentences), new))
    return tuple(found)


def _advice(notice: Notice, words: Words, speech: Speech) -> tuple[list[str], list[str]]:
    """What to do, and what comes of it where that is known; codes without words are left out."""
    always = words.rules[notice.rule].advice
    if always is not None:
        return [always], []
    todo: list[str] = []
    outcomes: list[str] = []
    for item in notice.advice:
        code = str(item.get("code"))
        numbers = {
            name: speech.number(value)
            for name, value in item.items()
            if isinstance(value, int | float)
        }
        for sentences, said in ((words.advice, todo), (words.outcomes, outcomes)):
            with suppress(KeyError):  # a code without words, or a number that is not known
                said.append(sentences[code].format(**numbers))
    return todo, outcomes


def _faults(notice: Notice, words: Words) -> list[str]:
    """Which sensor shows what, a sentence each."""
    return [
        one_line(
            words.faults.get(str(item.get("code")), words.other_fault).format(device=item["device"])
        )
        for item in notice.evidence
        if "device" in item
    ]


def _subject(ordered: Sequence[Notice], words: Words, language: str) -> str:
    first = ordered[0]
    over = first.kind == "resolved"
    rooms = {notice.room for notice in ordered if (notice.kind == "resolved") == over}
    if len(rooms) > 1:
        several = words.rooms_over_subject if over else words.rooms_subject
        subject = several.format(venue=first.venue_name, rooms=len(rooms))
    else:
        of_rule = words.rules[first.rule]
        values = Speech(language, first.timezone).values(first)
        subject = (of_rule.over_subject if over else of_rule.subject).format(**values)
        if len(ordered) > 1:
            subject = words.more_subject.format(subject=subject, more=len(ordered) - 1)
    if any(notice.kind == "escalated" for notice in ordered):
        subject = words.escalated_subject.format(subject=subject)
    return one_line(subject)


def _place(notice: Notice) -> str:
    return one_line(f"{notice.room_name}, {notice.venue_name}")


def _meeting(notice: Notice, speech: Speech) -> str:
    if notice.meeting is None:
        return ""
    times = speech.span(notice.meeting.start, notice.meeting.end, notice.at)
    return one_line(f"{notice.meeting.title}, {times}")


def _why(notice: Notice, words: Words) -> str:
    role = notice.recipient_role
    if role in ("organiser", "host") and notice.meeting is None:
        role = "manager"
    return words.why[role].format(venue=one_line(notice.venue_name))
