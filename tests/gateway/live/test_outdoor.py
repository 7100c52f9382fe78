"""What is kept of a venue's sensors between readings comes to what all of them would come to anew."""

from math import hypot

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.air.outdoor import (
    OFFSET_SD_PPM,
    Night,
    OutdoorMemory,
    SensorBaseline,
    baseline_after,
    outdoor,
)
from gateway.live.outdoor import VenueOutdoor
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, VenueSlug

QUARTER_S = 900.0
VENUE = VenueSlug("hall")
DEVICES = [DeviceSlug(name) for name in "abcd"]
UNHEARD = DeviceSlug("z")

Days = list[tuple[DeviceSlug, float]]
days = st.lists(
    st.tuples(st.sampled_from(DEVICES), st.sampled_from([400.0, 431.5, 431.5, 460.0, 700.0])),
    max_size=16,
)
"""Which sensor showed what for a day, one day after the other."""


def readings(of: Days) -> list[AirReading]:
    return [
        AirReading(VENUE, device, ns, ns, True, ppm + quarter % 4, 21.0, 40.0)
        for day, (device, ppm) in enumerate(of)
        for quarter in range(96)
        for ns in [int((day * 96 + quarter + 1) * QUARTER_S * 1e9)]
    ]


def with_doubt(sensors: dict[str, SensorBaseline]) -> tuple[float, float]:
    found = outdoor(OutdoorMemory(sensors))
    return found.ppm, hypot(found.sd_ppm, OFFSET_SD_PPM)


def check(kept: VenueOutdoor, sensors: dict[str, SensorBaseline]) -> None:
    assert kept.baselines == sensors
    assert kept.shown_outdoors(UNHEARD) == with_doubt(sensors)
    for device in (*DEVICES, UNHEARD):
        others = {name: one for name, one in sensors.items() if name != device}
        assert kept.of_others(device) == with_doubt(others)


@given(days, days)
def test_it_says_of_any_nights_what_all_sensors_say_anew_also_over_a_restart(
    before: Days, after: Days
) -> None:
    kept, sensors = VenueOutdoor(), dict[str, SensorBaseline]()
    for heard in readings([*before, *after]):
        told = kept.nights, kept.shown_outdoors(UNHEARD)
        known = sensors.get(heard.device, SensorBaseline())
        sensors[heard.device] = baseline_after(known, heard.at_ns / 1e9, heard.co2_ppm)
        kept.update(heard)
        if told[0] == kept.nights:
            assert told[1] == kept.shown_outdoors(UNHEARD)
            assert known.nights == sensors[heard.device].nights
        if heard.at_ns == int((len(before) * 96 + 1) * QUARTER_S * 1e9):
            again = VenueOutdoor()
            again.restore(kept.snapshot())
            kept = again
    check(kept, sensors)


def test_what_is_said_of_its_sensors_is_not_other_for_a_reading_that_ends_no_night() -> None:
    kept = VenueOutdoor()
    kept.update(AirReading(VENUE, DEVICES[0], 10**12, 10**12, True, 500.0, 21.0, 40.0))
    assert kept.nights == 0
    assert kept.is_new


def test_one_of_two_that_show_the_same_is_left_out() -> None:
    kept, nights = VenueOutdoor(), (Night(1, 440.0), Night(2, 450.0))
    sensors: dict[str, SensorBaseline] = {"a": SensorBaseline(nights), "b": SensorBaseline(nights)}
    kept.restore(msgspec.msgpack.encode(OutdoorMemory(sensors)))
    check(kept, sensors)
