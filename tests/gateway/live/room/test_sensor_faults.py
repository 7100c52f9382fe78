"""A live room with a sensor that cannot be right: its flag, what is told of it, what is left out."""

from pathlib import Path
from random import Random

import pytest

from gateway.domain.room import Room
from gateway.domain.room_state import FlagView, RoomState
from gateway.live.room.air import RoomAir
from gateway.registry.alerts.outbox import all_messages
from gateway.registry.rooms import put_room
from gateway.store.interface import Placed
from sensors.wire.instant import from_wire
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.gateway.live_venue import START, Gateway, StandingClock, air, door, minute, new_database

DICE = Random(5)
LIVELY = [round(800.0 + DICE.gauss(0.0, 6.0)) for _ in range(60)]
FROZEN_FROM = 61.0


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    StandingClock.at = START
    database = new_database(tmp_path)
    with database.write() as conn:
        put_room(
            conn, Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre", seats=16, volume_m3=150.0)
        )
    return Gateway(database)


def lively(start: float = 1.0, device: DeviceSlug = DeviceSlug("co2-01")) -> list[Placed]:
    return [air(start + n, ppm, device=device) for n, ppm in enumerate(LIVELY)]


def freeze(gateway: Gateway, minutes: int) -> None:
    """A good hour, and then so many minutes of one value."""
    gateway.follow(*lively())
    gateway.follow(*(air(FROZEN_FROM + n, 812.0) for n in range(minutes)))


def state_of(gateway: Gateway) -> RoomState:
    return next(state for state in gateway.live.states() if state.room == "serre")


def room_air(gateway: Gateway) -> RoomAir:
    return gateway.live._rooms.rooms[VenueSlug("de-kade"), RoomSlug("serre")]._air


def fault_flag(gateway: Gateway) -> FlagView | None:
    return next((f for f in state_of(gateway).flags if f.rule == "sensor_fault"), None)


def test_a_frozen_sensor_raises_its_flag_with_what_is_seen(gateway: Gateway) -> None:
    freeze(gateway, 40)
    assert fault_flag(gateway) is None
    gateway.follow(*(air(FROZEN_FROM + n, 812.0) for n in range(40, 60)))
    flag = fault_flag(gateway)
    assert flag is not None
    assert flag.state == "firing"
    (seen,) = flag.evidence
    assert (seen["code"], seen["device"], seen["co2_ppm"]) == ("stuck", "co2-01", 812.0)
    assert from_wire(seen["since"]) == minute(FROZEN_FROM)
    assert state_of(gateway).level == "watch"


def test_its_change_is_published_with_the_evidence_and_its_end_without(gateway: Gateway) -> None:
    freeze(gateway, 60)
    fired = gateway.live.unpublished()[-1].change
    assert (fired.rule, fired.state) == ("sensor_fault", "firing")
    assert [item["code"] for item in fired.evidence] == ["stuck"]
    gateway.follow(*lively(FROZEN_FROM + 60))
    assert fault_flag(gateway) is None
    resolved = gateway.live.unpublished()[-1].change
    assert (resolved.rule, resolved.state, resolved.evidence) == ("sensor_fault", "resolved", ())


def test_whoever_is_told_reads_what_is_wrong(gateway: Gateway) -> None:
    freeze(gateway, 60)
    gateway.second_later()
    with gateway.database.read() as conn:
        notices = [message.notice for message in all_messages(conn)]
    faults = [notice for notice in notices if notice.rule == "sensor_fault"]
    assert faults
    assert all(notice.evidence[0]["code"] == "stuck" for notice in faults)


def test_an_ill_sensor_stops_feeding_the_estimates(gateway: Gateway) -> None:
    freeze(gateway, 55)
    assert not room_air(gateway).faults.is_fit(DeviceSlug("co2-01"))
    belief = room_air(gateway).estimate
    assert belief is not None
    assert minute(FROZEN_FROM + 54).timestamp() - belief.at_s > 300.0
    gateway.follow(*(air(FROZEN_FROM + n, 812.0) for n in range(55, 80)))
    assert room_air(gateway).estimate is None
    gateway.follow(*lively(FROZEN_FROM + 80)[:6])
    assert room_air(gateway).estimate is not None


def test_a_door_below_zero_is_told_and_leaves_the_air_alone(gateway: Gateway) -> None:
    gateway.follow(*lively()[:10], door(11, 20, 20), door(12, 20, 24), air(13, 805.0))
    flag = fault_flag(gateway)
    assert flag is not None
    assert [(seen["code"], seen["people"]) for seen in flag.evidence] == [("door_drift", -4)]
    belief = room_air(gateway).estimate
    assert belief is not None
    assert belief.at_s == minute(13).timestamp()


def test_another_sensor_in_the_room_goes_on_feeding_them(gateway: Gateway) -> None:
    freeze(gateway, 60)
    gateway.follow(*lively(FROZEN_FROM + 60.5, DeviceSlug("co2-02"))[:5])
    belief = room_air(gateway).estimate
    assert belief is not None
    assert belief.at_s == minute(FROZEN_FROM + 64.5).timestamp()


def test_a_restart_in_a_fault_changes_nothing_of_it(gateway: Gateway) -> None:
    freeze(gateway, 70)
    before = fault_flag(gateway)
    gateway.restarted()
    gateway.take()
    assert fault_flag(gateway) == before
    gateway.follow(air(FROZEN_FROM + 70, 812.0))
    after = fault_flag(gateway)
    assert before is not None
    assert after is not None
    assert (after.state, after.since) == (before.state, before.since)
    assert after.evidence[0]["since"] == before.evidence[0]["since"]


def test_a_sensor_that_warms_up_ends_no_breach(gateway: Gateway) -> None:
    stuffy = [air(1 + n, ppm + 600.0) for n, ppm in enumerate(LIVELY)]
    gateway.follow(*stuffy)
    warming = [air(66 + 0.2 * n, 410.0) for n in range(10)]
    gateway.follow(*warming)
    rules = {flag.rule: flag.state for flag in state_of(gateway).flags}
    assert rules == {"co2": "firing", "sensor_fault": "firing"}
    gateway.follow(*lively(80.0)[:5])
    assert "co2" not in {flag.rule for flag in state_of(gateway).flags}
