"""``luchtig sim``: a venue, a recording or a serial sensor, without hardware."""

import argparse
import os
import re
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.commands.options.log_level import add_log_level, start_log
from dashboard.commands.options.value import DAY_S, duration_s, slug, speed, zone
from firmware_sim.as_others.cast import MAKERS, Cast, cast
from firmware_sim.devices.pty_device import Fault, PtyDevice
from firmware_sim.devices.serial_models import SPEAKERS, serial_device
from firmware_sim.devices.serial_room import serial_room
from firmware_sim.fleet import BrokerRefused
from firmware_sim.recording import MAP_EXAMPLE, parse_map, read_recording
from firmware_sim.replay import Part, Times, pace_of, run_replay, shifted
from firmware_sim.scenario.many import MOST_ROOMS, many_rooms, venue_file
from firmware_sim.scenario.scenario import Scenario, find_scenario, load_scenario
from firmware_sim.venue import PlayedSpan, run_venue
from gateway.config import load
from sensors.clock import SYSTEM, VARIABLE, Clock, clock_from, started_at
from sensors.config import BrokerSettings, ConfigError
from sensors.venue.file import LOCAL_TIME, moment
from sensors.wire.instant import to_ns
from sensors.wire.topic import is_slug

EXAMPLES = """\
Example: luchtig sim de-kade --speed 60
  a venue that fills its history first:  luchtig sim de-kade --backfill 90d --rate 4000
  as devices of other makers send it:    luchtig sim de-kade --as zigbee2mqtt --as xovis
  and what is really so in its rooms:    luchtig sim de-kade --truth truth.csv
  a large house, and its import file:    luchtig sim --rooms 10000 --venues 20 --write-venues v.toml
  a sensor on a pseudo-terminal:         luchtig sim --serial --model senseair-s8
"""
FAULTS = {fault.value: fault for fault in Fault if fault is not Fault.NONE}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("scenario", nargs="?", help="a scenario file, or the name of one: de-kade")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument("--broker", metavar="URL", help="mqtt://HOST:PORT, instead of the file's")
    parser.add_argument(
        "--speed", type=speed, metavar="N", help="times as fast as the wall; a recording also: max"
    )
    parser.add_argument("--with-input", action="store_true", help="stop where standard input ends")
    add_log_level(parser)
    venue = parser.add_argument_group("a venue")
    venue.add_argument("--seed", type=int, help="other dice than the scenario's")
    venue.add_argument(
        "--backfill", type=duration_s, default=0.0, metavar="3h", help="first send what was before"
    )
    venue.add_argument(
        "--backfill-every", type=duration_s, default=60.0, metavar="1m",
        help="of the days before yesterday, a reading of each device so often; 1m",
    )  # fmt: skip
    venue.add_argument(
        "--rate", type=_rate, default=float("inf"), metavar="N", help="back-fill at most N a second"
    )
    venue.add_argument(
        "--until", metavar="HH:MM", help='stop at this local time, or at "2026-11-24T21:30+01:00"'
    )
    venue.add_argument(
        "--as", dest="kinds", choices=MAKERS, action="append", default=[], metavar="KIND",
        help="as devices of other makers would send it, several times to deal: " + ", ".join(MAKERS),
    )  # fmt: skip
    venue.add_argument(
        "--rooms", type=int, metavar="N", help="venues with so many rooms instead of a scenario"
    )
    venue.add_argument("--venues", type=int, metavar="M", help="how many of --rooms; 1")
    venue.add_argument(
        "--write-venues", type=Path, metavar="FILE.toml", help="of --rooms, for luchtig import"
    )
    venue.add_argument(
        "--truth", type=Path, metavar="FILE.csv", help="write what is really so in each room"
    )
    serial = parser.add_argument_group("a serial sensor")
    serial.add_argument("--serial", action="store_true", help="a sensor on a pseudo-terminal")
    serial.add_argument("--model", choices=SPEAKERS, default="mh-z19b", help="which; mh-z19b")
    serial.add_argument("--link", type=Path, metavar="PATH", help="a lasting name for the port")
    serial.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND=P",
        help="what goes wrong with that chance at each answer: " + ", ".join(FAULTS),
    )
    serial.add_argument("--room", help="the room it hangs in; with --replay: the hint to give")
    replay = parser.add_argument_group("a recording")
    replay.add_argument("--replay", type=Path, metavar="FILE.csv", help="play a recording")
    replay.add_argument("--map", metavar="KEY=COLUMN,…", help=f"like {MAP_EXAMPLE}")
    replay.add_argument("--venue", type=slug, help="the venue to play it in")
    replay.add_argument("--device", type=slug, help="the device to play it as")
    replay.add_argument("--people-device", type=slug, help="another device for the people")
    replay.add_argument("--zone", type=zone, default=ZoneInfo("UTC"), help="of times without one")
    times = replay.add_mutually_exclusive_group()
    for option, which in (
        ("--at-original-times", Times.ORIGINAL),
        ("--from-now", Times.FROM_NOW),
        ("--ending-now", Times.ENDING_NOW),
    ):
        times.add_argument(
            option, dest="times", action="store_const", const=which, default=Times.ORIGINAL,
            help=which.value,
        )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    start_log(arguments, load(arguments.config, os.environ).log, "%(message)s")
    chosen = _play_replay if arguments.replay else _play_serial if arguments.serial else _play_venue
    if chosen is _play_venue and arguments.scenario is None and arguments.rooms is None:
        raise ConfigError(
            ["luchtig sim: expected a scenario (try de-kade), --rooms, --serial or --replay"]
        )
    _refuse_what_would_be_left_out(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_input:
        threading.Thread(target=_wait_for_end, args=(stop,), name="input", daemon=True).start()
    try:
        return chosen(arguments, stop)
    except BrokerRefused as error:
        print(f"luchtig sim: {error}", file=sys.stderr)
        return 1


def _refuse_what_would_be_left_out(arguments: argparse.Namespace) -> None:
    mistakes = []
    if arguments.rooms is None:
        if arguments.venues is not None:
            mistakes.append("--venues: goes with --rooms; a scenario has its own venues")
        if arguments.write_venues is not None:
            mistakes.append("--write-venues: goes with --rooms; a scenario's venues are its file's")
    if arguments.kinds and (arguments.serial or arguments.replay):
        mistakes.append("--as: goes with a scenario or --rooms")
    if mistakes:
        raise ConfigError(mistakes)


def _wait_for_end(stop: threading.Event) -> None:
    """Whoever holds the other end of standard input is gone when that ends."""
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


def _play_venue(arguments: argparse.Namespace, stop: threading.Event) -> int:
    if arguments.speed == float("inf"):
        raise ConfigError(["--speed max: is for --replay; a venue needs a number"])
    scenario = _scenario(arguments)
    others = cast(scenario, tuple(dict.fromkeys(arguments.kinds))) if arguments.kinds else None
    if others is not None:
        _tell_of(others)
    broker, directory = _broker(arguments)
    clock = _clock(arguments.speed)
    until_ns = None if arguments.until is None else _until_ns(arguments.until, scenario, clock)
    span = PlayedSpan(
        arguments.backfill, until_ns, arguments.truth, arguments.backfill_every, arguments.rate
    )
    outcome = run_venue(scenario, broker, directory, clock, span, stop, _tell, others)
    lost = f", {outcome.lost} lost while the broker was away" if outcome.lost else ""
    _tell(f"sent {outcome.sent} messages, {outcome.unacknowledged} not acknowledged{lost}")
    return 0 if outcome.unacknowledged == 0 else 1


def _tell_of(others: Cast) -> None:
    for line in (*others.left_out, *others.renamed):
        _tell(line)
    _tell(f"a gateway hears them with\n\n{others.sources}")


def _play_serial(arguments: argparse.Namespace, stop: threading.Event) -> int:
    scenario = None if arguments.scenario is None else _scenario(arguments)
    clock = _clock(arguments.speed)
    room = serial_room(scenario, arguments.room, clock)
    model, seed = arguments.model, arguments.seed or 0
    speaker, sensor = serial_device(model, room.look, clock.now_ns, seed)
    lines = (
        'format = "json"\nfields = {co2_ppm = "co2", temperature_c = "t", humidity_pct = "rh"}\n'
    )
    with PtyDevice(
        speaker, link=arguments.link, seed=seed, chances=dict(arguments.fault),
        rebooted=sensor.power_on,
    ) as device:  # fmt: skip
        _tell(
            f"{model} answers at {device.path}; luchtig sensor reads it with\n\n"
            '[sensor]\nvenue = "de-kade"\n[[sensor.device]]\ndevice = "co2-01"\n'
            f'model = "{model}"\nport = "{device.path}"\ninterval_s = 10\n'
            + (lines if model == "lines" else "")
        )
        stop.wait()
    return 0


def _play_replay(arguments: argparse.Namespace, stop: threading.Event) -> int:
    missing = [name for name in ("map", "venue", "device") if getattr(arguments, name) is None]
    mistakes = [f"--replay: --{name} is missing" for name in missing]
    if arguments.scenario is not None:
        mistakes.append("--replay: plays no scenario beside it")
    if arguments.room is not None and not is_slug(arguments.room):
        mistakes.append(f"--room {arguments.room}: expected small letters, digits and '-'")
    if mistakes:
        raise ConfigError(mistakes)
    broker, directory = _broker(arguments)
    recorded = read_recording(arguments.replay, parse_map(arguments.map), arguments.zone)
    from_now = arguments.times is Times.FROM_NOW
    clock = _clock(arguments.speed) if from_now else clock_from(os.environ)
    rows = shifted(recorded, arguments.times, clock.now_ns())
    speed = arguments.speed or float("inf")
    pace = clock if from_now else None if speed == float("inf") else pace_of(rows, speed)
    people_device = arguments.people_device or arguments.device
    part = Part(arguments.venue, arguments.device, people_device, arguments.room)
    done = run_replay(rows, part, broker, directory, pace, stop, _tell)
    acknowledged = "all acknowledged" if done.complete else (
        f"{done.planned} were to be sent, {done.unacknowledged} not acknowledged"
    )  # fmt: skip
    _tell(f"sent {done.air} air and {done.people} people readings, {acknowledged}")
    if done.repeated:
        _tell(f"{done.repeated} of them repeat the time of another: a gateway keeps the first")
    return 0 if done.complete else 1


def _scenario(arguments: argparse.Namespace) -> Scenario:
    if arguments.rooms is not None:
        return _many_rooms(arguments)
    return load_scenario(find_scenario(arguments.scenario), seed=arguments.seed)


def _many_rooms(arguments: argparse.Namespace) -> Scenario:
    rooms, venues = arguments.rooms, 1 if arguments.venues is None else arguments.venues
    if arguments.scenario is not None:
        raise ConfigError(["--rooms: plays no scenario beside it"])
    if not 1 <= venues <= rooms <= MOST_ROOMS:
        raise ConfigError([f"--rooms {rooms} --venues {venues}: expected 1 ≤ M ≤ N ≤ {MOST_ROOMS}"])
    scenario = many_rooms(rooms, venues, arguments.seed or 1)
    if arguments.write_venues is not None:
        try:
            arguments.write_venues.write_text("".join(venue_file(scenario)), encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                [f"--write-venues {arguments.write_venues}: {error.strerror}"]
            ) from error
    return scenario


def _broker(arguments: argparse.Namespace) -> tuple[BrokerSettings, Path]:
    """The broker of the configuration, with the address of ``--broker`` where that is given."""
    environment = dict(os.environ)
    if arguments.broker is not None:
        environment["LUCHTIG_BROKER_URL"] = arguments.broker
    settings = load(arguments.config, environment)
    return settings.broker, settings.directory


def _clock(speed: float | None) -> Clock:
    """The clock this process was told to use, else one of its own at ``speed``."""
    if speed is None:
        return clock_from(os.environ)
    if os.environ.get(VARIABLE):
        raise ConfigError([f"--speed: {VARIABLE} sets the speed already"])
    if speed == float("inf"):
        raise ConfigError(["--speed max: goes with --at-original-times or --ending-now"])
    clock = started_at(SYSTEM.now(), speed)
    if speed != 1:
        _tell(f"a gateway keeps up with {VARIABLE}={clock.to_text()}")
    return clock


def _until_ns(text: str, scenario: Scenario, clock: Clock) -> int:
    """A time with zone, or the next ``HH:MM`` in the scenario's own zone."""
    now = clock.now()
    if re.fullmatch(LOCAL_TIME, text):
        until_ns = to_ns(moment(text, now, scenario.rooms[0].zone))
        return until_ns if until_ns > to_ns(now) else until_ns + DAY_S * 1_000_000_000
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise ConfigError(
            [f"--until {text}: expected HH:MM, or a time like 2026-11-24T21:30+01:00"]
        )
    return to_ns(until)


def _rate(text: str) -> float:
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise argparse.ArgumentTypeError("expected a number of messages a second, like 4000")
    return float(text)


def _fault(text: str) -> tuple[Fault, float]:
    match = re.fullmatch(r"([a-z]+)=(0?\.\d{1,6}|[01])", text)
    if match is None or match[1] not in FAULTS:
        raise argparse.ArgumentTypeError(
            "expected KIND=P with a chance of 0 to 1, like checksum=0.05; kinds are "
            + ", ".join(FAULTS)
        )
    return FAULTS[match[1]], float(match[2])


def _tell(line: str) -> None:
    print(line, flush=True)
