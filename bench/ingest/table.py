"""The table of floods: a row for each who took one, with its ratios."""

from collections.abc import Mapping
from dataclasses import asdict
from statistics import median_low
from typing import Any

from bench.ingest.flood import Flood
from bench.ingest.measure import Measured

BARE, BEFORE, OURS = "bare paho", "luchtig before", "luchtig gateway"
HEAD = (
    "| rooms | readings | taken by | readings/s | of bare paho | of before | CPU µs each"
    " | of bare paho | of before | states | ack p99 ms | state p99 ms | broker's µs | store's µs"
    " | memory MB | lost |"
)
RULE = "|" + " --- |" * (HEAD.count("|") - 1)


def middle(rounds: list[Measured]) -> Measured:
    """The round whose rate is in the middle."""
    rate = median_low(one.rate for one in rounds)
    return next(one for one in rounds if one.rate == rate)


def lines(flood: Flood, measured: Mapping[str, Measured]) -> list[str]:
    """The rows of one size, and under them which process spent what where there are several."""
    return [
        "| "
        + " | ".join(
            (
                f"{flood.rooms:,}",
                f"{flood.readings:,}",
                name,
                f"{one.rate:,.0f}",
                _ratio(one.rate, measured.get(BARE), "rate"),
                _ratio(one.rate, measured.get(BEFORE), "rate"),
                f"{one.each_us(one.cpu_s):,.0f}",
                _ratio(one.cpu_s, measured.get(BARE), "cpu_s"),
                _ratio(one.cpu_s, measured.get(BEFORE), "cpu_s"),
                f"{one.states:,}" if one.states else "–",
                _ms(one.acknowledged_p99_s),
                _ms(one.state_p99_s),
                f"{one.each_us(one.broker_cpu_s):,.0f}",
                f"{one.each_us(one.store_cpu_s):,.0f}",
                f"{one.memory_mb:.0f}",
                f"{one.lost}",
            )
        )
        + " |"
        for name, one in measured.items()
    ]


def by_process(measured: Mapping[str, Measured]) -> list[str]:
    """Who spent what, of those that are more than one process."""
    return [
        f"{name}, µs each: "
        + ", ".join(f"{process} {one.each_us(s):,.1f}" for process, s in spent.items())
        for name, one in measured.items()
        if len(spent := {process: s for process, s in one.cpu_by_process.items() if s > 0}) > 1
    ]


def rows(flood: Flood, rounds: Mapping[str, list[Measured]]) -> list[dict[str, Any]]:
    """All rounds, as they are kept."""
    return [
        {
            "rooms": flood.rooms,
            "taken_by": name,
            "rate": one.rate,
            "cpu_us": one.each_us(one.cpu_s),
            **asdict(one),
        }
        for name, measured in rounds.items()
        for one in measured
    ]


def _ratio(value: float, to: Measured | None, what: str) -> str:
    if to is None:
        return "–"
    return f"{value / max(getattr(to, what), 1e-9):.2f}"


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:,.0f}"
