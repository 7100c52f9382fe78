from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from gateway.domain.presets import BY_SLUG
from gateway.domain.room import Room
from gateway.domain.room_state import RoomState, encode
from gateway.journal.entry import Entry, Note, RefusedMessage
from gateway.live.judged import Judged
from gateway.registry.agenda.meetings import delete_meeting, flags_of_meetings, put_meeting
from gateway.registry.alerts.flags import changes_of, recent_flags
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.devices import all_devices, place, take_down
from gateway.registry.live.metric_totals import all_totals
from gateway.registry.live.operator_requests import ask_acknowledge, ask_people, pending_requests
from gateway.registry.live.quarantine import recent
from gateway.registry.policies import all_policies
from gateway.registry.rooms import delete_room, put_room
from gateway.registry.tables.flags import flag_history, operator_requests
from gateway.registry.tables.metadata import metadata
from gateway.store.interface import Placed
from sensors.wire.instant import to_ns
from sensors.wire.reading import About, Health
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.live_venue import (
    NO_BACKLOG,
    ORGANISER,
    START,
    Gateway,
    StandingClock,
    air,
    calm,
    count,
    door,
    meeting,
    minute,
    new_database,
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


def told(gateway: Gateway) -> list[tuple[str, str, str, str]]:
    """(meeting, rule, kind, recipient) of what the organisers are told."""
    with gateway.database.read() as conn:
        return [
            (m.meeting, m.notice.rule, m.kind, m.recipient)
            for m in all_messages(conn)
            if m.recipient != "manager"
        ]


def flag_states(gateway: Gateway) -> list[tuple[str, str]]:
    with gateway.database.read() as conn:
        return [(flag.rule, flag.state) for flag in recent_flags(conn, since=START)]


def changed(gateway: Gateway, outcome: Judged) -> tuple[RoomState, ...]:
    """The rooms of which something changed, as they are now."""
    return tuple(gateway.live.state(key) for key in outcome.changed)


def serre(states: tuple[RoomState, ...]) -> RoomState:
    (found,) = [state for state in states if state.room == "serre"]
    return found


class TestFlags:
    def test_a_breach_fires_is_resolved_and_its_organiser_hears_of_both(
        self, gateway: Gateway
    ) -> None:
        gateway.follow(*(air(m, 1300) for m in range(1, 9)))
        gateway.follow(*(air(m, 1000) for m in range(9, 13)))
        with gateway.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
            assert (flag.rule, flag.state, flag.peak, flag.limit) == ("co2", "resolved", 1300, 1200)
            assert (flag.since, flag.fired_at) == (minute(1), minute(6))
            assert flag.resolved_at == minute(10)
            states = [change.state for change in changes_of(conn, flag.id)]
            assert states == ["pending", "firing", "resolved"]
            (kept,) = flags_of_meetings(conn, ("m1",))["m1"]
            assert (kept.since, kept.until, kept.peak) == (minute(1), minute(10), 1300)
        assert told(gateway) == [
            ("m1", "co2", "firing", ORGANISER),
            ("m1", "co2", "resolved", ORGANISER),
        ]

    def test_a_pending_flag_that_passes_leaves_no_trace(self, gateway: Gateway) -> None:
        gateway.follow(air(1, 1300), air(2, 1000), air(3, 1000), air(4, 1000))
        assert flag_states(gateway) == []
        with gateway.database.read() as conn:
            assert list(conn.execute(select(flag_history))) == []

    def test_time_alone_fires_a_flag(self, gateway: Gateway) -> None:
        gateway.follow(air(1, 1000), air(2, 1300))
        gateway.take(air(6, 1300), now=6)
        assert flag_states(gateway) == [("co2", "pending")]
        outcome = gateway.tick(7.5)
        assert flag_states(gateway) == [("co2", "firing")]
        assert serre(changed(gateway, outcome)).level == "act"
        with gateway.database.read() as conn:
            assert recent_flags(conn, since=START)[0].fired_at == minute(7)

    def test_too_many_people_fire_after_a_minute(self, gateway: Gateway) -> None:
        gateway.follow(door(1, 0, 0), door(2, 17, 0), door(3, 18, 0))
        assert flag_states(gateway) == [("occupancy", "firing")]
        state = serre(gateway.live.states())
        assert (state.people, state.capacity) == (18, 16)
        assert {"code": "at_most", "people": 16} in state.advice

    def test_a_late_reading_never_replaces_live_state(self, gateway: Gateway) -> None:
        gateway.take(air(5, 800), now=5)
        outcome = gateway.take(air(3, 2000, arrived=5), air(4, 2000, arrived=5), now=5)
        assert outcome.changed == ()
        assert serre(gateway.live.states()).co2_ppm == 800

    def test_a_clock_that_ran_ahead_shuts_nothing_out_once_it_is_right(
        self, gateway: Gateway
    ) -> None:
        gateway.take(air(9, 800, arrived=1), now=1)
        gateway.take(air(2, 900), now=2)
        assert serre(gateway.live.states()).co2_ppm == 900

    def test_a_reading_of_nowhere_only_shows_that_its_device_lives(self, gateway: Gateway) -> None:
        gateway.tick(0.5)
        placed = air(1, 3000, device=DeviceSlug("new-01"))
        outcome = gateway.take(Placed(RoomSlug("-"), placed.reading), now=1)
        assert outcome.changed == ()
        with gateway.database.read() as conn:
            found = {device.slug: device for device in all_devices(conn)}
        assert found[DeviceSlug("new-01")].room is None
        assert (
            found[DeviceSlug("new-01")].first_seen
            == found[DeviceSlug("new-01")].last_seen
            == minute(1)
        )

    def test_what_was_caught_up_gives_the_flags_that_live_would_have(
        self, gateway: Gateway, tmp_path: Path
    ) -> None:
        entries = [air(m / 2, 1300 if m < 30 else 900) for m in range(2, 50)]
        gateway.follow(*entries)
        late = Gateway(new_database(tmp_path / "late"))
        late.take(*entries, now=26)
        assert rows(late, "flags") == rows(gateway, "flags")
        assert rows(late, "flag_history") == rows(gateway, "flag_history")
        assert rows(late, "meeting_flags") == rows(gateway, "meeting_flags")
        assert told(late) == [], "what is over already is told to nobody"


class TestSilence:
    def test_a_sensor_that_falls_silent_is_told_and_leaves_the_room_unknown(
        self, gateway: Gateway
    ) -> None:
        gateway.follow(air(1, 800))
        gateway.tick(5.9)
        assert flag_states(gateway) == []
        state = serre(changed(gateway, gateway.tick(6.1)))
        assert (state.level, [flag.rule for flag in state.flags]) == ("unknown", ["no_data"])
        assert told(gateway) == [("m1", "no_data", "firing", ORGANISER)]
        gateway.follow(air(10, 800), air(11, 800))
        assert flag_states(gateway) == [("no_data", "resolved")]
        with gateway.database.read() as conn:
            (flag,) = recent_flags(conn, since=START)
        assert (flag.since, flag.peak) == (minute(1), 540)

    def test_it_never_resolves_a_breach(self, gateway: Gateway) -> None:
        gateway.follow(*(air(m, 1300) for m in range(1, 8)))
        gateway.tick(50)
        assert sorted(flag_states(gateway)) == [("co2", "firing"), ("no_data", "firing")]
        assert serre(gateway.live.states()).level == "act"

    def test_a_room_without_a_co2_sensor_has_no_such_rule(self, gateway: Gateway) -> None:
        gateway.tick(59)
        with gateway.database.read() as conn:
            assert {flag.room for flag in recent_flags(conn, since=START)} == {"serre"}

    def test_a_people_counter_alone_is_not_missed_for_its_air(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            take_down(conn, VenueSlug("de-kade"), DeviceSlug("co2-01"), START)
            place(conn, VenueSlug("de-kade"), DeviceSlug("cam-01"), RoomSlug("serre"), START)
        gateway.live.refresh()
        gateway.take(count(1, 3), now=1)
        gateway.tick(50)
        assert flag_states(gateway) == []

    def test_the_gateways_own_absence_is_not_the_devices_silence(self, gateway: Gateway) -> None:
        gateway.follow(air(1, 800))
        gateway.take(now=2)
        StandingClock.at = minute(30)
        gateway.restarted()
        gateway.tick(35.1)  # a backlog has ten seconds to come in
        assert flag_states(gateway) == []
        gateway.tick(35.2)
        assert flag_states(gateway) == [("no_data", "firing")]


class TestMeetings:
    def test_a_breach_belongs_to_every_meeting_it_overlaps_clipped_to_each(
        self, gateway: Gateway
    ) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, meeting("m2", 60, 90, "bob@example.org"))
            put_meeting(conn, meeting("m3", 90, 120, "eve@example.org"))
        gateway.live.refresh()
        gateway.follow(*calm(50), *(air(m, 1400 if m == 55 else 1300) for m in range(50, 75)))
        gateway.follow(*(air(m, 900) for m in range(75, 95)))
        with gateway.database.read() as conn:
            kept = flags_of_meetings(conn, ("m1", "m2", "m3"))
        (one,), (two,) = kept["m1"], kept["m2"]
        assert (one.since, one.until, one.peak) == (minute(50), minute(60), 1400)
        assert (two.since, two.until, two.peak) == (minute(60), minute(76), 1300)
        assert one.state == two.state == "resolved"
        assert "m3" not in kept
        assert told(gateway) == [
            ("m1", "co2", "firing", ORGANISER),
            ("m2", "co2", "firing", "bob@example.org"),
            ("m1", "co2", "resolved", ORGANISER),
            ("m2", "co2", "resolved", "bob@example.org"),
        ]

    def test_what_fires_before_a_meeting_is_told_when_it_still_fires_five_minutes_in(
        self, gateway: Gateway
    ) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, meeting("m2", 60, 90, "bob@example.org"))
            delete_meeting(conn, "m1")
        gateway.live.refresh()
        gateway.follow(*(air(m / 2, 1300) for m in range(100, 130)))
        assert told(gateway) == []
        gateway.follow(air(65, 1300))
        assert told(gateway) == [("m2", "co2", "firing", "bob@example.org")]

    def test_an_organiser_hears_once_of_a_breach_that_runs_into_the_next_meeting(
        self, gateway: Gateway
    ) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, meeting("m2", 60, 90, ORGANISER.upper()))
        gateway.live.refresh()
        gateway.follow(*calm(50), *(air(m, 1300) for m in range(50, 80)))
        assert told(gateway) == [("m1", "co2", "firing", ORGANISER)]

    def test_without_an_organiser_only_the_manager_is_told(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, meeting("m1", 0, 60, None))
        gateway.live.refresh()
        gateway.follow(*(air(m, 1300) for m in range(1, 9)))
        assert told(gateway) == []
        with gateway.database.read() as conn:
            assert [m.recipient for m in all_messages(conn)] == ["manager"]

    def test_a_meeting_has_its_own_limits(self, gateway: Gateway) -> None:
        with gateway.database.write() as conn:
            put_meeting(conn, replace(meeting("m1", 0, 60), policy="hse-1500"))
        gateway.live.refresh()
        gateway.follow(*calm(50), *(air(m, 1450) for m in range(50, 60)))
        assert flag_states(gateway) == []
        gateway.follow(*(air(m, 1450) for m in range(60, 67)))
        assert flag_states(gateway) == [("co2", "firing")]


class TestPeopleAsk:
    def test_a_count_set_by_hand_holds_from_then_on(self, gateway: Gateway) -> None:
        gateway.follow(door(1, 10, 0), door(2, 14, 0))
        with gateway.database.write() as conn:
            ask_people(conn, VenueSlug("de-kade"), RoomSlug("serre"), 7, "anna", minute(3))
            ask_people(conn, VenueSlug("de-kade"), RoomSlug("cellar"), 7, "anna", minute(3))
        StandingClock.at = minute(3)
        outcome = gateway.live.refresh()
        assert outcome is not None
        assert serre(changed(gateway, outcome)).people == 7
        gateway.follow(door(4, 15, 0))
        assert serre(gateway.live.states()).people == 8
        with gateway.database.read() as conn:
            assert pending_requests(conn) == ()
        assert gateway.live.refresh() is None

    def test_what_cannot_be_read_is_set_aside_and_holds_up_nothing(
        self, gateway: Gateway, caplog: pytest.LogCaptureFixture
    ) -> None:
        bodies = ("", "[]", "{}", '{"people":"many"}', '{"people":-1}', f'{{"people":{10**30}}}')
        with gateway.database.write() as conn:
            for body in bodies:
                ask_people(conn, VenueSlug("de-kade"), RoomSlug("serre"), 7, "anna", minute(1))
                ask_acknowledge(conn, "f1", "anna", "", minute(1))
                unreadable = update(operator_requests).where(~operator_requests.c.body.in_(bodies))
                conn.execute(unreadable.values(body=body))
            ask_people(conn, VenueSlug("de-kade"), RoomSlug("serre"), 3, "anna", minute(1))
            conn.execute(
                update(operator_requests)
                .where(operator_requests.c.body == '{"people":3}')
                .values(room=None)
            )
            ask_people(conn, VenueSlug("de-kade"), RoomSlug("serre"), 9, "anna", minute(1))
        StandingClock.at = minute(1)
        outcome = gateway.live.refresh()
        assert outcome is not None
        assert serre(changed(gateway, outcome)).people == 9
        with gateway.database.read() as conn:
            assert pending_requests(conn) == ()
        assert gateway.restarted().refresh() is None
        said = [record for record in caplog.records if "cannot be read" in record.message]
        assert len(said) == 2 * len(bodies) + 1

    @pytest.mark.parametrize("last", [8, 30], ids=["while it fires", "when it is over"])
    def test_a_flag_is_acknowledged(self, gateway: Gateway, last: int) -> None:
        gateway.follow(*(air(m, 1300 if m < 9 else 900) for m in range(1, last)))
        with gateway.database.write() as conn:
            (flag,) = recent_flags(conn, since=START)
            ask_acknowledge(conn, flag.id, "anna", "on it", minute(40))
            ask_acknowledge(conn, "no-such-flag", "anna", "", minute(40))
        gateway.live.refresh()
        with gateway.database.read() as conn:
            (seen,) = recent_flags(conn, since=START)
            assert pending_requests(conn) == ()
        assert (seen.acknowledged_by, seen.acknowledged_at) == ("anna", minute(40))
        assert seen.state == flag.state

    def test_the_night_empties_the_room(self, gateway: Gateway) -> None:
        gateway.follow(door(1, 0, 0), door(2, 9, 0))
        gateway.tick(18 * 60 - 1)  # 03:59 in Amsterdam
        assert serre(gateway.live.states()).people == 9
        outcome = gateway.tick(18 * 60)
        state = serre(changed(gateway, outcome))
        assert (state.people, state.people_at) == (0, "2026-11-25T03:00:00.000Z")


class TestConfiguration:
    def test_presets_are_there_after_loading(self, gateway: Gateway) -> None:
        with gateway.database.read() as conn:
            assert BY_SLUG["hse-1500"] in all_policies(conn)

    def test_a_change_shows_at_the_next_look(self, gateway: Gateway) -> None:
        gateway.live.refresh()
        with gateway.database.write() as conn:
            put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Wintertuin", seats=10))
            put_room(conn, Room(VenueSlug("de-kade"), RoomSlug("bar"), "Bar"))
            delete_room(conn, VenueSlug("de-kade"), RoomSlug("zaal"))
        outcome = gateway.live.refresh()
        assert outcome is not None
        assert {state.room: state.name for state in changed(gateway, outcome)} == {
            "serre": "Wintertuin",
            "bar": "Bar",
        }
        assert serre(changed(gateway, outcome)).capacity == 10
        assert gateway.live.refresh() is None

    def test_a_sensor_taken_away_ends_its_flags(self, gateway: Gateway) -> None:
        gateway.follow(*(air(m, 1300) for m in range(1, 8)))
        with gateway.database.write() as conn:
            take_down(conn, VenueSlug("de-kade"), DeviceSlug("co2-01"), minute(8))
        StandingClock.at = minute(13)
        gateway.live.refresh()
        gateway.tick(15)
        gateway.tick(20)
        assert "firing" not in [state for _, state in flag_states(gateway)]

    @pytest.mark.parametrize("trust_hints", [True, False])
    def test_a_hint_adopts_a_new_device_where_the_venue_trusts_it(
        self, tmp_path: Path, trust_hints: bool
    ) -> None:
        gateway = Gateway(new_database(tmp_path, trust_hints=trust_hints))
        notes: list[Entry] = [
            Note(
                VenueSlug("de-kade"),
                DeviceSlug(device),
                to_ns(START),
                about=About("mh-z19b", room=RoomSlug(room)),
            )
            for device, room in [("a-1", "zaal"), ("a-2", "cellar"), ("co2-01", "zaal")]
        ]
        gateway.take(*notes)
        gateway.live.refresh()
        hung = {p.device: p.room for p in gateway.live.placements()}
        assert hung == {"co2-01": "serre"} | ({"a-1": "zaal"} if trust_hints else {})
        with gateway.database.read() as conn:
            (seen,) = [d for d in all_devices(conn) if d.slug == "a-2"]
        assert (seen.about.room, seen.room) == ("cellar", None)

    def test_how_a_device_is_stays_as_it_said_last(self, gateway: Gateway) -> None:
        for battery in (88.0, 87.0):
            health = Health(battery_pct=battery, bad={"checksum": 3})
            told = Note(VenueSlug("de-kade"), DeviceSlug("a-1"), to_ns(START), health=health)
            gateway.take(told)
        gateway.live.refresh()
        with gateway.database.read() as conn:
            (seen,) = [one for one in all_devices(conn) if one.slug == "a-1"]
        assert (seen.health, seen.health_at) == (health, START)


class TestSafety:
    def test_an_entry_is_judged_once_however_often_it_is_handed_in(self, gateway: Gateway) -> None:
        gateway.journalled([door(1, 90, 0), door(2, 95, 0), door(3, 1, 0), door(4, 2, 0)])
        waiting = list(enumerate(gateway.journal, 1))
        StandingClock.at = minute(4)
        for _ in range(3):
            gateway.live.apply(waiting, {})
        assert serre(gateway.live.states()).people == 7

    def test_a_database_that_is_locked_loses_nothing(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gateway.follow(*(air(m, 1300) for m in range(1, 6)))
        entry = air(6, 1300)
        refused = RefusedMessage("luchtig/x", b"\xff", Reason.BAD_TOPIC, "no such topic", 1)
        whole = gateway.database.write

        def locked() -> Any:
            raise OperationalError("COMMIT", None, Exception("database is locked"))

        monkeypatch.setattr(gateway.database, "write", locked)
        for _ in range(2):
            with pytest.raises(OperationalError):
                gateway.live.apply([(6, entry), (7, refused)], {("x_total", "a"): 2.0})
        monkeypatch.setattr(gateway.database, "write", whole)
        StandingClock.at = minute(6)
        outcome = gateway.live.apply([(6, entry), (7, refused)], {("x_total", "a"): 2.0})
        assert serre(changed(gateway, outcome)).level == "act"
        assert gateway.live.cursor == 7
        assert flag_states(gateway) == [("co2", "firing")]
        with gateway.database.read() as conn:
            assert recent(conn, 10) == (refused,)
            assert all_totals(conn) == (("gw", "x_total", "a", 2.0),)

    def test_changes_wait_for_mqtt_until_they_are_published(self, gateway: Gateway) -> None:
        gateway.follow(*(air(m, 1300) for m in range(1, 9)))
        pending, firing = gateway.restarted().unpublished()
        assert (pending.change.state, firing.change.state) == ("pending", "firing")
        assert asdict_of(firing.change) == {
            "rule": "co2",
            "at": "2026-11-24T09:06:00.000Z",
            "since": "2026-11-24T09:01:00.000Z",
            "value": 1300.0,
            "limit": 1200.0,
            "meeting": "m1",
        }
        gateway.live.mark_published([pending.history_id])
        assert gateway.live.unpublished() == (firing,)
        gateway.live.mark_published([firing.history_id])
        assert gateway.live.unpublished() == ()

    def test_samples_come_at_most_every_ten_seconds_and_the_same_after_a_restart(
        self, gateway: Gateway
    ) -> None:
        entries = [air(1 + s / 60, 800 + s) for s in range(0, 60, 2)]
        samples = gateway.take(*entries, now=2).samples
        assert [s.co2_ppm for s in samples] == [800, 810, 820, 830, 840, 850]
        assert {(s.venue, s.room, s.level) for s in samples} == {("de-kade", "serre", "good")}


def asdict_of(change: Any) -> dict[str, Any]:
    names = ("rule", "at", "since", "value", "limit", "meeting")
    return {name: getattr(change, name) for name in names}


def rows(gateway: Gateway, name: str) -> list[tuple[Any, ...]]:
    """A table's rows without what numbers them."""
    table = metadata.tables[name]
    columns = [c for c in table.columns if c.name not in ("id", "published") or name == "flags"]
    with gateway.database.read() as conn:
        return sorted(map(tuple, conn.execute(select(*columns))), key=repr)


TABLES = ("flags", "flag_history", "meeting_flags", "door_counts", "room_counts")

readings = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.5, 1.0, 3.0, 6.0]),
        st.one_of(
            st.tuples(st.just("air"), st.sampled_from([600, 1100, 1150, 1250, 1500])),
            st.tuples(st.just("door"), st.integers(-9, 9)),
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=15,
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(readings)
def test_a_restart_at_any_point_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[tuple[float, tuple[str, int], bool]],
) -> None:
    StandingClock.at = START
    never = Gateway(new_database(tmp_path_factory.mktemp("never")), 1e5, NO_BACKLOG)
    StandingClock.at = START
    often = Gateway(new_database(tmp_path_factory.mktemp("often")), 1e5, NO_BACKLOG)
    at, came, went = 1.0, 20, 0
    for wait, (kind, value), killed in moves:
        at += wait
        came, went = came + max(0, value), went + max(0, -value)
        entry = air(at, value) if kind == "air" else door(at, came, went)
        for gateway in (never, often):
            StandingClock.at = minute(at - wait)
            gateway.follow(entry)
        if killed:
            often.restarted()
    for gateway in (never, often):
        StandingClock.at = minute(at)
        gateway.take()
        gateway.second_later()
    for name in TABLES:
        assert rows(often, name) == rows(never, name), name
    assert often.live.states() == never.live.states()
    assert told(often) == told(never)


def test_the_state_of_a_room_keeps_what_a_private_meeting_is_about(gateway: Gateway) -> None:
    with gateway.database.write() as conn:
        put_meeting(conn, replace(meeting("m1", 0, 60), private=True))
    gateway.live.refresh()
    payload = encode(serre(changed(gateway, gateway.take(air(1, 800), now=1))))
    assert b'"title":null' in payload
    assert b'"private":true' in payload
    assert b"Meeting m1" not in payload


def test_every_state_names_the_gateway_and_the_meeting_going_on(gateway: Gateway) -> None:
    state = serre(changed(gateway, gateway.take(air(1, 800), now=1)))
    assert state.gateway == "gw"
    assert state.meeting is not None
    assert (state.meeting.id, state.meeting.title) == ("m1", "Meeting m1")
    assert (state.co2_ppm, state.co2_at, state.level) == (800, "2026-11-24T09:01:00.000Z", "good")
    assert asdict(meeting("m1", 0, 60))["room"] == state.room
