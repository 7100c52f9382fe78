"""What is estimated of a room's air at one moment, however that was done.

CO2 is in terms of the room's own sensor: an offset of the sensor stands in ``outdoor_ppm`` as well,
so that it cancels wherever indoors and outdoors are compared. All intervals are 90 %.
"""

from math import floor, log10
from typing import Literal, NamedTuple

from gateway.domain.air.outdoor import SHOWN_SD_PPM
from gateway.domain.policy import TYPICAL_OUTDOOR_PPM

Z90 = 1.645
"""Half a 90 % interval of a normal distribution, in standard deviations."""


AirBasis = Literal["outdoors", "room_base"]


class Range(NamedTuple):
    """A best estimate within its 90 % interval: low <= value <= high."""

    value: float
    low: float
    high: float


class Prior(NamedTuple):
    """A positive quantity before anything was measured: log-normal."""

    median: float
    log_sd: float


class AirRoom(NamedTuple):
    """What an estimate is told of a room. ``flow_lps`` is what its flow may be as a rule,
    ``opened_lps`` what it may be with the windows open, where that was learned; ``outdoor_ppm`` and
    its standard deviation are what a sensor may read outdoors, its offset included; ``basis`` says
    whether that is outdoor air, or only what the room comes back to, which then wanders by itself.
    ``follows_co2``: its ventilation does. ``is_never_empty``: its nights show no outdoor air.
    """

    volume_m3: float
    flow_lps: Prior
    opened_lps: Prior | None = None
    outdoor_ppm: float = TYPICAL_OUTDOOR_PPM
    outdoor_sd_ppm: float = SHOWN_SD_PPM
    basis: AirBasis = "outdoors"
    follows_co2: bool = False
    is_never_empty: bool = False


class SigmaPoint(NamedTuple):
    """One way the room may be, with the weight it is given; the points stand for the whole mixture
    of what may be, and their weights add up to 1. ``people`` give off ``generation_lps`` of CO2
    each.
    """

    weight: float
    flow_lps: float
    co2_ppm: float
    outdoor_ppm: float
    people: float
    generation_lps: float


class RoomEstimate(NamedTuple):
    """``flow_lps`` is None until something is known of it, and again when too little is left of
    that; ``per_person_lps``, litres of fresh air a second for each person, also while hardly
    anybody is in. ``people`` is None where neither a counter nor the air says anything. ``co2_ppm``
    is the room's own, ``shown_ppm`` what its sensor shows, with a lag but freed of its noise.

    ``changing``: the flow has just changed, and what it came to cannot be told yet; it and what each
    person gets are None then. ``basis`` is what the air that comes in is as fresh as: outdoor air, or
    no more than the air that the room comes back to when it is empty.
    """

    at_s: float
    volume_m3: float
    co2_ppm: float
    shown_ppm: float
    outdoor_ppm: Range
    flow_lps: Range | None
    per_person_lps: Range | None
    people: Range | None
    sigma_points: tuple[SigmaPoint, ...]
    changing: bool = False
    basis: AirBasis = "outdoors"

    @property
    def outdoors_ppm(self) -> float:
        """What outdoor air is taken for where the room is held to limits over it: of a room that draws
        its air from inside nothing is learned of that.
        """
        return TYPICAL_OUTDOOR_PPM if self.basis == "room_base" else self.outdoor_ppm.value

    @property
    def fresh_per_person_lps(self) -> Range | None:
        """What each person gets in outdoor air: of air from inside, as much of it as would carry out
        the same CO2.
        """
        each = self.per_person_lps
        if each is None or self.basis == "outdoors":
            return each
        comes_in = self.outdoor_ppm
        return Range(
            each.value * self._carried(comes_in.value),
            each.low * self._carried(comes_in.high),
            each.high * self._carried(comes_in.low),
        )

    def _carried(self, comes_in_ppm: float) -> float:
        """The CO2 that air of so much carries out, as a share of what outdoor air would."""
        over_ppm = self.co2_ppm - self.outdoors_ppm
        if over_ppm <= 0.0:
            return 0.0
        return min(max(self.co2_ppm - comes_in_ppm, 0.0) / over_ppm, 1.0)


def two_digits(lps: float) -> float:
    """A flow as it is told: two digits say it, and none beyond a tenth."""
    digits = 1 - floor(log10(lps)) if lps > 0 else 0
    return float(round(lps, min(digits, 1)))
