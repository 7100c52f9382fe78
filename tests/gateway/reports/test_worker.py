"""Records of meetings: made once, mailed once, made again when readings come late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError

from gateway.domain.air.outdoor import Night, OutdoorMemory, SensorBaseline, outdoor
from gateway.domain.door import Decided
from gateway.domain.policy import Policy
from gateway.domain.room import SIMULATED, Room, Venue
from gateway.journal.late_readings import LateReadings
from gateway.registry.agenda.meetings import delete_meeting, put_meeting
from gateway.registry.agenda.reports import find_record, forget_late
from gateway.registry.devices import place
from gateway.registry.live.air_memory import AirMemory, put_memories
from gateway.registry.live.door_decisions import put_decisions
from gateway.registry.policies import put_policy
from gateway.registry.rooms import find_room, put_room, put_venue
from gateway.reports.builder import ReportBuilder, decode_summary
from gateway.reports.worker import ReportWorker
from gateway.store.interface import Placed, StoreUnavailable
from gateway.store.spans import DAY_NS
from sensors.wire.instant import to_ns
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.domain.report.evening import (
    END,
    FRESH,
    MEETING,
    THERE,
    VENUE,
    at,
    door,
    every_minute,
    people_every_minute,
)
from tests.gateway.impatient import make_impatient
from tests.gateway.reported import Evening, evening

POLICY = Policy("ours", "Van ons", co2_limit_ppm=1000.0)
HIDDEN = every_minute({(-60, 30): 700, (70, 150): 700})
LATE = every_minute({(30, 70): 1500})


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Evening]:
    opened = evening(tmp_path)
    yield opened
    opened.store.close()
    opened.database.close()


class TestRecord:
    def test_it_is_made_when_nothing_in_time_can_change_it(self, hall: Evening) -> None:
        """People left at 20:35, nobody came back within a quarter of an hour, and all is stored."""
        hall.arrive((*FRESH, *THERE))
        hall.look(24)
        assert hall.record() is None
        hall.look(25)
        made = hall.record()
        assert made is not None
        assert (made.occupancy, made.ventilation, made.revision) == ("kept", "kept", 1)
        assert decode_summary(made.summary).presence.end == at(95)

    def test_motion_alone_is_no_count_and_no_part_of_the_digest(self, hall: Evening) -> None:
        hall.arrive(FRESH)
        hall.look(120)
        before = hall.record()
        hall.arrive(msgspec.structs.replace(one, count=None, motion=1) for one in THERE)
        hall.look(130)
        after = hall.record()
        assert before is not None
        assert after is not None
        assert (after.revision, after.summary) == (before.revision, before.summary)
        assert decode_summary(after.summary).presence.basis == "planned"

    def test_whom_stillness_took_off_the_doors_were_not_there(self, hall: Evening) -> None:
        went = [door(m, 112, 102) for m in range(-5, 90)]
        hall.arrive((*FRESH, door(-60, 100, 100), *went))
        with hall.database.write() as conn:
            place(conn, VENUE.slug, DeviceSlug("door-1"), RoomSlug("serre"), at(-90))
            ghosts = Decided(at(30), "out", "ghosts", 10, 0)
            put_decisions(conn, [((VENUE.slug, DeviceSlug("door-1")), ghosts)])
        made = ReportBuilder(hall.database, hall.store).draft("m1", at(400))
        (presence, basis) = made.presence.end, made.presence.basis
        assert basis in ("counted", "partly")
        assert presence == at(30)

    def test_it_waits_for_a_meeting_that_runs_over(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *people_every_minute({(-5, 150): 10, (150, 200): 0})))
        worker = hall.worker()
        for minutes in range(5, 79, 3):
            hall.look(minutes, worker)
            assert hall.record() is None
        hall.look(80, worker)
        assert hall.record() is not None
        hall.look(89, worker)
        assert hall.mails() == []
        hall.look(90, worker)
        (mail,) = hall.mails()
        assert mail.notice.at == at(150)

    def test_it_stays_when_the_meeting_leaves_the_calendar(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(25)
        with hall.database.write() as conn:
            delete_meeting(conn, "m1")
        hall.arrive(LATE)
        hall.look(40)
        kept = hall.record()
        assert kept is not None
        assert kept.revision == 1
        assert hall.mails() == []

    def test_a_meeting_of_long_ago_gets_none(self, hall: Evening) -> None:
        hall.look(9 * 24 * 60)
        assert hall.record() is None

    def test_simulated_meetings_get_none(self, hall: Evening) -> None:
        room = RoomSlug("hall")
        with hall.database.write() as conn:
            put_venue(conn, Venue(SIMULATED, "Simulated"))
            put_room(conn, Room(SIMULATED, room, "Hall"))
            put_meeting(conn, replace(MEETING, id="m2", venue=SIMULATED, room=room))
        hall.arrive(THERE)
        hall.look(40)
        with hall.database.read() as conn:
            assert find_record(conn, MEETING.id) is not None
            assert find_record(conn, "m2") is None

    def test_another_gateway_s_venues_are_left_to_it(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.clock.set(END + timedelta(minutes=40))
        reporter = ReportBuilder(hall.database, hall.store)
        for venues, made in ((frozenset({"elders"}), False), (frozenset({"de-kade"}), True)):
            worker = ReportWorker(hall.database, reporter, hall.clock, lambda: True, venues)
            worker.step(hall.stop)
            assert (hall.record() is not None) == made
            assert (len(hall.mails()) == 1) == made


class TestMail:
    def test_the_organiser_gets_one_half_an_hour_after_people_left(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(34)
        assert hall.mails() == []
        for minutes in (35, 36, 300):
            hall.look(minutes)
        (mail,) = hall.mails()
        assert (mail.recipient, mail.flag, mail.meeting) == ("o@example.org", "report:m1", "m1")
        notice = mail.notice
        assert (notice.kind, notice.rule, notice.since, notice.at) == (
            "report",
            "co2",
            at(-5),
            at(95),
        )
        assert [item["verdict"] for item in notice.evidence] == ["kept", "kept"]

    def test_it_names_what_went_most_wrong(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *people_every_minute({(-5, 95): 14, (95, 130): 0})))
        hall.look(40)
        (mail,) = hall.mails()
        assert (mail.notice.rule, mail.notice.peak, mail.notice.limit) == ("occupancy", 14, 12)

    def test_none_goes_out_without_an_organiser_or_when_it_is_news_to_nobody(
        self, hall: Evening
    ) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(60 * 13)
        assert hall.record() is not None
        assert hall.mails() == []
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, id="m2", organiser=None))
        hall.look(60 * 13 + 1)
        assert hall.record("m2") is not None
        assert hall.mails() == []

    def test_it_is_in_the_language_of_the_meeting(self, hall: Evening) -> None:
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, language="en"))
        hall.arrive((*FRESH, *THERE))
        hall.look(40)
        (mail,) = hall.mails()
        assert mail.notice.language == "en"


class TestLateReadings:
    def test_they_revise_the_record_and_page_nobody(self, hall: Evening) -> None:
        hall.clock.set(at(-60))  # in time, as far as the store goes
        hall.arrive((*HIDDEN, *THERE))
        hall.look(40)
        first = hall.record()
        assert first is not None
        assert (first.ventilation, len(hall.mails())) == ("cannot_say", 1)
        hall.arrive(LATE)
        hall.look(60)  # a worker that was just started: the note outlived the restart
        second = hall.record()
        assert second is not None
        assert (second.ventilation, second.revision) == ("not_kept", 2)
        (revision,) = second.revisions
        assert (revision.number, revision.why, revision.at) == (
            2,
            "late_readings",
            END + timedelta(minutes=60),
        )
        assert revision.changed[0] == ("ventilation", "cannot_say", "not_kept")
        assert revision.sha256 == second.sha256 != first.sha256
        hall.look(90)
        assert hall.record() == second
        assert len(hall.mails()) == 1
        assert hall.late() == ()

    def test_what_was_noted_while_looking_is_looked_at_next(self, hall: Evening) -> None:
        hall.arrive((*HIDDEN, *THERE))
        hall.look(40)
        hall.arrive(LATE[:20])
        (noted,) = hall.late()
        hall.arrive(LATE[20:])
        with hall.database.write() as conn:
            forget_late(conn, noted)
        (still,) = hall.late()
        assert (still.from_ns, still.to_ns) == (LATE[0].at_ns, LATE[-1].at_ns)

    def test_readings_in_time_are_not_noted(self, hall: Evening) -> None:
        hall.clock.set(at(0))
        hall.arrive(every_minute({(-4, 0): 700}))
        assert hall.late() == ()
        hall.arrive(every_minute({(-7, -6): 700}))
        assert [late.room for late in hall.late()] == ["serre"]

    def test_the_same_readings_again_revise_nothing(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(40)
        before = hall.record()
        hall.arrive(FRESH)
        hall.look(41)
        assert hall.record() == before

    def test_a_database_that_is_away_has_them_given_again(self, hall: Evening) -> None:
        rows = [Placed(RoomSlug("serre"), reading) for reading in LATE]
        hall.clock.set(END)
        make_impatient(hall.database)
        late = LateReadings(hall.database, hall.clock)
        with hall.database.write(), pytest.raises(StoreUnavailable, match="cannot be noted"):
            late.written(rows)
        late.written(rows)
        assert [one.room for one in hall.late()] == ["serre"]

    def test_what_comes_soon_after_a_note_is_noted_with_the_next(self, hall: Evening) -> None:
        rows = [Placed(RoomSlug("serre"), reading) for reading in LATE]
        hall.clock.set(END)
        wall_s = [0.0]
        late = LateReadings(hall.database, hall.clock, 2.0, lambda: wall_s[0])
        assert not late.written(rows[5:6])
        (first,) = hall.late()
        assert late.written(rows[6:])
        assert late.written(rows[:1])
        assert hall.late() == (first,)
        assert not late.written(())  # no more come
        (both,) = hall.late()
        assert (both.from_ns, both.to_ns) == (LATE[0].at_ns, LATE[-1].at_ns)
        assert late.written(rows[:1])
        wall_s[0] = 2.0
        assert not late.written(rows[:1])
        (again,) = hall.late()
        assert again.noted == both.noted + 1
        assert not late.written(())
        assert hall.late() == (again,)

    def test_a_table_that_is_not_there_is_no_database_that_is_away(self, hall: Evening) -> None:
        rows = [Placed(RoomSlug("serre"), reading) for reading in LATE]
        hall.clock.set(END)
        with hall.database.write() as conn:
            conn.exec_driver_sql("DROP TABLE late_readings")
        with pytest.raises(DBAPIError, match="late_readings"):
            LateReadings(hall.database, hall.clock).written(rows)

    def test_they_are_judged_by_the_limits_of_the_time(self, hall: Evening) -> None:
        with hall.database.write() as conn:
            room = find_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
            assert room is not None
            put_policy(conn, replace(POLICY, co2_limit_ppm=2000.0))
            put_room(conn, replace(room, policy="ours"))
        hall.arrive((*HIDDEN, *THERE))
        hall.look(40)
        with hall.database.write() as conn:
            put_policy(conn, replace(POLICY, co2_limit_ppm=500.0))
        hall.arrive(LATE)
        hall.look(60)
        made = hall.record()
        assert made is not None
        assert (made.revision, made.ventilation) == (2, "kept")


def test_a_limit_above_outdoors_counts_from_what_the_venue_learned(hall: Evening) -> None:
    nights = tuple(Night(day, 470.0) for day in range(3))
    learned = OutdoorMemory({name: SensorBaseline(nights) for name in ("a", "b", "c", "d")})
    with hall.database.write() as conn:
        room = find_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
        assert room is not None
        put_room(conn, replace(room, policy="en-16798-1-ii"))
        state = msgspec.msgpack.encode(learned)
        put_memories(conn, [AirMemory(VenueSlug("de-kade"), "venue", "", 1, MEETING.start, state)])
    hall.arrive((*FRESH, *THERE))
    hall.look(40)
    made = hall.record()
    assert made is not None
    assert decode_summary(made.summary).policy.co2_limit_ppm == outdoor(learned).ppm + 800.0


class TestChangedMeeting:
    def test_a_meeting_that_was_corrected_afterwards_is_reported_anew(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        worker = hall.worker()
        hall.look(40, worker)
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, policy="nl-frisse-scholen-a"))
        hall.look(41, worker)
        made = hall.record()
        assert made is not None
        assert (made.revision, made.revisions[0].why) == (2, "meeting_changed")
        assert decode_summary(made.summary).policy.slug == "nl-frisse-scholen-a"
        assert len(hall.mails()) == 1

    def test_a_meeting_put_beside_it_afterwards_changes_nothing(self, hall: Evening) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(40)
        before = hall.record()
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, id="m0", start=at(-30), end=at(0)))
            put_meeting(conn, replace(MEETING, id="m2", start=at(92), end=at(100)))
        report = ReportBuilder(hall.database, hall.store).report("m1", hall.clock.now())
        assert before is not None
        assert report.basis.sha256 == before.sha256

    def test_it_does_not_reach_into_the_meetings_beside_it(self, hall: Evening) -> None:
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, id="m0", start=at(-30), end=at(-2)))
            put_meeting(conn, replace(MEETING, id="m2", start=at(93), end=at(120)))
        hall.arrive((*FRESH, *THERE))
        hall.look(40)
        made = hall.record()
        assert made is not None
        presence = decode_summary(made.summary).presence
        assert (presence.start, presence.end) == (at(-2), at(93))

    def test_a_meeting_that_was_moved_ahead_is_reported_when_it_is_over(
        self, hall: Evening
    ) -> None:
        hall.arrive((*FRESH, *THERE))
        hall.look(25)
        day = timedelta(days=1)
        with hall.database.write() as conn:
            put_meeting(conn, replace(MEETING, start=MEETING.start + day, end=MEETING.end + day))
        hall.look(26)
        assert hall.record() is None
        hall.look(24 * 60 + 40)
        assert hall.record() is not None


def test_the_digest_can_be_checked_against_the_store_later(hall: Evening) -> None:
    hall.arrive((*FRESH, *THERE))
    hall.look(40)
    made = hall.record()
    assert made is not None
    reporter = ReportBuilder(hall.database, hall.store)
    basis = decode_summary(made.summary).basis
    assert reporter.digest(VenueSlug("de-kade"), RoomSlug("serre"), basis) == made.sha256
    hall.arrive(every_minute({(50, 51): 1800}, device=DeviceSlug("co2-9")))
    assert reporter.digest(VenueSlug("de-kade"), RoomSlug("serre"), basis) != made.sha256


class TestReadingsThatAreNoLongerKept:
    @pytest.fixture
    def recorded(self, hall: Evening) -> Evening:
        """A record, whose readings of the meeting's day were let go since."""
        hall.arrive((*FRESH, *THERE))
        hall.look(25)
        for day in hall.store.undone(VENUE.slug, to_ns(END) + 2 * DAY_NS):
            hall.store.downsample(day)
            assert hall.store.days.let_go(day)
        return hall

    def test_a_record_stays_what_it_was_when_one_comes_late(self, recorded: Evening) -> None:
        before = recorded.record()
        assert before is not None
        recorded.arrive(LATE)
        recorded.look(120)
        assert recorded.record() == replace(before, mail_due=None)
        assert recorded.late() == ()

    def test_its_report_is_what_was_recorded(self, recorded: Evening) -> None:
        record = recorded.record()
        assert record is not None
        builder = ReportBuilder(recorded.database, recorded.store)
        report = builder.report(MEETING.id, END + timedelta(days=40))
        assert report == decode_summary(record.summary)
        digest = builder.digest(MEETING.venue, MEETING.room, report.basis)
        assert digest == record.sha256
