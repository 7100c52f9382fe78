"""Whether a room's flow was seen to follow its CO2, where nobody says how the room is ventilated.

A line through the flows, over what the curve of such rooms (``demand.curve``) gives at their CO2, both as
logarithms. Where the flow stays as it is the line is level, and where windows are opened in stuffy
air it falls, since the air is fresh while they stay open.
"""

from math import sqrt

import msgspec

from gateway.domain.air.demand import curve

# Tuned on the simulated stays of bench/air.

ENOUGH_MIN = 60.0
"""So many minutes with a flow that was well known are asked for."""
LEAST_VAR = 0.02
"""So far, a variance, the CO2 has to have moved along the curve."""
LEAST_SLOPE, LEAST_CORRELATION = 0.25, 0.4
"""Of a ventilation by the curve the slope would be 1; the estimate, which takes the flow for one that
stays, lags behind it."""


class DemandSeen(msgspec.Struct, frozen=True, array_like=True):
    """Sums over so many ``minutes``: of the curve, of ln flow, and of their products."""

    minutes: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def after(self, kept: float, minutes: float, co2_ppm: float, log_flow: float) -> "DemandSeen":
        """After minutes at a CO2 and a flow; of what came before so much is kept."""
        x, y = curve(co2_ppm), log_flow
        return DemandSeen(
            kept * self.minutes + minutes,
            kept * self.x + minutes * x,
            kept * self.y + minutes * y,
            kept * self.xx + minutes * x * x,
            kept * self.xy + minutes * x * y,
            kept * self.yy + minutes * y * y,
        )

    @property
    def is_seen(self) -> bool:
        """Whether the flow follows the CO2, by all that was seen of both."""
        if self.minutes < ENOUGH_MIN:
            return False
        x, y = self.x / self.minutes, self.y / self.minutes
        xx = self.xx / self.minutes - x * x
        xy = self.xy / self.minutes - x * y
        yy = self.yy / self.minutes - y * y
        if xx < LEAST_VAR or xy < LEAST_SLOPE * xx:
            return False
        return xy > LEAST_CORRELATION * sqrt(xx * yy)
