from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firmware_sim.devices.faults import FaultyDevice
from firmware_sim.event import ConnectionBack, ConnectionLost, DeviceMessage, Event
from firmware_sim.scenario.scenario import parse_scenario
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.reading import AirReading, PeopleReading, Reading
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import DeviceSlug, DeviceTopic, VenueSlug
from tests.firmware_sim.scenarios import SECOND_NS, local_ns, tables

NINE = local_ns(9)


def device(*faults: dict[str, Any], seed: int = 1) -> FaultyDevice:
    given = tables(device=[{"device": "air-1", "fault": list(faults)}])
    plan = parse_scenario(given, "t").devices[0]
    return FaultyDevice(plan, ZoneInfo("Europe/Amsterdam"), seed)


def air(number: int, co2_ppm: float | None = None) -> AirReading:
    """The reading number ``number`` after nine, 10 s apart, its value telling them apart."""
    at_ns = NINE + number * 10 * SECOND_NS
    value = 500.0 + number if co2_ppm is None else co2_ppm
    return AirReading(
        VenueSlug("test-venue"),
        DeviceSlug("air-1"),
        at_ns,
        at_ns,
        ts_given=True,
        co2_ppm=value,
        seq=number,
    )


def counted(number: int, **values: int) -> PeopleReading:
    at_ns = NINE + number * 10 * SECOND_NS
    return PeopleReading(
        VenueSlug("test-venue"),
        DeviceSlug("air-1"),
        at_ns,
        at_ns,
        ts_given=True,
        seq=number,
        **values,
    )


def sent(faulty: FaultyDevice, readings: list[Reading]) -> list[Event]:
    return [event for reading in readings for event in faulty.send(reading)] + faulty.finish()


def decoded(event: Event) -> Reading | Refused:
    assert isinstance(event, DeviceMessage)
    result = decode_reading(
        DeviceTopic(event.venue, event.device, event.leaf), event.payload, event.at_ns
    )
    return result.reading if isinstance(result, Decoded) else result


def seqs(events: list[Event]) -> list[int | None]:
    found = [decoded(event) for event in events]
    return [None if isinstance(reading, Refused) else reading.seq for reading in found]


def values(events: list[Event]) -> list[float]:
    return [r.co2_ppm for r in map(decoded, events) if isinstance(r, AirReading)]


TEN: list[Reading] = [air(number) for number in range(10)]
MIDDLE = {"start": "09:01", "end": "09:02"}  # the readings 6 to 11


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param({"kind": "drop"} | MIDDLE, [0, 1, 2, 3, 4, 5], id="dropped ones never come"),
        pytest.param(
            {"kind": "duplicate"} | MIDDLE,
            [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 9],
            id="duplicated ones come twice",
        ),
        pytest.param(
            {"kind": "reorder"} | MIDDLE,
            [0, 1, 2, 3, 4, 5, 7, 6, 9, 8],
            id="reordered ones change places in pairs",
        ),
        pytest.param(
            {"kind": "delay", "delay_s": 25} | MIDDLE,
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            id="delayed ones all come in the end",
        ),
    ],
)
def test_deliveries(fault: dict[str, Any], expected: list[int]) -> None:
    assert seqs(sent(device(fault), TEN)) == expected


def test_a_delayed_reading_keeps_its_own_time_and_is_sent_later() -> None:
    faulty = device({"kind": "delay", "delay_s": 25, "start": "09:00", "end": "09:01"})
    events = sent(faulty, TEN)
    late = [
        e.at_ns - (NINE + (s or 0) * 10 * SECOND_NS)
        for e, s in zip(events, seqs(events), strict=True)
    ]
    assert sorted(set(late)) == [0, 30 * SECOND_NS]
    assert [e.at_ns for e in events] == sorted(e.at_ns for e in events)


class TestOffline:
    def test_the_backlog_comes_on_return_oldest_first(self) -> None:
        readings: list[Reading] = [air(number) for number in range(14)]
        events = sent(device({"kind": "offline"} | MIDDLE), readings)
        turns = [(i, type(e)) for i, e in enumerate(events) if not isinstance(e, DeviceMessage)]
        assert turns == [(6, ConnectionLost), (7, ConnectionBack)]
        assert events[6].at_ns == air(6).at_ns
        assert events[7].at_ns == air(12).at_ns
        assert seqs([e for e in events if isinstance(e, DeviceMessage)]) == list(range(14))
        assert {e.at_ns for e in events[7:14]} == {air(12).at_ns}

    def test_without_a_backlog_it_is_lost(self) -> None:
        readings: list[Reading] = [air(number) for number in range(14)]
        events = sent(device({"kind": "offline", "backlog": False} | MIDDLE), readings)
        assert seqs([e for e in events if isinstance(e, DeviceMessage)]) == [*range(6), 12, 13]

    def test_by_chance_it_lasts_as_long_as_told(self) -> None:
        faulty = device({"kind": "offline", "probability": 0.02, "lasts_s": 100, "backlog": False})
        events = sent(faulty, [air(number) for number in range(2000)])
        lost = [e.at_ns for e in events if isinstance(e, ConnectionLost)]
        back = [e.at_ns for e in events if isinstance(e, ConnectionBack)]
        assert len(lost) > 10
        assert {b - a for a, b in zip(lost, back, strict=False)} <= {
            s * SECOND_NS for s in range(100, 2000, 10)
        }


class TestValues:
    def test_a_stuck_sensor_repeats_its_value_with_new_times(self) -> None:
        events = sent(device({"kind": "stuck"} | MIDDLE), [air(number) for number in range(14)])
        assert values(events) == [*range(500, 506), *[506.0] * 6, 512, 513]
        assert seqs(events) == list(range(14))

    def test_a_stuck_air_sensor_does_not_leak_into_its_counts(self) -> None:
        readings: list[Reading] = [air(6), counted(6, count=4), air(7), counted(7, count=9)]
        events = sent(device({"kind": "stuck"} | MIDDLE), readings)
        people = [r.count for r in map(decoded, events) if isinstance(r, PeopleReading)]
        assert people == [4, 4]
        assert values(events) == [506, 506]

    @pytest.mark.parametrize(
        ("size", "expected"), [(3000, 3506), (-1000, 0), (40_000, 40_000)], ids=str
    )
    def test_a_spike_stays_what_a_sensor_could_say(self, size: float, expected: float) -> None:
        events = sent(device({"kind": "spike", "size": size} | MIDDLE), [air(5), air(6)])
        assert values(events) == [505, expected]

    def test_a_spike_in_people(self) -> None:
        faulty = device({"kind": "spike", "size": 50} | MIDDLE)
        events = sent(faulty, [counted(6, count=4), counted(7, in_total=9, out_total=5)])
        first, second = (decoded(event) for event in events)
        assert isinstance(first, PeopleReading)
        assert isinstance(second, PeopleReading)
        assert (first.count, second.in_total, second.out_total) == (54, 59, 5)

    def test_a_spike_in_motion(self) -> None:
        (event,) = sent(device({"kind": "spike", "size": 50} | MIDDLE), [counted(6, motion=1)])
        reading = decoded(event)
        assert isinstance(reading, PeopleReading)
        assert (reading.motion, reading.in_total) == (51, None)


class TestBytes:
    @pytest.mark.parametrize(
        "reading",
        [
            air(6),
            counted(6, count=3),
            counted(6, in_total=3, out_total=2),
            counted(6, motion=1),
        ],
        ids=["air", "count", "totals", "motion"],
    )
    def test_not_a_number_is_refused_as_such(self, reading: Reading) -> None:
        (event,) = sent(device({"kind": "nan"} | MIDDLE), [reading])
        refused = decoded(event)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.NOT_FINITE

    def test_garbage_is_never_a_reading(self) -> None:
        faulty = device({"kind": "garbage", "probability": 1.0})
        events = sent(faulty, [air(number) for number in range(300)])
        assert len({event.payload for event in events if isinstance(event, DeviceMessage)}) > 290
        assert all(isinstance(decoded(event), Refused) for event in events)


class TestChance:
    def test_about_as_often_as_told(self) -> None:
        events = sent(device({"kind": "drop", "probability": 0.2}), [air(n) for n in range(5000)])
        assert 3850 < len(events) < 4150

    def test_only_within_its_time(self) -> None:
        fault = {"kind": "drop", "probability": 0.5} | MIDDLE
        events = sent(device(fault), [air(n) for n in range(600)])
        assert 594 <= len(events) < 600

    def test_the_same_seed_gives_the_same_faults(self) -> None:
        def run(seed: int) -> list[Event]:
            faults = [{"kind": k, "probability": 0.3} for k in ("drop", "duplicate", "garbage")]
            return sent(device(*faults, seed=seed), [air(n) for n in range(100)])

        assert run(1) == run(1)
        assert run(1) != run(2)

    def test_many_at_once_never_break_the_device(self) -> None:
        kinds = (
            "drop",
            "duplicate",
            "reorder",
            "delay",
            "offline",
            "stuck",
            "spike",
            "nan",
            "garbage",
        )
        faults = [{"kind": kind, "probability": 0.2, "lasts_s": 30} for kind in kinds]
        events = sent(device(*faults), [air(n) for n in range(2000)])
        times = [event.at_ns for event in events if not isinstance(event, DeviceMessage)]
        assert times == sorted(times)
        assert len(events) > 1000


def test_without_faults_every_reading_passes_as_it_is() -> None:
    assert [decoded(event) for event in sent(device(), TEN)] == TEN
