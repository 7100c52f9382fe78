"""``luchtig sensor``: read the serial devices of this machine and publish them."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

import sensors.agent.run
import sensors.agent.settings
from dashboard.commands.options.log_level import add_log_level, start_log
from sensors.agent.calibration import NotCalibrated, calibrate, remember
from sensors.agent.port import PortError, open_serial
from sensors.agent.probe import ALIKE, configuration, ports, probe
from sensors.agent.settings import AgentSettings
from sensors.agent.spool import SpoolError
from sensors.clock import Clock, clock_from
from sensors.config import ConfigError
from sensors.protocols.order import CalibrateSpan, CalibrateZero, CannotOrder
from sensors.systemd import RELOADING, STOPPING, notify
from sensors.wire.topic import is_slug

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", choices=("probe", "calibrate"),
        help="probe: say what answers on each port; calibrate: a device, once; "
        "without either: read and publish",
    )  # fmt: skip
    parser.add_argument("device", nargs="?", metavar="DEVICE", help="the one to calibrate")
    parser.add_argument(
        "--config", type=Path, help="TOML with [broker], [sensor] and a [[sensor.device]] for each"
    )
    parser.add_argument("--port", action="append", metavar="PATH", help="probe this port alone")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="of what probe finds, a new file"
    )
    parser.add_argument("--venue", default="my-venue", metavar="V", help="the venue in that file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--zero", action="store_true", help="the device is in outdoor air, for long")
    how.add_argument("--span", type=int, metavar="PPM", help="the device is in air of that CO2")
    add_log_level(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "probe":
        return _probe(arguments)
    settings = sensors.agent.settings.load(arguments.config, os.environ)
    if arguments.action == "calibrate":
        return _calibrate(arguments, settings)
    clock = clock_from(os.environ)
    start_log(arguments, settings.log, "%(levelname)s %(message)s")
    try:
        return 0 if _Agent(arguments.config, settings, clock).run() else 1
    except SpoolError as error:
        print(f"luchtig sensor: {error}", file=sys.stderr)
        return 1


class _Agent:
    """Runs until it is told to stop, and begins anew with a changed configuration on SIGHUP."""

    def __init__(self, config: Path | None, settings: AgentSettings, clock: Clock) -> None:
        self._config = config
        self._settings = settings
        self._clock = clock
        self._stop = threading.Event()
        self._ended = False
        self._tallies: sensors.agent.run.Tallies = {}

    def run(self) -> bool:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        signal.signal(signal.SIGHUP, lambda *_: self._read_again())
        while True:
            settings, self._stop = self._settings, threading.Event()
            if self._ended:
                return True
            as_told = sensors.agent.run.run(
                settings, self._clock, self._stop, tallies=self._tallies
            )
            if self._settings is settings:
                return as_told

    def _end(self) -> None:
        self._ended = True
        notify(STOPPING)
        self._stop.set()

    def _read_again(self) -> None:
        """A configuration with mistakes changes nothing."""
        try:
            settings = sensors.agent.settings.load(self._config, os.environ)
        except ConfigError as error:
            logger.warning(
                "the configuration has mistakes, going on with the one before:\n%s", error
            )
            return
        logger.info("the configuration is read again")
        notify(RELOADING)
        self._settings = settings
        self._stop.set()


def _probe(arguments: argparse.Namespace) -> int:
    names = arguments.port or ports()
    if not is_slug(arguments.venue):
        raise ConfigError([f"--venue {arguments.venue}: expected small letters, digits and '-'"])
    if not names:
        print("no serial port is there: is the sensor plugged in? (ls -l /dev/serial/by-id)")
        return 1
    found = probe(names, open_serial)
    for one in found:
        model = "-" if one.model is None else one.model.name
        also = ALIKE.get(model, ())
        alike = f" (or {', '.join(also)})" if also else ""
        print(f"{one.port}\t{model}{alike}\t{one.said}")
    text = configuration(found, arguments.venue)
    if not any(one.model for one in found):
        return 1
    if arguments.write is None:
        print(f"\n{text}", end="")
        return 0
    try:
        with arguments.write.open("x", encoding="utf-8") as file:
            file.write('[broker]\nurl = "mqtt://127.0.0.1:1883"\n\n' + text)
    except OSError as error:
        print(f"luchtig sensor: --write {arguments.write}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"\nwritten to {arguments.write}, for the broker on this machine; read it with\n"
          f"luchtig sensor --config {arguments.write}")  # fmt: skip
    return 0


def _calibrate(arguments: argparse.Namespace, settings: AgentSettings) -> int:
    known = {device.device: device for device in settings.devices}
    if arguments.device not in known or not (arguments.zero or arguments.span is not None):
        names = ", ".join(known)
        raise ConfigError(
            [f"luchtig sensor calibrate: expected DEVICE ({names}) and --zero or --span PPM"]
        )
    device = known[arguments.device]
    order = CalibrateZero() if arguments.zero else CalibrateSpan(arguments.span)
    try:
        confirmed = calibrate(device, order, open_serial)
        remember(settings.directory, device.name, clock_from(os.environ).now())
    except CannotOrder as error:
        print(f"luchtig sensor: {device.model.name}: {error}", file=sys.stderr)
        return 1
    except PortError as error:
        why = "" if device.protocol is None else "; an agent that runs has the port: stop it first"
        print(f"luchtig sensor: {error}{why}", file=sys.stderr)
        return 1
    except (NotCalibrated, OSError) as error:
        print(f"luchtig sensor: {device.device}: not calibrated: {error}", file=sys.stderr)
        return 1
    said = "it has confirmed that" if confirmed else "its model does not confirm that"
    print(f"{device.device} was told to take the present air for "
          f"{'outdoor air' if arguments.zero else f'{arguments.span} ppm'}; {said}")  # fmt: skip
    return 0
