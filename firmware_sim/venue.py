"""A venue on MQTT: puts scenario, clock and connections together and runs them."""

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag

from firmware_sim.as_others.cast import Cast
from firmware_sim.device_events import device_events
from firmware_sim.fleet import Fleet, Stopped
from firmware_sim.scenario.room_schedule import local_day, midnight_ns
from firmware_sim.scenario.scenario import OUTSIDE, Scenario
from firmware_sim.station import Identity, stations_of
from firmware_sim.timeline import Sparse
from firmware_sim.truth_file import TruthFile
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import About

SECOND_NS = 1_000_000_000
FIRMWARE = "luchtig-sim"


@dataclass(frozen=True, slots=True)
class SentTotals:
    """How many messages the devices sent, how many of all that was sent stayed unacknowledged, and how many
    were said while the broker was away, by devices that keep nothing.
    """

    sent: int
    unacknowledged: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class PlayedSpan:
    """From so long before the clock's now, up to ``until_ns`` on it (None: until stopped); what is
    really so in the rooms is written to ``truth``.

    Of the days before yesterday a device tells a reading every ``backfill_every_s``. What is past goes to
    the broker at no more than ``most_a_second``.
    """

    backfill_s: float = 0.0
    until_ns: int | None = None
    truth: Path | None = None
    backfill_every_s: float = 60.0
    most_a_second: float = math.inf


def run_venue(
    scenario: Scenario,
    broker: BrokerSettings,
    directory: Path,
    clock: Clock,
    span: PlayedSpan,
    stop: Flag,
    tell: Callable[[str], None],
    others: Cast | None = None,
) -> SentTotals:
    """Play a scenario: what is past as fast as the broker takes it, the rest in step with the
    clock.

    Nothing of the schedule is skipped: after a slow or absent broker it catches up, but for what
    ``others``, devices of other makers that are played instead, would lose themselves. ``tell`` is given
    each step in a line.

    Raises:
        ConfigError: the broker's settings or the file of the truth cannot be used.
        BrokerRefused: the broker takes no such devices.

    """
    begun_ns = clock.now_ns()
    start_ns = begun_ns - round(span.backfill_s * SECOND_NS)
    if others is None:
        stations = stations_of(identities(scenario))
    else:
        scenario, stations = others.scenario, others.stations
    with ExitStack() as stack:
        fleet = stack.enter_context(Fleet(broker, directory, stations, stop))
        truth = None
        if span.truth is not None:
            truth = stack.enter_context(TruthFile(span.truth, scenario, start_ns))
        try:
            fleet.connect()
            tell(
                f"{len(scenario.devices)} devices on {broker.shown}, from {to_wire(from_ns(start_ns))}"
            )
            caught_up = span.backfill_s == 0
            voices = None if others is None else others.voices
            sparse = _sparse(scenario, span, begun_ns)
            began_s = time.monotonic()
            for event in device_events(scenario, start_ns, span.until_ns, voices, sparse):
                if not caught_up and event.at_ns > begun_ns:
                    caught_up = True
                    tell(f"back-filled {fleet.sent} messages, now in step with the clock")
                if not caught_up:
                    _keep_pace(fleet, began_s, span.most_a_second, stop)
                wait_until(event.at_ns, clock, fleet, stop)
                if truth is not None:
                    truth.write_until(event.at_ns)
                fleet.do(event)
            if truth is not None and span.until_ns is not None:
                truth.write_until(span.until_ns)
            fleet.settle()
        except Stopped:
            pass
    return SentTotals(fleet.sent, fleet.unacknowledged, fleet.lost)


def _sparse(scenario: Scenario, span: PlayedSpan, begun_ns: int) -> Sparse:
    """The day before is told whole, from its midnight on, so that each day is of one kind."""
    plan = scenario.rooms[0]
    yesterday = local_day(plan, begun_ns) - timedelta(days=1)
    return Sparse(round(span.backfill_every_s * SECOND_NS), midnight_ns(plan, yesterday))


def _keep_pace(fleet: Fleet, began_s: float, most_a_second: float, stop: Flag) -> None:
    """Serve the connections until so many may have been sent since ``began_s``."""
    while not stop.is_set():
        left_s = began_s + fleet.sent / most_a_second - time.monotonic()
        if left_s <= 0:
            return
        fleet.pump(min(left_s, 0.1))
    raise Stopped


def wait_until(at_ns: int, clock: Clock, fleet: Fleet, stop: Flag) -> None:
    """Serve the connections until the clock shows ``at_ns``.

    Raises:
        Stopped: before that.

    """
    while not stop.is_set():
        left_s = clock.wall_s((at_ns - clock.now_ns()) / SECOND_NS)
        if left_s <= 0:
            return
        fleet.pump(min(left_s, 0.1))
    raise Stopped


def identities(scenario: Scenario) -> list[Identity]:
    """The scenario's devices as they introduce themselves, with their room as a hint."""
    return [
        Identity(
            plan.venue,
            plan.slug,
            About(
                model=plan.model,
                firmware=FIRMWARE,
                interval_s=plan.interval_s,
                room=None if plan.room == OUTSIDE else plan.room,
            ),
        )
        for plan in scenario.devices
    ]
