"""Policies: named sets of limits that a venue, a room or a meeting is held to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from sensors.wire.topic import VenueSlug

Kind = Literal["law", "guideline", "advice", "expired", "own"]
"""What a policy is. A guideline comes from a standard or an authority that says what is good;
advice is looser; ``expired`` once held and does no more; ``own`` was made by the venue.
"""

TYPICAL_OUTDOOR_PPM = 430.0
"""Outdoors in 2026, where nothing was learned: Mauna Loa stood at 430 in May 2025
(NOAA/Scripps)."""


MISSED = 2.5
"""A sensor is late when so many of its intervals are over: it missed two messages, and half an interval
is for its jitter."""
LATEST_S = 3600.0
"""However seldom a sensor sends, after so long nothing is known of its room."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and how long a breach must last; None where the policy says nothing.

    CO2 is over above ``co2_limit_ppm``, until back at ``co2_clear_ppm`` or below; with
    ``above_outdoor`` the three levels are ppm over the outdoor air, see ``at``. Fresh air is too
    little below ``min_flow_lps`` for each person and ``min_flow_area_lps_m2`` for each square metre
    of floor. ``area_m2_per_person`` is how much floor each person has at least.

    After ``no_data_s`` without a reading nothing is known of the room; see ``at_pace``.

    With ``one_suffices`` a room keeps the policy where it keeps either the CO2 or the fresh air.
    With ``counts_cleaned_air`` air that was filtered or disinfected counts for the flow too, which
    CO2 does not show: too little fresh air alone is then no breach.

    ``source`` says where the limits come from, ``dated`` (ISO date, month or year; empty where it
    is not known) of when that is. The name and the note (what CO2 cannot show of it) are those of
    one that a venue made, ``names`` and ``notes`` the same by language where it says them in
    several; a published one has its words in the catalogues, by its slug. One with a ``venue`` is
    that venue's own, and no other may name it; one of an ``organisation`` is for its ``venues``.
    """

    slug: str
    name: str = ""
    co2_warn_ppm: float | None = None
    co2_limit_ppm: float | None = None
    co2_clear_ppm: float | None = None
    above_outdoor: bool = False
    min_flow_lps: float | None = None
    min_flow_area_lps_m2: float = 0.0
    area_m2_per_person: float | None = None
    one_suffices: bool = False
    counts_cleaned_air: bool = False
    co2_pending_s: float = 300.0
    ventilation_pending_s: float = 600.0
    occupancy_pending_s: float = 60.0
    no_data_s: float = 300.0
    clear_s: float = 60.0
    kind: Kind = "own"
    source: str = ""
    dated: str = ""
    note: str = ""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    venue: VenueSlug | None = None
    organisation: str | None = None
    venues: tuple[VenueSlug, ...] = field(default=(), compare=False)

    def serves(self, venue: VenueSlug) -> bool:
        """Whether a venue, its rooms and its meetings may name it."""
        if self.organisation is not None:
            return venue in self.venues
        return self.venue in (None, venue)

    def at(self, outdoor_ppm: float | None) -> "Policy":
        """It with absolute CO2 levels, where outdoors stands at ``outdoor_ppm`` (None: typical)."""
        if not self.above_outdoor:
            return self
        base_ppm = self.base_ppm(TYPICAL_OUTDOOR_PPM if outdoor_ppm is None else outdoor_ppm)
        return replace(
            self,
            above_outdoor=False,
            co2_warn_ppm=_over(self.co2_warn_ppm, base_ppm),
            co2_limit_ppm=_over(self.co2_limit_ppm, base_ppm),
            co2_clear_ppm=_over(self.co2_clear_ppm, base_ppm),
        )

    def at_pace(self, interval_s: float) -> "Policy":
        """It where readings come every ``interval_s``: a sensor that sends seldom is late by its own
        pace.
        """
        late_s = min(MISSED * interval_s, LATEST_S)
        return replace(self, no_data_s=late_s) if late_s > self.no_data_s else self

    def base_ppm(self, outdoor_ppm: float) -> float:
        """What its CO2 levels are counted from."""
        return outdoor_ppm if self.above_outdoor else 0.0

    def places(self, seats: int | None, floor_area_m2: float | None) -> int | None:
        """For how many a room is: by its seats and by its floor, the fewer; None without a limit.

        One person keeps any distance, so a floor is always enough for one.
        """
        if self.area_m2_per_person is None or floor_area_m2 is None:
            return seats
        by_floor = max(1, math.floor(floor_area_m2 / self.area_m2_per_person + 1e-9))
        return by_floor if seats is None else min(seats, by_floor)

    def flow_limit_lps(self, people: float, floor_area_m2: float | None) -> float | None:
        """The least fresh air for each of ``people`` (more than 0), in litres a second; None
        without a limit. The part for the floor falls away where its area is not known.
        """
        if self.min_flow_lps is None or floor_area_m2 is None:
            return self.min_flow_lps
        return self.min_flow_lps + self.min_flow_area_lps_m2 * floor_area_m2 / people


def _over(rise_ppm: float | None, base_ppm: float) -> float | None:
    return None if rise_ppm is None else base_ppm + rise_ppm


DEFAULT = Policy(
    slug="nl-target-1200",
    co2_warn_ppm=1000.0,
    co2_limit_ppm=1200.0,
    co2_clear_ppm=1100.0,
    kind="advice",
    source="TNO for VWS, ventilerenzogedaan.nl: a target value, not a hard limit",
)
"""What a room is held to that chose nothing."""


def chosen_policy(known: Mapping[str, Policy], *slugs: str | None) -> Policy:
    """The limits that count: those that are named first (a meeting's, then its room's), the default
    where none is named or the one that is named is not known.
    """
    named = next((slug for slug in slugs if slug), DEFAULT.slug)
    return known.get(named, DEFAULT)
