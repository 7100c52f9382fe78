"""What is done to a house: each strike begins, holds for a while and is over."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from bench.soak.house import House
from tests.faults.answers import TROUBLES, Trouble
from tests.faults.processes import kill_whole, stopped, whole
from tests.faults.proxy import Manner

MINUTE_S: Final = 60.0
HOURS: Final = (-2, -1, 0, 1, 3, 5)
MANNERS: Final[tuple[Manner, ...]] = ("stall", "mute", "byte", "cut", "refuse")
OF_A_DATABASE: Final[tuple[Manner, ...]] = ("stall", "byte", "refuse")
"""A driver of PostgreSQL waits for an answer as long as it takes: what is cut is reset, too."""

Do = Callable[[House], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Strike:
    """``of`` is what it strikes; ``alone``: nothing else is struck meanwhile, and all that went before is
    waited for first.
    """

    name: str
    of: str
    do: Do
    longest_s: float = MINUTE_S
    weight: float = 1.0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Blow:
    """Strikes that begin together, how long they hold and how long the house is left alone after."""

    strikes: tuple[Strike, ...]
    holds_s: float
    rests_s: float

    @property
    def name(self) -> str:
        return " and ".join(strike.name for strike in self.strikes)


def blows(strikes: Sequence[Strike], seed: int) -> Iterator[Blow]:
    """What befalls a house, without an end; the same for the same seed and strikes."""
    dice = Random(seed)
    while True:
        first, second = dice.choices(strikes, [one.weight for one in strikes], k=2)
        both = dice.random() < 0.25 and first.of != second.of and not (first.alone or second.alone)
        struck = (first, second) if both else (first,)
        long, short = dice.uniform(20.0, MINUTE_S), 0.3 + dice.expovariate(1 / 2.0)
        holds_s = long if dice.random() < 0.04 else short
        longest_s = min(one.longest_s for one in struck)
        yield Blow(struck, min(holds_s, longest_s), dice.uniform(0.5, 5.0))


def strikes_of(store: str, database: str) -> list[Strike]:
    """All there are for a house with such a store and such a database."""
    parts = ["gateway", "dashboard", "broker"]
    parts += ["store"] if store == "influx" else []
    parts += ["database"] if database == "postgresql" else []
    found = [*_of_parts(parts), *_of_wire("broker", MANNERS)]
    if store == "influx":
        found += _of_wire("store", MANNERS)
        found += [
            Strike(f"store answers {one}", "store", partial(_answers, trouble=one), 20.0, 0.5)
            for one in TROUBLES
        ]
    if database == "postgresql":
        found += _of_wire("database", OF_A_DATABASE, forgets=False)
    found += [
        Strike(f"clock {hours:+d} h", "clock", partial(_clock, hours=hours), 0.0, 0.15, alone=True)
        for hours in HOURS
    ]
    return found


def _of_parts(parts: Sequence[str]) -> Iterator[Strike]:
    for name in parts:
        weight = 4.0 if name == "gateway" else 1.0
        is_broker = name == "broker"
        yield Strike(
            f"{name} killed", name, partial(_killed, name=name), 5.0, weight, alone=is_broker
        )
        yield Strike(f"{name} stopped", name, partial(_stopped, name=name), MINUTE_S, 1.0)
    yield Strike("front killed", "gateway", _front_killed, 0.0, 1.0)


def _of_wire(name: str, manners: Sequence[Manner], *, forgets: bool = True) -> Iterator[Strike]:
    where = f"wire to the {name}"
    for manner in manners:
        yield Strike(
            f"{where}: {manner}", where, partial(_bent, name=name, manner=manner), 40.0, 0.5
        )
    yield Strike(f"{where}: reset", where, partial(_reset, name=name), 0.0)
    if forgets:
        yield Strike(f"{where}: half open", where, partial(_forgotten, name=name), 0.0, 0.5)


@contextmanager
def _killed(house: House, name: str) -> Iterator[None]:
    part = house.parts[name]
    part.kill()
    try:
        yield
    finally:
        part.go_on()


@contextmanager
def _front_killed(house: House) -> Iterator[None]:
    house.gateway.will_end()
    for pid in whole(house.gateway.pid)[1:]:
        kill_whole(pid)
    yield


@contextmanager
def _stopped(house: House, name: str) -> Iterator[None]:
    with stopped(house.parts[name].pid):
        yield


@contextmanager
def _bent(house: House, name: str, manner: Manner) -> Iterator[None]:
    wire = house.wires[name]
    wire.manner = manner
    try:
        yield
    finally:
        wire.manner = "through"


@contextmanager
def _reset(house: House, name: str) -> Iterator[None]:
    house.wires[name].reset()
    yield


@contextmanager
def _forgotten(house: House, name: str) -> Iterator[None]:
    house.wires[name].forget()
    yield


@contextmanager
def _answers(house: House, trouble: Trouble) -> Iterator[None]:
    assert house.answers is not None
    house.answers.trouble = trouble
    try:
        yield
    finally:
        house.answers.trouble = None


@contextmanager
def _clock(house: House, hours: int) -> Iterator[None]:
    house.clock.set(hours, house.devices, lambda _: house.is_fresh(MINUTE_S))
    yield
