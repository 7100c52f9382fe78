"""``luchtig demo``: a broker, the gateway, the dashboard and the simulator in one command."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from dashboard.demo.venue import PYTHON_BROKER, DemoError, DemoVenue, Options
from dashboard.processes.children import ChildDied
from dashboard.processes.ports import PortTaken, free_port
from firmware_sim.scenario.scenario import find_scenario
from sensors.clock import SYSTEM, started_at
from sensors.mqtt.client import parse_address
from sensors.private_files import make_private_folder

DEFAULT_PORT = 8080
ZONE = ZoneInfo("Europe/Amsterdam")  # of De Kade, the venue that is played
OPENS_AT = time(9, 8)  # a few minutes pass on a fast clock until the page is there


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, help=f"of the live board (default {DEFAULT_PORT}, or a free one)"
    )
    parser.add_argument("--speed", type=float, default=60.0, help="times real time (default 60)")
    parser.add_argument(
        "--broker",
        help="a real broker, like mqtt://127.0.0.1:1883; 'python' for the one in Python "
        "(default: mosquitto where it is installed)",
    )
    parser.add_argument("--store", help="a real InfluxDB, like influxdb://127.0.0.1:8086/luchtig")
    parser.add_argument("--mail", default="", help="send the mails, like smtp://127.0.0.1:1025")
    parser.add_argument("--data", type=Path, help="keep everything in this folder")


def run(arguments: argparse.Namespace) -> int:
    if not 0 < arguments.speed <= 1000:
        print("luchtig demo: --speed: expected more than 0, at most 1000", file=sys.stderr)
        return 2
    if arguments.broker not in (None, PYTHON_BROKER):
        parse_address(arguments.broker)
    signal.signal(signal.SIGTERM, _stop_asked)
    signal.signal(signal.SIGHUP, _stop_asked)
    directory = arguments.data or Path(tempfile.mkdtemp(prefix="luchtig-demo-"))
    try:
        make_private_folder(directory)
        return _run(arguments, directory.resolve(), find_scenario("de-kade"))
    except PortTaken as error:
        another = error.port + 1
        _tell_last(
            f"luchtig demo: {error}: choose another, like --port {another}", sys.stderr.fileno()
        )
        return 1
    except (DemoError, ChildDied, OSError) as error:
        _tell_last(f"luchtig demo: {error}", sys.stderr.fileno())
        return 1
    finally:
        if arguments.data is None:
            shutil.rmtree(directory, ignore_errors=True)


def _run(arguments: argparse.Namespace, directory: Path, scenario: Path) -> int:
    options = Options(
        port=_port(arguments.port),
        directory=directory,
        clock=started_at(datetime.combine(_day(directory), OPENS_AT, ZONE), arguments.speed),
        zone=ZONE,
        broker=arguments.broker,
        store=arguments.store,
        mail=arguments.mail,
        scenario=scenario,
        backfill="3h",
    )
    venue = DemoVenue(options, _tell, lambda line: _tell_last(line, sys.stdout.fileno()))
    try:
        venue.start()
        _tell_last(
            f"\n  De Kade is open: {venue.url}\n\n"
            f"  Five rooms, a day of meetings, {venue.speed:g} times as fast as life. Ctrl-C stops it.\n",
            sys.stdout.fileno(),
        )
        venue.watch()
    except KeyboardInterrupt:
        _tell("stopping")
        _tell_last("Stopped.", sys.stdout.fileno())
        return 0
    finally:
        _ignore_signals()
        venue.stop()
    return 0


def _port(wanted: int | None) -> int:
    if wanted is not None:
        return free_port(wanted)
    try:
        return free_port(DEFAULT_PORT)
    except PortTaken:
        return free_port()


def _day(directory: Path) -> date:
    """Today; in a folder that was played in before, a day that was not played yet."""
    note = directory / "last-day"
    day = SYSTEM.now().astimezone(ZONE).date()
    if note.exists():
        day = max(day, date.fromisoformat(note.read_text(encoding="ascii")) + timedelta(days=1))
    note.write_text(day.isoformat(), encoding="ascii")
    return day


def _tell(step: str) -> None:
    """The progress line: in place on a terminal, a line a step elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{step} …", end="", flush=True)
    else:
        print(f"{step} …", flush=True)


def _tell_last(text: str, descriptor: int) -> None:
    clear = "\r\033[K" if os.isatty(descriptor) else ""
    os.write(descriptor, f"{clear}{text}\n".encode())


def _stop_asked(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """A second Ctrl-C may not leave children behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
