"""What one message of somebody else's device says, in our words."""

from collections.abc import Mapping
from typing import Final

import msgspec

Value = float | int | bool
Told = Mapping[str, Value]

AIR: Final = ("co2_ppm", "temperature_c", "humidity_pct")
PEOPLE: Final = ("count", "in_total", "out_total", "motion")
PASSED: Final = {"passed_in": "in_total", "passed_out": "out_total"}
"""How many passed since the message before, and the running total that they are added to."""

NOTHING: Final[Told] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One device, by the name that the sender gives it, and what it tells.

    ``values`` are those of ``AIR``, ``PEOPLE`` and ``PASSED``; ``line`` is the zone or the line of a
    counter that has several. ``alone``: the values of this device come on topics of their own, and
    those that belong together follow each other. ``link_quality`` is that of Zigbee, 0 to 255.
    """

    device: str
    line: str | None = None
    values: Told = NOTHING
    ts: str | float | None = None
    online: bool | None = None
    battery_pct: float | None = None
    signal_dbm: float | None = None
    link_quality: int | None = None
    model: str | None = None
    alone: bool = False
