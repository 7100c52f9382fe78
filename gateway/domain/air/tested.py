"""What a room's own tests say of its air: how often it is changed, with the windows shut and open."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from gateway.domain.air.mass_balance import flow_of
from gateway.domain.air.room_estimate import Prior
from gateway.domain.room import Room
from gateway.domain.room_test.fit import Decay

SD_OF_INTERVAL: Final = 2 * 1.959964
"""A 95 % interval is so many standard deviations wide."""
DAYS_LOG_SD: Final = 0.35
"""How far the air changes of another day are from those of the test, with people in and doors going, in
other weather: ours, so that 90 of 100 are within 0.56 and 1.8 times them."""
_WINDOWS: Final = ("window", "raam", "ramen", "fenster")
_OPEN: Final = ("open", "offen", "geopend", "geöffnet", "ajar", "gekippt", "kier")


class TestedAir(NamedTuple):
    """Air changes an hour, None where that was not tested."""

    shut: Prior | None = None
    opened: Prior | None = None


UNTESTED: Final = TestedAir()


def known_by(done: Iterable[tuple[str, Decay]]) -> TestedAir:
    """Of tests that gave a figure, the newest first, each with the conditions it was done in: of each
    kind the newest counts.
    """
    shut = opened = None
    for conditions, decay in done:
        if are_windows_open(conditions):
            opened = opened or _prior(decay)
        else:
            shut = shut or _prior(decay)
    return TestedAir(shut, opened)


def are_windows_open(conditions: str) -> bool:
    """Whether a text says that windows are open: in one of its parts both words stand."""
    parts = conditions.casefold().replace(";", ",").replace(".", ",").split(",")
    return any(
        any(word in part for word in _WINDOWS) and any(word in part for word in _OPEN)
        for part in parts
    )


def with_tested_volume(room: Room, tested: TestedAir) -> Room:
    """A room whose size nobody said, with the volume that its tested air changes and the flow that its
    ventilation was built for come to.
    """
    if room.air_volume_m3 is not None or room.design_flow_lps is None or tested.shut is None:
        return room
    return replace(room, volume_m3=room.design_flow_lps / flow_of(1.0, tested.shut.median))


def _prior(decay: Decay) -> Prior:
    of_fit = math.log(decay.high / decay.low) / SD_OF_INTERVAL if decay.low > 0 else 0.0
    return Prior(decay.air_changes_per_h, math.hypot(of_fit, DAYS_LOG_SD))
