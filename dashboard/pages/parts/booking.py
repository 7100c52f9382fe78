"""What is of concern of a meeting, in words, and whether somebody has read it and keeps the meeting all the
same.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.booking import Concern, Taken
from gateway.domain.meeting import Meeting
from gateway.words.locale import PageLocale
from gateway.words.meetings import title_words


@dataclass(frozen=True, slots=True)
class Warnings:
    """``key`` stands for just these: what was overruled is what was read."""

    lines: tuple[str, ...]
    key: str

    def are_overruled(self, given: str) -> bool:
        return not self.lines or given == self.key


NONE = Warnings((), "")
MOST_SAID = 8


def warnings_of(concerns: Iterable[Concern], locale: PageLocale) -> Warnings:
    lines = tuple(_words(one, locale) for one in concerns)
    said = "\n".join(lines).encode("utf-8", "surrogatepass")
    return Warnings(lines, hashlib.sha256(said).hexdigest()[:16]) if lines else NONE


def _words(concern: Concern, locale: PageLocale) -> str:
    if isinstance(concern, Taken):
        days = {locale.local(meeting.start).date() for meeting in concern.meetings}
        said = concern.meetings[:MOST_SAID]
        titles = ", ".join(_titled(meeting, locale, dated=len(days) > 1) for meeting in said)
        if len(concern.meetings) > MOST_SAID:
            titles += " …"
        return locale.gettext("The room is taken then: %(titles)s.", titles=titles)
    return locale.ngettext(
        "The room has %(number)s seat, and %(people)s people are expected.",
        "The room has %(number)s seats, and %(people)s people are expected.",
        concern.seats,
        people=locale.number(concern.people),
    )


def _titled(meeting: Meeting, locale: PageLocale, *, dated: bool) -> str:
    title = title_words(meeting.public_title, locale)
    times = f"{locale.time(meeting.start)}–{locale.time(meeting.end)}"
    return f"{title} ({locale.date(meeting.start)}, {times})" if dated else f"{title} ({times})"
