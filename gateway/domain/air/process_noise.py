"""What a room strays by itself between two readings, and so how much less sure every hypothesis
becomes.
"""

from math import exp, log

from gateway.domain.air import people_update
from gateway.domain.air.demand import log_share, usual_share
from gateway.domain.air.hypotheses import SOMEBODY, UsualFlow
from gateway.domain.air.kalman_filter import FilterState, Noise
from gateway.domain.air.mass_balance import LITRES, PPM
from gateway.domain.air.people_update import CountSource
from gateway.domain.air.room_estimate import AirRoom

# Where nothing else is said: tuned on the simulated days of bench/air.

WANDER_PER_ROOT_H = 0.17
"""How far ln flow strays in an hour, one standard deviation, beside its jumps."""
BACK_PER_H, BACK_MORE = 0.04, 0.02
"""The share of its distance to the usual that ln flow loses in an hour, and more of it for each
hour in which the usual was learned."""
UNMIXED_S = 3.0
"""How far air that is not mixed well strays: a variance a second, times the square of the ppm/s
that come in and go out."""
STRAY_PPM2_S, STRAY_OUTDOOR_PPM2_S, STRAY_GENERATION_S = 0.05, 0.004, 1e-7
"""What the room's CO2, the outdoor value and ln generation stray by themselves, variances a second:
13 ppm, 4 ppm and 2 % in an hour."""
STRAY_INSIDE_PPM2_S = 0.3
"""The same of air that comes from inside the building: 33 ppm in an hour. Tuned on the simulated stays of
bench/air."""
STILL_DRIFT = 0.1
"""Of how people come where nobody counts, while nobody moves in a room where nobody is."""


def process_noise(
    lead: FilterState,
    count: float,
    source: CountSource,
    usual: UsualFlow,
    room: AirRoom,
    *,
    is_still: bool,
) -> Noise:
    """By the likeliest hypothesis, what counts and the flow that the room comes back to; ``is_still``
    where a motion sensor sees nobody move.
    """
    people = max(count + lead.e, 0.0)
    # Air that is not mixed well: a share of what comes in and goes out, ppm/s.
    comes_and_goes = people * PPM * exp(lead.g) + exp(lead.q) * abs(lead.c - lead.b)
    moving = comes_and_goes / (LITRES * room.volume_m3)
    e, fades = people_update.drift_rate(source, count, room)
    if source == "air" and is_still and people < SOMEBODY:
        e *= STILL_DRIFT
    if usual.is_known:
        usual_log = usual.log_flow + log_share(room, lead.c)
    else:
        usual_log = log(room.flow_lps.median) + usual_share(room, lead.c)
    stray = STRAY_INSIDE_PPM2_S if room.basis == "room_base" else STRAY_OUTDOOR_PPM2_S
    return Noise(
        STRAY_PPM2_S + UNMIXED_S * moving * moving, WANDER_PER_ROOT_H**2 / 3600.0,
        STRAY_GENERATION_S, e, stray, fades, usual_log,
        (BACK_PER_H + BACK_MORE * usual.hours) / 3600.0,
    )  # fmt: skip
