"""The meetings of feeds from a real web server, kept in step in a real database."""

import logging
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.calendars.protocol import Answer, CalendarRequest
from gateway.calendars.subprocess_call import ask
from gateway.calendars.worker import LONGEST_WAIT_S, CalendarWorker, _wait_s
from gateway.config import CalendarSettings
from gateway.domain.calendar.feed import Feed, FeedState
from gateway.domain.calendar.problem import CalendarProblem, Failure
from gateway.domain.calendar.room_matching import FeedRule
from gateway.domain.meeting import Meeting
from gateway.domain.room import Room, Venue
from gateway.registry.agenda import feeds as registry
from gateway.registry.agenda.meetings import find_meeting, meetings_between, put_meeting
from gateway.registry.database import Database, DatabaseAway, open_database
from gateway.registry.policies import put_presets
from gateway.registry.revision import current
from gateway.registry.rooms import delete_room, put_room, put_venue
from gateway.registry.tables.venues import meetings as meetings_table
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.calendars.events import calendar, event
from tests.gateway.calendars.server import WebServer
from tests.gateway.impatient import make_impatient

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NEVER = threading.Event()


class SetClock(Clock):
    """Shows what a test set it to."""

    at = NOW

    def set(self, at: datetime) -> None:
        object.__setattr__(self, "at", at)

    def now_ns(self) -> int:
        return to_ns(self.at)


class Following:
    """A venue, one feed of it, and the worker that follows it."""

    def __init__(self, database: Database, web: WebServer) -> None:
        self.database = database
        self.web = web
        self.clock = SetClock()
        self.worker = CalendarWorker(database, CalendarSettings(allow_private=True), self.clock)
        self.feed = Feed(
            "agenda", VenueSlug("de-kade"), "Agenda", f"{web.url}/a.ics", every_s=900.0
        )
        self.put(self.feed)

    def put(self, feed: Feed) -> None:
        with self.database.write() as conn:
            registry.put_feed(conn, feed)

    def serve(self, *events: list[str], etag: str | None = None) -> None:
        headers = {} if etag is None else {"ETag": etag}
        self.web.serve("/a.ics", calendar(*events), 200, **headers)

    def look(self, minutes: float = 0.0) -> FeedState:
        """Let time pass, want the feed read, and have the worker look once."""
        self.clock.set(self.clock.at + timedelta(minutes=minutes))
        with self.database.write() as conn:
            registry.ask_feed(conn, "agenda")
        self.worker.look(NEVER)
        with self.database.read() as conn:
            return registry.feed_state(conn, "agenda")

    def meetings(self) -> list[Meeting]:
        with self.database.read() as conn:
            found = meetings_between(conn, NOW - timedelta(days=400), NOW + timedelta(days=400))
        return [meeting for meeting in found if meeting.uid is not None]

    def titles(self) -> list[tuple[str, str, str]]:
        return [(m.title, m.room, f"{m.start:%d %H:%M}") for m in self.meetings()]


@pytest.fixture
def following(tmp_path: Path, web: WebServer) -> Following:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    with database.write() as conn:
        put_presets(conn)
        put_venue(conn, Venue(VenueSlug("de-kade"), "De Kade"))
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre"))
        put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("grote-zaal"), "Grote zaal"))
    return Following(database, web)


def at(day: int, hour: int) -> str:
    return f"202611{day}T{hour}0000Z"


def meeting(uid: str, *more: str, day: int = 25, hour: int = 10) -> list[str]:
    place = () if any(line.startswith("LOCATION") for line in more) else ("LOCATION:Serre",)
    return event(uid, *place, *more, start=at(day, hour), end=at(day, hour + 1))


def test_a_calendars_meetings_come_in_with_who_answers_for_them(following: Following) -> None:
    following.serve(
        meeting("a", "SUMMARY:<b>Koor</b>", "ORGANIZER:mailto:o@example.org",
                "ATTENDEE:mailto:x@example.org", "LOCATION:Grote zaal\\, De Kade")
    )  # fmt: skip
    state = following.look()
    (found,) = following.meetings()
    assert found == Meeting(
        id=found.id, venue=VenueSlug("de-kade"), room=RoomSlug("grote-zaal"), title="<b>Koor</b>",
        start=datetime(2026, 11, 25, 10, tzinfo=UTC), end=datetime(2026, 11, 25, 11, tzinfo=UTC),
        expected_people=2, organiser="o@example.org", feed="agenda", uid="a",
    )  # fmt: skip
    assert (state.ok_at, state.failure, state.meetings) == (NOW, None, 1)


def test_what_is_changed_moved_or_called_off_follows(following: Following) -> None:
    following.serve(
        meeting("a"), meeting("b"), meeting("c"), meeting("d", "RRULE:FREQ=DAILY;COUNT=3")
    )
    following.look()
    before = {m.title: m.id for m in following.meetings()}
    assert len(following.meetings()) == 6
    moved = event("d", "LOCATION:Grote zaal", "RECURRENCE-ID:20261126T100000Z",
                  start="20261126T130000Z", end="20261126T140000Z")  # fmt: skip
    following.serve(
        meeting("a", hour=14), meeting("b", "LOCATION:Grote zaal"), meeting("c", "STATUS:CANCELLED"),
        meeting("d", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261127T100000Z"), moved,
    )  # fmt: skip
    following.look(1)
    assert following.titles() == [
        ("Event b", "grote-zaal", "25 10:00"),
        ("Event d", "serre", "25 10:00"),
        ("Event a", "serre", "25 14:00"),
        ("Event d", "grote-zaal", "26 13:00"),
    ]
    after = {m.title: m.id for m in following.meetings()}
    assert (after["Event a"], after["Event b"]) == (before["Event a"], before["Event b"])


def test_the_moved_occurrence_is_the_same_meeting(following: Following) -> None:
    series = meeting("d", "RRULE:FREQ=DAILY;COUNT=2")
    following.serve(series)
    following.look()
    second = following.meetings()[1].id
    following.serve(series, event("d", "LOCATION:Serre", "RECURRENCE-ID:20261126T100000Z",
                                  start="20261128T100000Z"))  # fmt: skip
    following.look(1)
    assert [m.id for m in following.meetings() if m.start.day == 28] == [second]


def test_what_a_person_chose_for_a_meeting_stays_with_it(following: Following) -> None:
    following.serve(meeting("a"))
    following.look()
    (found,) = following.meetings()
    chosen = replace(found, policy="nl-target-1200", activity="standing", host="h@example.org",
                     language="en")  # fmt: skip
    with following.database.write() as conn:
        put_meeting(conn, chosen)
    following.serve(meeting("a", hour=15))
    following.look(1)
    assert following.meetings() == [
        replace(chosen, start=chosen.start.replace(hour=15), end=chosen.end.replace(hour=16))
    ]


@pytest.mark.parametrize(
    ("line", "private"),
    [
        ("CLASS:PRIVATE", True), ("CLASS:CONFIDENTIAL", True), ("CLASS:X-PERSONAL", True),
        ("CLASS: private ", True), ("CLASS:PUBLIC\r\nX-CALENDARSERVER-ACCESS:RESTRICTED", True),
        ("CLASS;X-A=b:Public", False), ("CLASS:", False),
    ],
)  # fmt: skip
def test_what_its_calendar_marks_is_private(following: Following, line: str, private: bool) -> None:
    following.serve(meeting("a", line, "RRULE:FREQ=DAILY;COUNT=2"), meeting("b"))
    following.look()
    assert [(m.uid, m.private) for m in following.meetings()] == [
        ("a", private), ("b", False), ("a", private),
    ]  # fmt: skip


def test_the_title_of_a_private_meeting_without_a_room_is_not_listed(following: Following) -> None:
    following.serve(meeting("a", "CLASS:PRIVATE", "LOCATION:Kelder"))
    following.look()
    with following.database.read() as conn:
        (found,) = registry.unplaced_of(conn, "agenda")
    assert (found.title, found.location) == ("", "Kelder")


def test_a_feed_is_the_whole_truth_but_where_somebody_answers(following: Following) -> None:
    following.serve(meeting("a"), meeting("b"))
    following.look()
    answer = calendar(meeting("a", "SEQUENCE:9", hour=15), head=("METHOD:REPLY",))
    following.web.serve("/a.ics", answer)
    following.look(1)
    assert following.titles() == [("Event a", "serre", "25 10:00")]


class TestOnRecord:
    def test_what_has_begun_is_neither_changed_nor_taken_out(self, following: Following) -> None:
        going_on = event("a", "LOCATION:Serre", start=at(24, 10), end=at(24, 12))
        following.serve(going_on)
        following.look()
        following.serve(
            event("a", "LOCATION:Grote zaal", "SUMMARY:Other", start=at(24, 10), end=at(24, 11))
        )
        following.look(45)
        assert following.titles() == [("Event a", "serre", "24 10:00")]
        following.serve()
        following.look(1)
        following.look(24 * 60)
        assert following.titles() == [("Event a", "serre", "24 10:00")]

    def test_what_is_moved_after_it_began_is_another_meeting(self, following: Following) -> None:
        following.serve(event("a", "LOCATION:Serre", start=at(24, 10), end=at(24, 12)))
        following.look()
        for hour in (14, 15):
            following.serve(event("a", "LOCATION:Serre", start=at(24, hour), end=at(24, hour + 1)))
            following.look(40)
            assert following.titles() == [
                ("Event a", "serre", "24 10:00"), ("Event a", "serre", f"24 {hour}:00"),
            ]  # fmt: skip

    def test_meetings_made_by_hand_and_of_other_feeds_are_left_alone(
        self, following: Following
    ) -> None:
        by_hand = Meeting(
            "m-1",
            VenueSlug("de-kade"),
            RoomSlug("serre"),
            "By hand",
            NOW + timedelta(hours=1),
            NOW + timedelta(hours=2),
        )
        other = replace(by_hand, id="m-2", feed="other", uid="a")
        imported = replace(by_hand, id="m-3", uid="a")
        with following.database.write() as conn:
            for one in (by_hand, other, imported):
                put_meeting(conn, one)
        following.serve(meeting("a"))
        following.look()
        following.serve()
        following.look(1)
        with following.database.read() as conn:
            assert [find_meeting(conn, m.id) for m in (by_hand, other, imported)] == [
                by_hand,
                other,
                imported,
            ]


class TestTrouble:
    def test_a_feed_that_goes_away_keeps_its_meetings(
        self, following: Following, caplog: pytest.LogCaptureFixture
    ) -> None:
        following.serve(meeting("a"))
        following.look()
        del following.web.answers["/a.ics"]
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                state = following.look(60)
        assert following.titles() == [("Event a", "serre", "25 10:00")]
        assert state.failure == Failure("status", "404 Not Found")
        assert (state.failures, state.ok_at) == (3, NOW)
        assert state.failing_since == NOW + timedelta(hours=1)
        assert [r.message for r in caplog.records] == [
            f"calendar agenda (http://127.0.0.1:{following.web.port}/…): the server answers 404 Not Found"
        ]
        following.serve(meeting("a", "SUMMARY:Back"))
        assert following.look(60).failure is None
        assert [m.title for m in following.meetings()] == ["Back"]

    def test_an_event_that_breaks_keeps_its_meetings_and_is_told(
        self, following: Following
    ) -> None:
        following.serve(meeting("a", "RRULE:FREQ=DAILY;COUNT=2"), meeting("b"))
        following.look()
        following.serve(meeting("a", "RRULE:FREQ=SECONDLY"), meeting("b", hour=12))
        following.look(1)
        assert [m[0] for m in following.titles()] == ["Event a", "Event b", "Event a"]
        with following.database.read() as conn:
            assert registry.problems_of(conn, "agenda") == (
                CalendarProblem("too_often", "Event a", "FREQ=SECONDLY"),
            )
        following.serve(meeting("b", hour=12))
        following.look(1)
        assert [m[0] for m in following.titles()] == ["Event b"]
        with following.database.read() as conn:
            assert registry.problems_of(conn, "agenda") == ()

    def test_two_events_with_one_id_are_one_meeting_and_one_line(
        self, following: Following
    ) -> None:
        following.serve(
            meeting("a", "SEQUENCE:0"), meeting("a", "SEQUENCE:1", "SUMMARY:New", hour=12)
        )
        following.look()
        assert following.titles() == [("New", "serre", "25 12:00")]
        with following.database.read() as conn:
            assert [m.code for m in registry.problems_of(conn, "agenda")] == ["same_id"]

    def test_a_feed_that_leads_to_the_local_network_is_refused(self, following: Following) -> None:
        strict = CalendarWorker(following.database, CalendarSettings(), following.clock)
        following.serve(meeting("a"))
        strict.look(NEVER)
        with following.database.read() as conn:
            found = registry.feed_state(conn, "agenda").failure
        assert found == Failure("not_allowed", f"127.0.0.1:{following.web.port}")
        assert following.web.asked == []

    def test_a_login_in_an_address_is_never_logged(
        self, following: Following, caplog: pytest.LogCaptureFixture
    ) -> None:
        url = f"http://anna:geheim@127.0.0.1:{following.web.port}/geheim.ics"
        following.put(replace(following.feed, url=url))
        with caplog.at_level(logging.DEBUG):
            following.look()
        assert "geheim" not in caplog.text
        assert "404" in caplog.text


class TestRooms:
    def test_what_cannot_be_placed_is_listed_once_for_each_event(
        self, following: Following
    ) -> None:
        following.serve(
            meeting("a", "LOCATION:Kelder", "RRULE:FREQ=DAILY;COUNT=3"),
            meeting("b", "LOCATION:Serre en grote zaal"),
            meeting("c", "LOCATION:"),
            event("d", "LOCATION:Kelder", start="20261124T080000Z", end="20261124T090000Z"),
        )
        following.look()
        assert following.meetings() == []
        with following.database.read() as conn:
            found = registry.unplaced_of(conn, "agenda")
        assert sorted((u.title, u.location, u.reason, u.meetings) for u in found) == [
            ("Event a", "Kelder", "unknown_location", 3),
            ("Event b", "Serre en grote zaal", "several_rooms", 1),
            ("Event c", "", "no_location", 1),
        ]

    def test_a_rule_and_a_new_room_place_them_though_the_calendar_did_not_change(
        self, following: Following
    ) -> None:
        following.serve(
            meeting("a", "LOCATION:Kelder"), meeting("b", "LOCATION:Zolder"), etag='"1"'
        )
        following.look()
        following.put(
            replace(following.feed, rules=(FeedRule("location", "kelder", RoomSlug("serre")),))
        )
        following.look(1)
        assert following.titles() == [("Event a", "serre", "25 10:00")]
        with following.database.write() as conn:
            put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("zolder"), "Zolder"))
        following.look(1)
        assert [m[1] for m in following.titles()] == ["serre", "zolder"]
        with following.database.read() as conn:
            assert registry.unplaced_of(conn, "agenda") == ()

    def test_a_feed_whose_room_is_gone_is_told(self, following: Following) -> None:
        following.serve(meeting("a"))
        following.put(replace(following.feed, room=RoomSlug("serre")))
        following.look()
        assert [m[1] for m in following.titles()] == ["serre"]
        with following.database.write() as conn:
            delete_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
        following.look(1)
        with following.database.read() as conn:
            assert [u.reason for u in registry.unplaced_of(conn, "agenda")] == ["room_gone"]


class TestPolling:
    def test_a_calendar_that_did_not_change_is_not_read_again(self, following: Following) -> None:
        following.serve(meeting("a"), etag='"1"')
        first = following.look()
        with following.database.read() as conn:
            before = current(conn)
        second = following.look(5)
        assert following.web.asked[1].headers["If-None-Match"] == '"1"'
        assert (second.read_at, second.ok_at) == (first.read_at, NOW + timedelta(minutes=5))
        with following.database.read() as conn:
            assert current(conn) == before

    def test_what_a_calendar_holds_for_later_comes_near(self, following: Following) -> None:
        following.serve(meeting("a", "RRULE:FREQ=DAILY"), etag='"1"')
        following.look()
        before = len(following.meetings())
        following.look(13 * 60)
        assert "If-None-Match" not in following.web.asked[1].headers
        assert len(following.meetings()) == before + 1

    def test_feeds_are_read_when_they_are_due_and_when_somebody_asks(
        self, following: Following
    ) -> None:
        following.serve(meeting("a"))
        following.worker.look(NEVER)
        following.worker.look(NEVER)
        assert len(following.web.asked) == 1
        following.look()
        assert len(following.web.asked) == 2
        following.put(replace(following.feed, name="Other"))
        following.worker.look(NEVER)
        assert len(following.web.asked) == 3

    def test_a_feed_that_fails_is_asked_less_and_less_often(self, following: Following) -> None:
        state = FeedState(failure=Failure("timeout"))
        waits = [_wait_s(following.feed, replace(state, failures=n)) for n in range(1, 12)]
        assert waits[:4] == [900.0, 1800.0, 3600.0, 7200.0]
        assert waits[-1] == LONGEST_WAIT_S
        asked = replace(state, failure=Failure("status", "503", 7000.0), failures=1)
        assert _wait_s(following.feed, asked) == 7000.0

    def test_a_feed_that_is_removed_takes_what_is_to_come_along(self, following: Following) -> None:
        following.serve(event("a", "LOCATION:Serre", start="20261124T090000Z", end=at(24, 11)),
                        meeting("b"))  # fmt: skip
        following.look()
        assert len(following.meetings()) == 2
        with following.database.write() as conn:
            assert registry.delete_feed(conn, "agenda", NOW)
            assert not registry.delete_feed(conn, "agenda", NOW)
        assert [m.title for m in following.meetings()] == ["Event a"]
        following.worker.look(NEVER)
        assert len(following.web.asked) == 1

    def test_a_gateway_follows_the_calendars_of_its_own_venues(self, following: Following) -> None:
        following.serve(meeting("a"))
        settings = CalendarSettings(allow_private=True)
        CalendarWorker(following.database, settings, following.clock, frozenset({"de-bron"})).look(
            NEVER
        )
        assert following.meetings() == []
        CalendarWorker(following.database, settings, following.clock, frozenset({"de-kade"})).look(
            NEVER
        )
        assert len(following.meetings()) == 1

    def test_a_feed_that_the_database_refuses_is_set_aside_once_and_holds_up_no_other(
        self, following: Following, caplog: pytest.LogCaptureFixture
    ) -> None:
        following.serve(meeting("a"))
        following.put(replace(following.feed, slug="zalen"))
        with following.database.write() as conn:
            conn.exec_driver_sql(
                "CREATE TRIGGER refuse BEFORE INSERT ON meetings WHEN NEW.feed = 'agenda' "
                "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        assert following.worker.look(NEVER)
        assert following.worker.look(NEVER)
        assert [m.feed for m in following.meetings()] == ["zalen"]
        assert len(following.web.asked) == 2
        (said,) = (record for record in caplog.records if record.exc_info)
        assert said.message == "calendar agenda: the database refuses its meetings"

    def test_a_feed_that_is_read_while_the_database_is_away_holds_up_no_other(
        self, following: Following, tmp_path: Path
    ) -> None:
        following.serve(meeting("a"))
        following.put(replace(following.feed, slug="zalen"))
        asked: list[str | None] = []
        with closing(sqlite3.connect(tmp_path / "luchtig.db", isolation_level=None)) as other:

            def asking(request: CalendarRequest, stop: threading.Event) -> Answer:
                asked.append(request.url)
                other.execute("BEGIN IMMEDIATE" if len(asked) == 1 else "ROLLBACK")
                return ask(request, stop)

            make_impatient(following.database)
            settings = CalendarSettings(allow_private=True)
            worker = CalendarWorker(following.database, settings, following.clock, asking=asking)
            with pytest.raises(DatabaseAway, match="locked"):
                worker.look(NEVER)
            assert not worker.look(NEVER)
        assert [m.feed for m in following.meetings()] == ["zalen"]
        assert len(asked) == 2

    def test_the_worker_runs_until_it_is_stopped(self, following: Following) -> None:
        following.serve(meeting("a"))
        stop = threading.Event()
        thread = threading.Thread(target=following.worker.run, args=(stop,))
        thread.start()
        for _ in range(400):
            if following.meetings():
                break
            stop.wait(0.05)
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
        assert [m.title for m in following.meetings()] == ["Event a"]


def test_a_meeting_keeps_where_it_came_from(following: Following) -> None:
    following.serve(meeting("a"))
    following.look()
    with following.database.read() as conn:
        (row,) = conn.execute(select(meetings_table.c.feed, meetings_table.c.uid))
    assert tuple(row) == ("agenda", "a")
