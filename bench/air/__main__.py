"""How near the air's estimates come to the truth: one table in Markdown.

python -m bench.air [--estimator MODULE] [--seeds tune|score] [--days N] [--only PART]
                    [--jobs N] [--data DIR]
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
from bench.air.table import Row, lines
from bench.air.truth import SCORE, TUNE
from bench.air.windows import window_day, window_rows

PARTS = ("flow", "windows", "robod", "windesheim", "crossing", "cost", "history")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.air")
    parser.add_argument("--estimator", default=DEFAULT, help="module with the estimator's surface")
    parser.add_argument("--seeds", choices=("tune", "score"), default="tune")
    parser.add_argument("--days", type=int, default=200, help="so many of the seeds")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of the table")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the recordings")
    options = parser.parse_args()
    seeds = (TUNE if options.seeds == "tune" else SCORE)[: options.days]
    parts = options.only or PARTS
    print("\n".join(lines(rows(parts, options.estimator, seeds, options.jobs, options.data))))


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
