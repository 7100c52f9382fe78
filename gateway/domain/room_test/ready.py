"""Whether a room is ready to be tested: what is looked at before a test begins, and which of it would
leave the test without a figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, Literal

from gateway.domain.room_test.decay import LEAST_EXCESS_PPM
from gateway.domain.room_test.fit import Outdoor, Sample

ASKED_OVER_PPM: Final = 500.0
"""What the guide asks for over outdoors: twice what a curve needs at the least."""
SILENT_S: Final = 300.0
SCORED_PACE_S: Final = 60.0
"""Up to this interval the figures are scored (``bench.air --only room_tests``)."""
SLOWEST_PACE_S: Final = 300.0
"""A slower sensor has hardly a dozen readings in the hour of a test."""
LOW_BATTERY_PCT: Final = 20.0
MANY_BAD_FRAMES: Final = 20
"""So many are more than a knock on the cable."""
CALIBRATION_LASTS: Final = timedelta(days=365)
HIGHEST_PPM: Final = 5000.0
"""The limit value for eight hours at work (Directive 2006/15/EC): no test is worth more."""

Grade = Literal["good", "watch", "act"]
Code = Literal[
    "no_sensor", "silent", "paced", "slow", "too_slow", "faulty", "battery_low", "battery",
    "bad_frames", "calibrated", "calibrated_long_ago", "never_calibrated", "outdoor_of_nights",
    "outdoor_as_usual", "enough", "little", "too_little", "too_much", "empty", "counted_in",
    "uncounted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sensor:
    """What is known of the sensor of a room. ``samples`` are of late, their times counted back from now
    (at most 0); ``is_faulty``: a fault of it is flagged.
    """

    samples: Sequence[Sample]
    is_faulty: bool = False
    battery_pct: float | None = None
    bad_frames: int = 0
    calibrated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """``watch`` is a warning, ``act`` refuses the test. ``value`` is what was found, in the unit that
    its code is about: seconds, ppm, people, percent or frames.
    """

    code: Code
    grade: Grade
    value: float | None = None


def checks(
    sensor: Sensor | None,
    outdoor: Outdoor,
    people: int | None,
    now: datetime,
    *,
    knows_nights: bool,
    grace_s: float = 0.0,
) -> tuple[Check, ...]:
    """Everything that is looked at, in the order of the guide. ``people`` are those who are counted in,
    None where nobody counts; readings may be ``grace_s`` on their way.
    """
    if sensor is None or not sensor.samples:
        return (Check("no_sensor", "act"),)
    newest = sensor.samples[-1]
    return (
        _heard(sensor.samples, grace_s),
        *_health(sensor, now),
        _outdoor(outdoor, knows_nights=knows_nights),
        _over(newest.ppm, outdoor),
        _people(people),
    )


def may_begin(found: Sequence[Check]) -> bool:
    return all(check.grade != "act" for check in found)


def _heard(samples: Sequence[Sample], grace_s: float) -> Check:
    age_s = -samples[-1].at_s
    apart = [b.at_s - a.at_s for a, b in pairwise(samples)]
    pace_s = median(apart) if apart else SILENT_S
    if age_s > max(SILENT_S, 2 * pace_s) + grace_s:
        return Check("silent", "act", age_s)
    if pace_s > SLOWEST_PACE_S:
        return Check("too_slow", "act", pace_s)
    if pace_s > SCORED_PACE_S:
        return Check("slow", "watch", pace_s)
    return Check("paced", "good", pace_s)


def _health(sensor: Sensor, now: datetime) -> Iterator[Check]:
    if sensor.is_faulty:
        yield Check("faulty", "act")
    if sensor.battery_pct is not None:
        is_low = sensor.battery_pct < LOW_BATTERY_PCT
        code: Code = "battery_low" if is_low else "battery"
        yield Check(code, "watch" if is_low else "good", sensor.battery_pct)
    if sensor.bad_frames:
        is_many = sensor.bad_frames > MANY_BAD_FRAMES
        yield Check("bad_frames", "watch" if is_many else "good", float(sensor.bad_frames))
    if sensor.calibrated_at is None:
        yield Check("never_calibrated", "watch")
    elif now - sensor.calibrated_at > CALIBRATION_LASTS:
        yield Check("calibrated_long_ago", "watch")
    else:
        yield Check("calibrated", "good")


def _outdoor(outdoor: Outdoor, *, knows_nights: bool) -> Check:
    if knows_nights:
        return Check("outdoor_of_nights", "good", outdoor.ppm)
    return Check("outdoor_as_usual", "watch", outdoor.ppm)


def _over(ppm: float, outdoor: Outdoor) -> Check:
    over_ppm = ppm - outdoor.ppm
    if ppm > HIGHEST_PPM:
        return Check("too_much", "act", ppm)
    if over_ppm < LEAST_EXCESS_PPM:
        return Check("too_little", "act", over_ppm)
    if over_ppm < ASKED_OVER_PPM:
        return Check("little", "watch", over_ppm)
    return Check("enough", "good", over_ppm)


def _people(people: int | None) -> Check:
    if people is None:
        return Check("uncounted", "good")
    return Check("counted_in", "watch", float(people)) if people else Check("empty", "good")
