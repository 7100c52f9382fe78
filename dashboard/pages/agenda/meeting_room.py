"""The room of a meeting, on its page: now, while it is on, and what was measured in its time."""

from dataclasses import dataclass

from dashboard.chart.whole import Whole
from dashboard.pages.board import LiveBoard, live
from dashboard.pages.history.window import Window
from dashboard.pages.parts.context import now
from dashboard.pages.parts.room_history import drawing_of, history_of
from dashboard.web.services import services
from gateway.domain.meeting import Meeting
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class MeetingRoom:
    """``board`` keeps itself new while the meeting is on, else it is None; ``whole`` is its chart, None
    before it begins and where the store is away. ``query`` asks its room's page for the same span.
    """

    board: LiveBoard | None
    whole: Whole | None
    query: dict[str, str | int]


def room_of(meeting: Meeting, locale: PageLocale) -> MeetingRoom | None:
    """None before it begins, and of a room that nobody speaks of any more."""
    at = now()
    state = services().board.room(meeting.venue, meeting.room)
    if meeting.start >= at or state is None:
        return None
    window = Window(meeting.start, min(meeting.end, at), None, is_now=False)
    history = history_of(state, window, locale)
    return MeetingRoom(
        live(meeting.venue, meeting.room) if meeting.is_on(at) else None,
        None if history is None else drawing_of(history, window, locale),
        window.query,
    )
