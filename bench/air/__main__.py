"""How near the air's estimates come to the truth: one table in Markdown.

python -m bench.air [--estimator MODULE] [--seeds tune|score] [--days N] [--only flow] [--jobs N] [--data DIR]
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bench.air.estimator import DEFAULT
from bench.air.flow import flow_day, flow_rows
from bench.air.real import robod_rows, windesheim_rows
from bench.air.recordings import FOLDER
from bench.air.table import Row, lines
from bench.air.truth import SCORE, TUNE

PARTS = ("flow", "robod", "windesheim")


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
            days = list(pool.map(partial(flow_day, module=estimator), seeds, chunksize=4))
            found += flow_rows(days)
        if "robod" in parts:
            found += robod_rows(estimator, folder)
        if "windesheim" in parts:
            found += windesheim_rows(estimator, folder)
    return found


if __name__ == "__main__":
    main()
