from collections.abc import Iterator, Mapping, Sequence

import pytest

from gateway.domain.air.outdoor import Night, SensorBaseline
from gateway.domain.faults.drift import MOST_OTHERS, Drift, evidence, step
from sensors.wire.topic import DeviceSlug

STEADY = (430.0, 441.0, 425.0, 438.0, 433.0, 429.0, 440.0, 436.0)
DOWN = tuple(value - 15.0 * number for number, value in enumerate(STEADY))
AT_S = 1_790_000_000.0


def baseline(nights_ppm: Sequence[float], first_day: int = 20_700) -> SensorBaseline:
    return SensorBaseline(tuple(Night(first_day + n, ppm) for n, ppm in enumerate(nights_ppm)))


def judged(**sensors: Sequence[float]) -> Drift | None:
    return step(
        None, AT_S, DeviceSlug("own"), {name: baseline(ppm) for name, ppm in sensors.items()}
    )


@pytest.mark.parametrize(
    ("sensors", "off_ppm"),
    [
        pytest.param({"own": DOWN}, -105.0, id="alone, away by more than outdoor air goes"),
        pytest.param(
            {"own": [v + 9.0 * n for n, v in enumerate(STEADY)], "a": STEADY, "b": STEADY},
            63.0,
            id="away from the others, by less",
        ),
        pytest.param(
            {"own": [v + 80.0 for v in STEADY], "a": STEADY, "b": STEADY}, 80.0, id="off two others"
        ),
        pytest.param({"own": [v - 120.0 for v in STEADY], "a": STEADY}, -120.0, id="off one other"),
        pytest.param({"own": [310.0] * 3}, -90.0, id="far below outdoor air"),
    ],
)
def test_a_sensor_whose_nights_are_off_drifts(
    sensors: dict[str, Sequence[float]], off_ppm: float
) -> None:
    drift = judged(**sensors)
    assert drift is not None
    fault = evidence(drift, DeviceSlug("own"), AT_S + 600.0)
    assert fault is not None
    assert fault.off_ppm == pytest.approx(off_ppm, abs=15.0)
    assert (fault.code, fault.since_s, fault.minutes) == ("drift", AT_S, 10.0)
    assert not fault.is_unfit


@pytest.mark.parametrize(
    "sensors",
    [
        pytest.param({"own": STEADY}, id="steady nights"),
        pytest.param({"own": DOWN[:4]}, id="four nights are no trend"),
        pytest.param({"own": [310.0] * 2}, id="two nights are no baseline"),
        pytest.param({"own": (430, 475, 425, 470, 428, 466, 431)}, id="nights up and down"),
        pytest.param({"own": DOWN, "a": DOWN, "b": DOWN}, id="the outdoor air itself moves"),
        pytest.param(
            {"own": STEADY, "a": [v - 120.0 for v in STEADY]}, id="the other one is off outdoor air"
        ),
        pytest.param({"own": [v + 80.0 for v in STEADY], "a": STEADY}, id="an offset between two"),
    ],
)
def test_what_outdoor_air_and_offsets_do_is_none(sensors: dict[str, Sequence[float]]) -> None:
    drift = judged(**sensors)
    assert drift is not None
    assert evidence(drift, DeviceSlug("own"), AT_S) is None


def test_it_ends_when_its_nights_are_near_again_and_not_at_the_edge() -> None:
    others = {"a": baseline(STEADY), "b": baseline(STEADY)}
    far = [v + 80.0 for v in STEADY[:5]]
    drift = step(None, AT_S, DeviceSlug("own"), others | {"own": baseline(far)})
    edge = [v + 65.0 for v in STEADY[:6]]
    drift = step(drift, AT_S + 1.0, DeviceSlug("own"), others | {"own": baseline(edge)})
    assert drift is not None
    assert drift.since_s == AT_S
    drift = step(drift, AT_S + 2.0, DeviceSlug("own"), others | {"own": baseline(STEADY[:7])})
    assert drift is not None
    assert drift.since_s == 0.0


def test_a_night_is_judged_once() -> None:
    sensors = {"own": baseline(DOWN)}
    drift = step(None, AT_S, DeviceSlug("own"), sensors)
    assert step(drift, AT_S + 60.0, DeviceSlug("own"), sensors) is drift
    assert step(None, AT_S, DeviceSlug("own"), {}) is None


class Asked(Mapping[str, SensorBaseline]):
    """Counts the sensors that were looked at."""

    def __init__(self, sensors: dict[str, SensorBaseline]) -> None:
        self._sensors = sensors
        self.looked_at = 0

    def __getitem__(self, name: str) -> SensorBaseline:
        return self._sensors[name]

    def __len__(self) -> int:
        return len(self._sensors)

    def __iter__(self) -> Iterator[str]:
        for name in self._sensors:
            self.looked_at += 1
            yield name


def test_in_a_venue_of_very_many_sensors_some_of_the_others_tell_as_much() -> None:
    others = {f"other-{number}": baseline(STEADY) for number in range(10 * MOST_OTHERS)}
    sensors = Asked({"own": baseline([v + 80.0 for v in STEADY])} | others)
    found = step(None, AT_S, DeviceSlug("own"), sensors)
    assert found is not None
    assert found.off_ppm == pytest.approx(80.0)
    assert sensors.looked_at <= MOST_OTHERS + 2
