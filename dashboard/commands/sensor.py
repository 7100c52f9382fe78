"""``luchtig sensor``: read the serial devices of this machine and publish them."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import sensors.agent.run
import sensors.agent.settings
from dashboard.commands.log_level import add_log_level, start_log
from sensors.agent.spool import SpoolError
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, help="TOML with [broker], [sensor] and a [[sensor.device]] for each"
    )
    add_log_level(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = sensors.agent.settings.load(arguments.config, os.environ)
    clock = clock_from(os.environ)
    start_log(arguments, settings.log, "%(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        return 0 if sensors.agent.run.run(settings, clock, stop) else 1
    except SpoolError as error:
        print(f"luchtig sensor: {error}", file=sys.stderr)
        return 1
