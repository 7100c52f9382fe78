"""An hour of faults, one every few seconds: is anything missing, or there twice?

    python -m bench.soak [--minutes 60] [--seed N] [--store influx|sqlite] [--database postgresql|sqlite]

A house of real processes is struck while its devices speak: parts are killed and stopped, wires cut, stalled,
reset, left half open or slowed to a byte at a time, the store answers what it should not, the clock is set by
hours. About once a minute a room goes over its limit for good. At the end everything runs again, and the
readings in the store are held against what the broker confirmed to the devices (PUBACK), as sets; and of each
room its organiser must have been told once, and once that it is over.

Each fault is printed with its time, and when a reading that was told after it was in the store. The end is a
status of 0, or 1 and what is missing, double or told twice; with the seed everything befalls it in the same
order again.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.soak.house import House, Plan, house
from bench.soak.recovery import Recovery
from bench.soak.strikes import Blow, blows, strikes_of
from bench.soak.verdict import judge, so_far
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.servers import wait_until

BREACH_EVERY_S = 60.0
LOOK_EVERY_S = 300.0
CAUGHT_UP_S = 180.0


def main() -> int:
    asked = argparse.ArgumentParser(description="an hour of faults, and equality at its end")
    asked.add_argument("--minutes", type=float, default=60.0)
    asked.add_argument(
        "--seed", type=int, help="of a run that is to be repeated; another each time without"
    )
    asked.add_argument("--store", choices=("influx", "sqlite"), default="influx")
    asked.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    asked.add_argument("--per-s", type=float, default=20.0, help="readings a second of each device")
    asked.add_argument("--only", default="", metavar="WORDS", help="faults whose name holds this")
    asked.add_argument("--keep", type=Path, metavar="FOLDER", help="leave data and logs there")
    given = asked.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f'seed {seed}: make soak ARGS="--seed {seed} --minutes {given.minutes:g}'
          f' --store {given.store} --database {given.database}"', flush=True)  # fmt: skip
    strikes = [one for one in strikes_of(given.store, given.database) if given.only in one.name]
    plan = Plan(given.store, given.database, int(given.minutes) + 2, given.per_s)
    with ExitStack() as stack:
        folder = given.keep
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        made = stack.enter_context(house(folder.resolve(), plan))
        wrong = _soak(made, blows(strikes, seed), given.minutes * 60)
    for line in wrong:
        print(f"WRONG: {line}")
    print(f"seed {seed}: {'not equal' if wrong else 'equal'}")
    return 1 if wrong else 0


def _soak(made: House, coming: Iterator[Blow], seconds: float) -> list[str]:
    wait_until(made.gateway_is_known, "the gateway's session, kept by the broker")
    began, struck, looks = time.monotonic(), 0, 1
    recovery = Recovery(made)
    recovery.say(f"begun at {to_wire(SYSTEM.now())}")
    made.crowd.breaks_out()
    with ExitStack() as stack:
        stack.enter_context(recovery.watched())
        for device in made.devices:
            stack.enter_context(device)
        recovery.after("the start")
        while time.monotonic() - began < seconds:
            if (time.monotonic() - began) / BREACH_EVERY_S > len(made.crowd.over):
                made.crowd.breaks_out()
            if (time.monotonic() - began) / LOOK_EVERY_S > looks:
                looks += 1
                recovery.say(so_far(made))
            struck += _strike(made, next(coming), recovery)
        recovery.say(f"{struck} faults; all is left alone")
        wrong = judge(made)
    print(recovery.summary())
    for part in made.services:
        print(f"{part.name} ended by itself with status {part.ends or 'never'}")
    return wrong


def _strike(made: House, blow: Blow, recovery: Recovery) -> int:
    if any(one.alone for one in blow.strikes) and not _has_caught_up(made, recovery):
        recovery.say(f"{blow.name}: left out, the house had not caught up")
        return 0
    recovery.say(f"{blow.name}, for {blow.holds_s:.1f} s")
    with ExitStack() as stack:
        for strike in blow.strikes:
            stack.enter_context(strike.do(made))
        time.sleep(blow.holds_s)
    recovery.after(blow.name)
    time.sleep(blow.rests_s)
    return len(blow.strikes)


def _has_caught_up(made: House, recovery: Recovery) -> bool:
    """Whether the gateway has what the broker confirmed, and the broker would know it after a kill."""
    return recovery.is_quiet(CAUGHT_UP_S) and made.is_fresh(CAUGHT_UP_S) and made.gateway_is_known()


if __name__ == "__main__":
    sys.exit(main())
