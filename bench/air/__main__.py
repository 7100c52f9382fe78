"""How near the air's estimates come to the truth: one table in Markdown.

python -m bench.air [--estimator MODULE] [--seeds tune|score] [--days N] [--only PART]
                    [--jobs N] [--data DIR]
python -m bench.air --only situations [--situation NAME] [--known-kind] [--save FILE] [--keep DIR]
                    [--against FILE] [--seeds tune|score] [--days N] [--jobs N]
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bench.air.cost import cost_rows
from bench.air.crossing import crossing_day, crossing_rows
from bench.air.estimator import DEFAULT
from bench.air.flow import FlowDay, flow_day, flow_rows
from bench.air.history import history_day, history_rows
from bench.air.real import robod_rows, windesheim_rows
from bench.air.recordings import FOLDER
from bench.air.room_tests import FIRST_SCORE, FIRST_TUNE, room_test_rows
from bench.air.situation import SITUATIONS
from bench.air.situations import (
    Asked,
    Figures,
    figures,
    followed,
    keep_evenly,
    read,
    save,
    situation_rows,
)
from bench.air.stay import STAYS_SCORE, STAYS_TUNE
from bench.air.table import Row, lines
from bench.air.truth import SCORE, TUNE
from bench.air.windows import window_day, window_rows
from bench.air.witness import witness_rows

PARTS = ("flow", "windows", "robod", "windesheim", "crossing", "cost", "history")
ONLY_ASKED = ("situations", "room_tests", "witness")
SITUATION_DAYS, DAYS = 1000, 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.air")
    parser.add_argument("--estimator", default=DEFAULT, help="module with the estimator's surface")
    parser.add_argument("--seeds", choices=("tune", "score"), default="tune")
    parser.add_argument("--days", type=int, help="so many of the seeds")
    parser.add_argument(
        "--only", choices=(*PARTS, *ONLY_ASKED), action="append", help="a part of the table"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the recordings")
    parser.add_argument("--situation", choices=SITUATIONS, action="append", help="one of them")
    parser.add_argument("--known-kind", action="store_true", help="rooms say what kind they are")
    parser.add_argument("--save", type=Path, help="where the situations' figures are put")
    parser.add_argument("--keep", type=Path, help="folder of the stays, to go on from another time")
    parser.add_argument("--against", type=Path, help="figures that were saved before")
    options = parser.parse_args()
    parts = options.only or PARTS
    if "situations" in parts:
        print("\n".join(lines(situations(options))))
    if "room_tests" in parts:
        first = FIRST_TUNE if options.seeds == "tune" else FIRST_SCORE
        with ProcessPoolExecutor(options.jobs) as pool:
            print("\n".join(lines(room_test_rows(pool, first))))
    if "witness" in parts:
        seeds = (TUNE if options.seeds == "tune" else SCORE)[: options.days or DAYS]
        with ProcessPoolExecutor(options.jobs) as pool:
            print("\n".join(lines(witness_rows(pool, seeds))))
    parts = tuple(part for part in parts if part not in ONLY_ASKED)
    if parts:
        seeds = (TUNE if options.seeds == "tune" else SCORE)[: options.days or DAYS]
        print("\n".join(lines(rows(parts, options.estimator, seeds, options.jobs, options.data))))


def situations(options: argparse.Namespace) -> list[Row]:
    """The live path's table; ``--save`` keeps it after each situation."""
    seeds = STAYS_TUNE if options.seeds == "tune" else STAYS_SCORE
    days = options.days or SITUATION_DAYS
    asked = Asked(seeds, days, options.known_kind, options.keep)
    chosen = [SITUATIONS[name] for name in options.situation or SITUATIONS]
    base = read(options.against) if options.against else {}
    found: list[Row] = []
    made: dict[str, Figures] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        if asked.keep is not None:
            keep_evenly(pool, chosen, asked)
        for situation in chosen:
            name = situation.name
            stays = followed(pool, situation, asked)
            beside = made.get(situation.beside)
            found += situation_rows(situation, stays, base.get(name), beside)
            made[name] = figures(stays)
            if options.save:
                save(options.save, name, made[name])
    return found


def rows(
    parts: tuple[str, ...], estimator: str, seeds: range, jobs: int, folder: Path
) -> list[Row]:
    found: list[Row] = []
    with ProcessPoolExecutor(jobs) as pool:
        if "flow" in parts:
            found += flow_rows(_flow_days(pool, estimator, seeds))
        if "windows" in parts:
            follow = partial(window_day, module=estimator)
            found += window_rows(list(pool.map(follow, seeds, chunksize=4)))
        if "robod" in parts:
            found += robod_rows(estimator, folder)
        if "windesheim" in parts:
            found += windesheim_rows(estimator, folder)
        if "crossing" in parts:
            cross = partial(crossing_day, module=estimator)
            found += crossing_rows(list(pool.map(cross, seeds, chunksize=4)))
        if "cost" in parts:
            found += cost_rows(estimator)
        if "history" in parts:
            known = pool.map(partial(history_day, module=estimator), seeds, chunksize=4)
            found += history_rows(list(known), _flow_days(pool, estimator, seeds))
    return found


def _flow_days(pool: ProcessPoolExecutor, estimator: str, seeds: range) -> list[FlowDay]:
    return list(pool.map(partial(flow_day, module=estimator), seeds, chunksize=4))


if __name__ == "__main__":
    main()
