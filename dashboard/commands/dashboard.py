"""``luchtig dashboard``: serve the pages, the API and the live stream."""

import argparse
import os
import sys
from pathlib import Path

from dashboard.commands.options.log_level import add_log_level, start_log
from dashboard.processes.simulation import SimulationChild
from dashboard.run import run as serve
from gateway.config import load
from gateway.registry.database import DatabaseError
from gateway.store.interface import StoreError
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    add_log_level(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    start_log(
        arguments,
        settings.log,
        "%(levelname)s %(name)s: %(message)s",
        settings.directory / "recent-dashboard.log",
    )
    simulation = SimulationChild(settings.directory, arguments.config)
    try:
        serve(settings, clock_from(os.environ), simulation)
    except (DatabaseError, StoreError) as error:
        print(f"luchtig dashboard: {error}", file=sys.stderr)
        return 1
    finally:
        simulation.stop()
    return 0
