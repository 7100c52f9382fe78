"""The laws of keeping in step, over any calendars."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar.occurrence import Occurrence
from gateway.domain.calendar.reconcile import Changes, Placed, Source, changes
from gateway.domain.meeting import Meeting
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOURCE = Source(VenueSlug("de-kade"), "agenda", "agenda")
NOTHING: frozenset[str] = frozenset()


def occurrence(uid: str, key: str, start: int, hours: int, title: str) -> Occurrence:
    at = NOW + timedelta(hours=start)
    return Occurrence(uid, key, title, at, at + timedelta(hours=hours))


OCCURRENCES = st.builds(
    occurrence, st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), st.integers(-4, 4),
    st.integers(1, 3), st.sampled_from(["one", "two"]),
)  # fmt: skip
CALENDARS = st.lists(
    st.builds(Placed, OCCURRENCES, st.sampled_from(["serre", "atelier"])),
    unique_by=lambda placed: (placed.occurrence.uid, placed.occurrence.key),
)


def applied(known: dict[str, Meeting], found: Changes) -> dict[str, Meeting]:
    kept = {key: meeting for key, meeting in known.items() if key not in found.delete}
    return kept | {meeting.id: meeting for meeting in found.put}


@given(CALENDARS)
def test_reading_the_same_again_changes_nothing(calendar: list[Placed]) -> None:
    known = applied({}, changes(SOURCE, calendar, {}, NOTHING, NOW))
    assert changes(SOURCE, calendar, known, NOTHING, NOW) == Changes((), ())


@given(CALENDARS, CALENDARS, st.integers(0, 8))
def test_what_has_begun_stays_as_it_was_and_the_rest_is_the_calendars(
    first: list[Placed], second: list[Placed], hours: int
) -> None:
    known = applied({}, changes(SOURCE, first, {}, NOTHING, NOW))
    later = NOW + timedelta(hours=hours)
    after = applied(known, changes(SOURCE, second, known, NOTHING, later))
    for key, meeting in known.items():
        if meeting.start <= later:
            assert after[key] == meeting
    coming = {(m.uid, m.title, m.room, m.start, m.end) for m in after.values() if m.start > later}
    assert coming == {
        (p.occurrence.uid, p.occurrence.title, p.room, p.occurrence.start, p.occurrence.end)
        for p in second
        if p.occurrence.start > later
    }


@given(CALENDARS)
def test_an_event_that_cannot_be_read_keeps_its_meetings(calendar: list[Placed]) -> None:
    known = applied({}, changes(SOURCE, calendar, {}, NOTHING, NOW))
    uids = frozenset(placed.occurrence.uid for placed in calendar)
    assert changes(SOURCE, [], known, uids, NOW) == Changes((), ())


@given(CALENDARS)
def test_what_a_person_chose_stays(calendar: list[Placed]) -> None:
    known = applied({}, changes(SOURCE, calendar, {}, NOTHING, NOW))
    chosen = {
        key: replace(meeting, policy="own", host="h@example.org", activity="quiet", language="en")
        for key, meeting in known.items()
    }
    assert changes(SOURCE, calendar, chosen, NOTHING, NOW) == Changes((), ())


def test_what_is_over_is_not_put_on_record_afterwards() -> None:
    over = Placed(occurrence("a", "", -3, 2, "one"), RoomSlug("serre"))
    going_on = Placed(occurrence("b", "", -1, 2, "two"), RoomSlug("serre"))
    found = changes(SOURCE, [over, going_on], {}, NOTHING, NOW)
    assert [meeting.title for meeting in found.put] == ["two"]
