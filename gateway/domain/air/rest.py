"""A room at rest: empty for long, its air as fresh as what comes in.

Such air says nothing of the flow. Beside each other the hypotheses would still be told apart there: the
higher the flow, the nearer the room is held to what comes in, and the likelier each quiet reading
seems; by the morning a flow of several times the true one would be believed. So a room at rest has one
hypothesis, whose flow is what the room's own history makes of it.
"""

from collections.abc import Sequence
from math import log, sqrt

import msgspec

from gateway.domain.air.hypotheses import SOMEBODY
from gateway.domain.air.kalman_filter import FilterState
from gateway.domain.air.room_estimate import AirRoom

AT_REST_PPM = 30.0
"""A room in which nobody is and whose CO2 may lie within this of outdoors shows no flow: whether the
ventilation is on or off, its air stays as it is."""
RESTS_AFTER_S = 3600.0
"""Air that has just come to rest still tells what took its CO2 away. Ours."""
KNOWN_LOG_SD = 0.6
"""A prior of the flow that is wider knows nothing of this room."""


def is_near_outdoors(f: FilterState) -> bool:
    """Whether its air may be as fresh as what comes in."""
    sd_ppm = sqrt(max(f.cc - 2.0 * f.cb + f.bb, 0.0))
    return f.c - f.b - sd_ppm < AT_REST_PPM


def is_at_rest(f: FilterState, count: float) -> bool:
    """Whether nobody is in either, with so many counted."""
    return count + f.e < SOMEBODY and is_near_outdoors(f)


def rested(hypotheses: Sequence[FilterState], room: AirRoom) -> tuple[FilterState, ...]:
    """The likeliest alone, its flow as the room's history has it, where there is one."""
    lead = msgspec.structs.replace(hypotheses[0], likelihood=0.0)
    flow = room.flow_lps
    if flow.log_sd > KNOWN_LOG_SD:
        return (lead,)
    return (
        msgspec.structs.replace(
            lead, q=log(flow.median), qq=flow.log_sd**2, cq=0.0, sq=0.0, qg=0.0, qe=0.0, qb=0.0,
            jumped_s=0.0,
        ),
    )  # fmt: skip
