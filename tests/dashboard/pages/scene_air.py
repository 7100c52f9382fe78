"""What the air of the scene's rooms tells: flow, what comes, and how each stands to law and health."""

import math
from datetime import datetime
from typing import Any

import msgspec

from gateway.domain.air.flow_history import BINS, LOW, STEP, FlowHistory
from gateway.domain.presets import BY_SLUG, HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room_state import (
    Compliance,
    ForecastView,
    PolicyCompliance,
    VentilationView,
)
from sensors.wire.instant import to_wire

OUTDOOR_PPM = 432.0

OPENING: dict[str, Any] = {
    "code": "open_windows", "flow_lps": 65.0, "opened_lps": 210.0, "ppm": 890.0,
    "unchanged_ppm": 1290.0, "minutes": 9.0,
}  # fmt: skip


def fresh_air(flow_lps: float, people: float) -> VentilationView:
    each_lps = flow_lps / people
    return VentilationView(
        flow_lps, 0.8 * flow_lps, 1.3 * flow_lps, each_lps, 0.8 * each_lps, 1.3 * each_lps
    )


def foresight(
    at: datetime,
    now_ppm: float,
    end_ppm: float,
    minutes: float,
    crosses: tuple[float | None, float | None, float | None] = (None, None, None),
) -> ForecastView:
    """A path that bends towards its end, and what it says of the limit: minutes, low, high."""
    path = []
    for minute in (0.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0):
        if minute > minutes:
            break
        part = (1 - 0.5 ** (minute / 20)) / (1 - 0.5 ** (minutes / 20))
        ppm, half = now_ppm + (end_ppm - now_ppm) * part, 25.0 + 2.6 * minute
        path.append((minute, ppm, ppm - half, ppm + half))
    path.append((minutes, end_ppm, end_ppm - 25.0 - 2.6 * minutes, end_ppm + 25.0 + 2.6 * minutes))
    return ForecastView(to_wire(at), 1200.0, *crosses, path=tuple(path), typical_error_ppm=60.0)


def compliance(per_person_lps: float) -> Compliance:
    """By the law's 4 litres a second for each person and the 10 of what is healthy."""
    return Compliance(
        *(
            PolicyCompliance(
                policy.slug,
                "kept" if per_person_lps >= (policy.min_flow_lps or 0.0) else "not_kept",
                "ventilation", per_person_lps, policy.min_flow_lps,
            )
            for policy in (BY_SLUG[LEGAL_DEFAULT.slug], BY_SLUG[HEALTHY_DEFAULT.slug])
        )
    )  # fmt: skip


def remembered(*regimes: tuple[float, float]) -> bytes:
    """What a gateway keeps of a room: hours at so many air changes an hour, and what is its own."""
    minutes_at = [0.0] * BINS
    for hours, changes_per_h in regimes:
        middle = round((math.log(changes_per_h) - LOW) / STEP)
        for away, share in ((-1, 0.25), (0, 0.5), (1, 0.25)):
            minutes_at[middle + away] += 60.0 * hours * share
    history = FlowHistory(tuple(minutes_at), jumps=float(len(regimes) - 1))
    return msgspec.msgpack.encode({"track": [1, "of the estimator"], "history": history})
