"""Whether a meeting kept its protocol: yes, no, or it cannot be said.

It was not kept where a required rule was broken or somebody said *no* to a required item; kept where
every required rule was kept and every required item is *yes*; all else cannot be said. What is measured
and what is declared stay apart: a declaration never mends a measurement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.domain.protocol.protocol import Item, Kind, MeasuredRule, Protocol
from gateway.domain.protocol.times import due
from gateway.domain.report.outcome import Verdict
from gateway.domain.report.report import Report

Measured = Mapping[MeasuredRule, Verdict | None]
"""What was found of each rule; None where the room's limits ask nothing of the kind."""

UNKNOWN: Final[Measured] = {
    "co2": "cannot_say",
    "ventilation": "cannot_say",
    "occupancy": "cannot_say",
}
"""Of a meeting that has no report: it is not over, or its readings are gone."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Somebody said *yes* or *no* of an item, and why. ``by`` is a user's name, or the part in the
    meeting of whoever came by the link of a mail.
    """

    item: str
    declared: bool
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """``late``: what was said of it was said after its time."""

    item: Item
    verdict: Verdict
    declaration: Declaration | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class KeptProtocol:
    """What became of a meeting's protocol, item by item and in all."""

    protocol: Protocol
    verdict: Verdict
    outcomes: tuple[ItemOutcome, ...]

    def of(self, kind: Kind) -> tuple[ItemOutcome, ...]:
        return tuple(one for one in self.outcomes if one.item.kind == kind)

    def verdict_of(self, kind: Kind) -> Verdict | None:
        """Of what was measured, or declared, alone; None where nothing of it is required."""
        required = [one.verdict for one in self.of(kind) if one.item.required]
        return together(required) if required else None


def judge_protocol(
    protocol: Protocol,
    start: datetime,
    end: datetime,
    measured: Measured,
    declarations: Iterable[Declaration],
) -> KeptProtocol:
    """What became of a protocol in a meeting from ``start`` to ``end``; of several declarations of an
    item the last counts, and of items that the protocol has not none does.
    """
    said: dict[str, Declaration] = {}
    for one in sorted(declarations, key=lambda declaration: declaration.at):
        said[one.item] = one
    outcomes = tuple(
        _measured(item, measured) if item.kind == "measured" else _declared(item, said, start, end)
        for item in protocol.items
        if not _falls_away(item, measured)
    )
    required = [one.verdict for one in outcomes if one.item.required]
    return KeptProtocol(protocol, together(required), outcomes)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Of all that is required; where nothing is, nothing can be said."""
    found = set(verdicts)
    if "not_kept" in found:
        return "not_kept"
    return "kept" if found == {"kept"} else "cannot_say"


def measured_of(report: Report) -> Measured:
    """What a report found of each rule. Where either the CO2 or the fresh air is enough, both are
    judged by the one that decides.
    """
    if report.policy.one_suffices:
        air = report.ventilation.verdict
        return {"co2": air, "ventilation": air, "occupancy": report.occupancy.verdict}
    return {
        "co2": report.co2.verdict,
        "ventilation": report.flow.verdict,
        "occupancy": report.occupancy.verdict,
    }


def _falls_away(item: Item, measured: Measured) -> bool:
    return item.where_limited and item.rule is not None and measured.get(item.rule) is None


def _measured(item: Item, measured: Measured) -> ItemOutcome:
    found = None if item.rule is None else measured.get(item.rule)
    return ItemOutcome(item, found or "cannot_say")


def _declared(
    item: Item, said: Mapping[str, Declaration], start: datetime, end: datetime
) -> ItemOutcome:
    declaration = said.get(item.id)
    if declaration is None:
        return ItemOutcome(item, "cannot_say")
    late = due(item.when, start, end).is_late(declaration.at)
    return ItemOutcome(item, "kept" if declaration.declared else "not_kept", declaration, late)
