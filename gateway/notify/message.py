"""A message to one recipient: what they are told, in their language and the venue's local time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.domain.alerts.notice import OF_NO_FLAG, Notice, RecipientRole
from gateway.links import ACKNOWLEDGE_LASTS, PAGE_LASTS, REPORT_LASTS, Links
from gateway.notify import message_protocol, message_report, message_rules
from gateway.notify.message_advice import todo_and_outcomes
from gateway.notify.message_subject import subject
from gateway.words.faults import fault_words
from gateway.words.locale import PageLocale, locale_of
from gateway.words.meetings import title_words

Level = Literal["act", "info", "good", "plain"]

_LEVELS: dict[message_report.Verdict | None, Level] = {
    "not_kept": "act",
    "cannot_say": "info",
    "kept": "good",
    None: "plain",
}


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
    """The subject is one line, as is every other text. ``buttons`` are what it asks for, ``notes``
    say more about them; ``footer`` says why it came, ``settings`` where that can be changed.
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
    unsubscribe: str | None = None


def write(
    notices: Sequence[Notice], recipient: str, links: Links, at: datetime, link: str = ""
) -> Message:
    """What these notices say to ``recipient``, who has the language of the first one, at ``at``.

    ``link`` is by which name what is signed in it can be withdrawn. With one every link in it works
    without an account, and it can be unsubscribed from.

    Raises:
        Unwritable: a report or a protocol without its meeting.

    """
    first = notices[0]
    locale = _locale(first)
    if first.kind == "report":
        return _report(first, recipient, links, at, locale, link)
    if first.kind == "season":
        return _season(first, links, locale)
    if first.kind in OF_NO_FLAG:
        return _protocol(first, links, at, locale, link)
    ordered = sorted(notices, key=_urgency)
    page = links.page(link, locale.language, at) if link else ""
    sections = _sections(ordered, locale.language, links, page)
    firing = tuple(dict.fromkeys(n.flag for n in ordered if n.kind != "resolved" and n.flag))
    buttons, notes = [], []
    if firing:
        signer = _signer(first, recipient)
        address = links.acknowledge(firing, signer, locale.language, at, link)
        buttons.append(Button(locale.gettext("I am on it"), address))
        until = locale.date(at + ACKNOWLEDGE_LASTS)
        notes.append(
            locale.gettext("The button works without logging in, until %(until)s.", until=until)
        )
    if len(sections) == 1 and sections[0].look is not None:
        buttons.append(sections[0].look)
    else:
        buttons.append(Button(locale.gettext("Look at all rooms"), page or links.alerts()))
    return Message(
        locale.language,
        one_line(subject(ordered, locale)),
        _now(locale),
        _preface(ordered, locale),
        sections,
        tuple(buttons),
        tuple(notes),
        _why(ordered[0], locale),
        _settings(links, locale, page),
        _unsubscribe(page),
    )


def write_test(language: str, by: str, at: datetime, links: Links) -> Message:
    """The message that tries a channel; ``at`` is told in UTC, for a channel belongs to no
    venue.
    """
    locale = locale_of(language)
    sentence = locale.gettext(
        "This is a test message, asked for by %(by)s at %(at)s. If it arrives, alerts arrive too.",
        by=one_line(by),
        at=f"{locale.time(at)} UTC",
    )
    return Message(
        locale.language,
        locale.gettext("Test message from Luchtig"),
        _now(locale),
        "",
        (Section("Luchtig", "", (Said("plain", (sentence,)),)),),
        (),
        (),
        locale.gettext("You get this because somebody asked for a test message in the settings."),
        _settings(links, locale),
    )


def one_line(text: str) -> str:
    """Text that cannot begin a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _locale(notice: Notice) -> PageLocale:
    return locale_of(notice.language, notice.timezone)


def _report(
    notice: Notice, recipient: str, links: Links, at: datetime, locale: PageLocale, link: str
) -> Message:
    if notice.meeting is None:
        raise Unwritable("a report without its meeting")
    verdict = message_report.overall(notice)
    title = one_line(title_words(notice.meeting.title, locale))
    date = locale.date(notice.meeting.start)
    sentences = (
        message_report.headline(verdict, locale),
        *message_report.parts(notice, locale),
    )
    address = links.report(notice.meeting.id, recipient, locale.language, at, link)
    page = links.page(link, locale.language, at) if link else ""
    until = locale.date(at + REPORT_LASTS)
    return Message(
        locale.language,
        one_line(message_report.subject(title, date, verdict, locale)),
        _now(locale),
        "",
        (Section(_place(notice), _meeting(notice, locale), (Said(_LEVELS[verdict], sentences),)),),
        (Button(locale.gettext("Read the report"), address),),
        (locale.gettext("The link works without logging in, until %(until)s.", until=until),),
        _why(notice, locale),
        _settings(links, locale, page),
        _unsubscribe(page),
    )


def _protocol(notice: Notice, links: Links, at: datetime, locale: PageLocale, link: str) -> Message:
    if notice.meeting is None:
        raise Unwritable("a protocol without its meeting")
    title = one_line(title_words(notice.meeting.title, locale))
    time = locale.time(notice.meeting.start)
    page = links.page(link, locale.language, at) if link else ""
    address = f"{page or links.meeting(notice.meeting.id)}#protocol"
    said = Said("plain", tuple(message_protocol.sentences(notice, locale)))
    until = locale.date(at + PAGE_LASTS)
    works = locale.gettext("The button works without logging in, until %(until)s.", until=until)
    return Message(
        locale.language,
        one_line(message_protocol.subject(notice.kind, title, time, locale)),
        _now(locale),
        "",
        (Section(_place(notice), _meeting(notice, locale), (said,)),),
        (Button(locale.gettext("Say yes or no"), address),),
        (works,) if page else (),
        _why(notice, locale),
        _settings(links, locale, page),
        _unsubscribe(page),
    )


def _season(notice: Notice, links: Links, locale: PageLocale) -> Message:
    said = Said("plain", tuple(message_report.season_sentences(notice, locale)))
    days = notice.since.date().isoformat(), notice.at.date().isoformat()
    organisation = next((item.get("organisation") for item in notice.evidence), None)
    whose = ("organisation", str(organisation)) if organisation else ("venue", notice.venue)
    address = links.season(*whose, *days)
    return Message(
        locale.language,
        one_line(message_report.season_subject(notice, locale)),
        _now(locale),
        "",
        (Section(one_line(notice.venue_name), locale.month_and_year(notice.since), (said,)),),
        (Button(locale.gettext("Read the season"), address),),
        (locale.gettext("The button asks you to log in."),),
        locale.gettext(
            "You get this each month because you asked for it on the page of the season."
        ),
        Button(locale.gettext("Change that"), address),
    )


def _urgency(notice: Notice) -> tuple[bool, bool]:
    """What needs somebody comes first, what is over last."""
    return notice.kind == "resolved", notice.severity == "info"


def _signer(notice: Notice, recipient: str) -> str:
    """In whose name the link acknowledges: an address of ``notify.urls`` is nobody's name."""
    return recipient if "@" in recipient else notice.recipient_role


def _sections(
    ordered: Sequence[Notice], language: str, links: Links, page: str
) -> tuple[Section, ...]:
    """Each room in its own venue's time, all of them in one language."""
    rooms: dict[tuple[str, str], list[Notice]] = {}
    for notice in ordered:
        meeting = "" if notice.meeting is None else notice.meeting.id
        rooms.setdefault((notice.room, meeting), []).append(notice)
    found = []
    for its in rooms.values():
        locale = locale_of(language, its[0].timezone)
        address = page or links.room(its[0].venue, its[0].room)
        look = Button(locale.gettext("Look at the room"), address)
        found.append(Section(_place(its[0]), _meeting(its[0], locale), _said(its, locale), look))
    return tuple(found)


def _said(notices: Sequence[Notice], locale: PageLocale) -> tuple[Said, ...]:
    """Each flag in words. The same thing to do is said once for a room."""
    told: set[str] = set()
    found = []
    for notice in notices:
        since = _moment(notice.since, notice.at, locale)
        if notice.kind == "resolved":
            lasted = locale.gettext(
                "From %(since)s to %(at)s.", since=since, at=locale.time(notice.at)
            )
            found.append(Said("good", (message_rules.over(notice, locale).sentence, lasted)))
            continue
        todo, outcomes = todo_and_outcomes(notice, locale)
        sentences = [
            message_rules.firing(notice, locale).sentence,
            locale.gettext("Since %(since)s.", since=since),
            *_faults(notice, locale),
            *(one for one in outcomes if one not in told),
        ]
        new = tuple(one for one in todo if one not in told)
        told.update(todo, outcomes)
        found.append(Said(notice.severity, tuple(sentences), new))
    return tuple(found)


def _faults(notice: Notice, locale: PageLocale) -> list[str]:
    """Which sensor shows what, a sentence each."""
    return [
        one_line(f"{fault_words(item, locale)}.") for item in notice.evidence if "device" in item
    ]


def _preface(notices: Sequence[Notice], locale: PageLocale) -> str:
    if not any(notice.kind == "escalated" for notice in notices):
        return ""
    return locale.gettext(
        "Somebody else was told of this before. Nobody has said that they are on it."
    )


def _now(locale: PageLocale) -> str:
    return locale.gettext("What to do:")


def _unsubscribe(page: str) -> str | None:
    return f"{page}/unsubscribe" if page else None


def _settings(links: Links, locale: PageLocale, page: str = "") -> Button:
    if page:
        words = locale.gettext("Get no more of these messages")
        return Button(words, f"{page}/unsubscribe")
    return Button(locale.gettext("Who is told what stands in the settings"), links.settings())


def _place(notice: Notice) -> str:
    return one_line(f"{notice.room_name}, {notice.venue_name}")


def _meeting(notice: Notice, locale: PageLocale) -> str:
    """Its title, and from when to when: ``10:00–11:00``."""
    meeting = notice.meeting
    if meeting is None:
        return ""
    start = _moment(meeting.start, notice.at, locale)
    end = _moment(meeting.end, meeting.start, locale)
    return one_line(f"{title_words(meeting.title, locale)}, {start}–{end}")


def _moment(at: datetime, now: datetime, locale: PageLocale) -> str:
    """The time of day, with the date where that is not the day of ``now``."""
    if locale.local(at).date() == locale.local(now).date():
        return locale.time(at)
    return f"{locale.date(at)} {locale.time(at)}"


def _why(notice: Notice, locale: PageLocale) -> str:
    role: RecipientRole = notice.recipient_role
    if role in ("organiser", "host") and notice.meeting is None:
        role = "manager"
    match role:
        case "organiser":
            return locale.gettext("You get this as the organiser of this meeting.")
        case "host":
            return locale.gettext("You get this as the host of this meeting.")
        case "manager":
            venue = one_line(notice.venue_name)
            return locale.gettext("You get this as a manager of %(venue)s.", venue=venue)
        case "device":
            return locale.gettext("You get this because you asked for it on this device.")
        case "escalation":
            return locale.gettext("You get this because you are the next one to be told.")
