"""Which meetings a page of them is asked for: how they are laid out, when, and what of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from flask import request, url_for

from dashboard.pages.agenda.meeting_line import MeetingLine
from dashboard.pages.parts.context import registry_view
from dashboard.web.reach import is_own
from gateway.domain.meeting import Meeting
from gateway.words.locale import PageLocale

View = Literal["list", "day", "week"]
Which = Literal["own", "coming", "over"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
WHICH: Final[tuple[Which, ...]] = get_args(Which)
LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """``room`` is ``venue/room``, and empty as ``words`` and ``which`` are where all are asked for."""

    view: View
    day: date
    words: str = ""
    room: str = ""
    which: str = ""

    @property
    def begins(self) -> date:
        """The first day that is shown."""
        return self.day - timedelta(days=self.day.weekday() if self.view == "week" else 0)

    @property
    def days(self) -> int:
        return 7 if self.view == "week" else 1

    @property
    def is_search(self) -> bool:
        return bool(self.words)

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.room or self.which)

    def address(self, **other: object) -> str:
        """The page of the same with something else."""
        same: dict[str, object] = {
            "view": None if self.view == "list" else self.view,
            "day": self.day,
            "q": self.words or None,
            "room": self.room or None,
            "which": self.which or None,
        }
        return url_for("meetings.meetings", **(same | other))  # type: ignore[arg-type]  # any value goes

    def takes(self, meeting: Meeting) -> bool:
        """Whether a meeting is asked for, as far as that is known without its flags."""
        if self.room and self.room != f"{meeting.venue}/{meeting.room}":
            return False
        if self.which == "own" and not is_own(meeting):
            return False
        return not self.words or self._is_named(meeting)

    def shows(self, line: MeetingLine) -> bool:
        if self.which == "over":
            return line.level == "act"
        return self.which != "coming" or not line.is_over

    def _is_named(self, meeting: Meeting) -> bool:
        """Whether all words stand in its title or the name of its room, as everybody may see them."""
        room = registry_view().room_named(meeting.venue, meeting.room)
        named = f"{meeting.public_title or ''} {meeting.room if room is None else room.name}"
        folded = named.casefold()
        return all(word in folded for word in self.words.casefold().split())


def asked(today: date) -> Asked:
    """What the address asks for; what it gives wrongly is as if it was not there."""
    view, which = request.args.get("view", ""), request.args.get("which", "")
    return Asked(
        view=view if view in VIEWS else "list",
        day=_asked_day() or today,
        words=request.args.get("q", "").strip()[:LONGEST],
        room=_known(request.args.get("room", "")),
        which=which if which in WHICH else "",
    )


def which_words(locale: PageLocale) -> list[tuple[Which, str]]:
    return [
        ("own", locale.gettext("Those that I organise")),
        ("coming", locale.gettext("Those not over yet")),
        ("over", locale.gettext("Those that went over a limit")),
    ]


def _asked_day() -> date | None:
    try:
        given = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    # The days on either side are shown as well, and far ones have no local midnight.
    return given if 1990 <= given.year <= 2200 else None


def _known(place: str) -> str:
    return place if any(place == "/".join(key) for key in registry_view().rooms) else ""
