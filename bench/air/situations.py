"""The live path over the situations: each figure with its target, and with what it was before."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from bench.air.live_path import states
from bench.air.score import Scores, scored
from bench.air.situation import NO_HISTORY, Figure, Situation, bounds_of
from bench.air.spread import Days, between, mean, quantile
from bench.air.stay import stay
from bench.air.table import Row

Figures = dict[str, float]
CHUNK = 2


class Label(NamedTuple):
    figure: Figure
    label: str
    unit: str = "%"


LABELS = (
    Label("told", "flow per person told"),
    Label("changing", "told that the air is changing"),
    Label("covered", "90 % interval of flow per person"),
    Label("covered_flow", "90 % interval of flow"),
    Label("median", "flow per person: median"),
    Label("half", "half-width, median", "×"),
    Label("false_enough", "enough said wrongly"),
    Label("ghosts", "people told where nobody is in"),
    Label("empty_told", "flow told of an empty room at rest"),
    Label("empty_covered", "90 % interval of flow while nobody is in"),
    Label("base", "outdoor value over the truth, median", "ppm"),
    Label("begin_changing", "told to be changing, minutes 1 to 3 after a step"),
    Label("soon", "90 % interval, minutes 4 to 8 after a step"),
    Label("later", "90 % interval, minutes 7 to 12 after a step"),
    Label("window", "window found in the eighth minute"),
    Label("first", "first ten minutes of the day: median"),
)
MEDIANS: frozenset[Figure] = frozenset({"median", "half", "base", "first"})
assert {one.figure for one in LABELS} == set(get_args(Figure))


class Asked(NamedTuple):
    """So many days of each situation, by the seeds; ``keep`` is the folder that the stays are kept in."""

    seeds: range
    days: int
    known_kind: bool = False
    keep: Path | None = None

    def stays(self, situation: Situation) -> list[int]:
        """The seeds of as many stays as make so many days."""
        return list(self.seeds[: -(-self.days // situation.days)])


def followed(pool: Executor, situation: Situation, asked: Asked) -> list[Scores]:
    """As many stays as make so many days."""
    follow = partial(kept_stay, situation=situation, asked=asked)
    return list(pool.map(follow, asked.stays(situation), chunksize=CHUNK))


def keep_evenly(pool: Executor, situations: Sequence[Situation], asked: Asked) -> None:
    """Follow and keep them stay by stay: whoever ends that early has as many of each situation, and goes
    on from there another time.
    """
    stays = [(seed, one) for one in situations for seed in asked.stays(one)]
    stays.sort(key=lambda pair: pair[0])
    seeds, each = zip(*stays, strict=True)
    for _ in pool.map(partial(kept_stay, asked=asked), seeds, each, chunksize=CHUNK):
        pass


def kept_stay(seed: int, situation: Situation, asked: Asked) -> Scores:
    if asked.keep is None:
        return follow_stay(seed, situation, known_kind=asked.known_kind)
    kind = ", set" if asked.known_kind else ""
    path = asked.keep / f"{situation.name}{kind}" / f"{seed}.scores"
    if path.exists():
        return msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=Scores)
    found = follow_stay(seed, situation, known_kind=asked.known_kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_suffix(".begun")
    begun.write_bytes(zlib.compress(msgspec.msgpack.encode(found)))
    begun.replace(path)
    return found


def follow_stay(seed: int, situation: Situation, *, known_kind: bool) -> Scores:
    lived = stay(seed, situation)
    from_s = None
    if situation.name == NO_HISTORY.name:
        from_s = lived.begin_s + 86_400.0 * situation.scored_from
    return scored(lived, list(states(lived, from_s, known_kind=known_kind)))


def value_of(figure: Figure, days: Days) -> float:
    return quantile(days, 0.5) if figure in MEDIANS else mean(days)


def situation_rows(
    situation: Situation,
    stays: Sequence[Scores],
    base: Mapping[str, float] | None,
    beside: Mapping[str, float] | None,
) -> list[Row]:
    rows = []
    for figure, label, unit in LABELS:
        days = [one.get(figure, []) for one in stays]
        if not any(days):
            continue
        of_figure: Callable[[Days], float] = partial(value_of, figure)
        note = "" if base is None or figure not in base else f"before {_told(base[figure], unit)}"
        rows.append(
            Row(
                situation.name,
                label,
                value_of(figure, days),
                unit,
                bounds_of(situation, figure, base, beside),
                note,
                between(days, of_figure),
            )
        )
    return rows


def _told(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "%" else f"{value:.2f}"


def figures(stays: Sequence[Scores]) -> Figures:
    found = {}
    for figure in get_args(Figure):
        days = [one.get(figure, []) for one in stays]
        if any(days):
            found[figure] = value_of(figure, days)
    return found


def save(path: Path, name: str, made: Figures) -> None:
    """Put a situation's figures into a file beside those that are there."""
    kept = read(path) if path.exists() else {}
    kept[name] = made
    path.write_text(json.dumps(kept, indent=1) + "\n")


def read(path: Path) -> dict[str, Figures]:
    found: dict[str, Figures] = json.loads(path.read_text())
    return found
