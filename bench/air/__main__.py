"""How near the air's estimates come to the truth: one table in Markdown.

python -m bench.air [--estimator MODULE] [--seeds tune|score] [--days N] [--only flow] [--jobs N]
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from bench.air.estimator import DEFAULT
from bench.air.flow import flow_day, flow_rows
from bench.air.table import Row, lines
from bench.air.truth import SCORE, TUNE

PARTS = ("flow",)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.air")
    parser.add_argument("--estimator", default=DEFAULT, help="module with the estimator's surface")
    parser.add_argument("--seeds", choices=("tune", "score"), default="tune")
    parser.add_argument("--days", type=int, default=200, help="so many of the seeds")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of the table")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    seeds = (TUNE if options.seeds == "tune" else SCORE)[: options.days]
    print("\n".join(lines(rows(options.only or PARTS, options.estimator, seeds, options.jobs))))


def rows(parts: tuple[str, ...], estimator: str, seeds: range, jobs: int) -> list[Row]:
    found: list[Row] = []
    with ProcessPoolExecutor(jobs) as pool:
        if "flow" in parts:
            days = list(pool.map(partial(flow_day, module=estimator), seeds, chunksize=4))
            found += flow_rows(days)
    return found


if __name__ == "__main__":
    main()
