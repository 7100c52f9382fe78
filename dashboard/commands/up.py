"""``luchtig up``: broker, gateway and dashboard of a real venue, on one folder that is kept."""

import argparse
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from dashboard.processes.children import Children
from dashboard.processes.ports import PortTaken, free_port
from dashboard.up.folder import (
    BROKER_PORT,
    DEVICES,
    HOUSE,
    WEB_PORT,
    VenueFolder,
    usual_folder,
)
from dashboard.up.house import House, NotUp
from dashboard.up.own_broker import NoBroker, broker_command, is_lasting
from gateway.config import Settings
from sensors.mqtt.client import parse_addresses

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ALL = "0.0.0.0"  # noqa: S104 - asked for with --lan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, help="keep everything in this folder (default ~/.local/share/luchtig)"
    )
    parser.add_argument("--port", type=int, help=f"of the pages (default {WEB_PORT})")
    parser.add_argument("--broker-port", type=int, help=f"of the broker (default {BROKER_PORT})")
    parser.add_argument(
        "--broker",
        metavar="URL",
        help="use this one, which runs already, like mqtt://127.0.0.1; written down once",
    )
    parser.add_argument(
        "--lan",
        action="store_true",
        help="open the pages and the broker to this machine's network; devices then log in",
    )


def run(arguments: argparse.Namespace) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_asked)
    folder = VenueFolder((arguments.data or usual_folder(os.environ)).absolute())
    try:
        return _run(arguments, folder)
    except PortTaken as error:
        if error.port != arguments.broker_port:
            return _complain(f"{error}: end who uses it, or choose another with --port")
        return _complain(
            f"{error}: choose another with --broker-port, or, where that is your broker, use it:"
            f" luchtig up --broker mqtt://127.0.0.1:{error.port}"
        )
    except (NotUp, NoBroker, OSError) as error:
        return _complain(str(error))


def _run(arguments: argparse.Namespace, folder: VenueFolder) -> int:
    folder.make(arguments.port or WEB_PORT, arguments.broker_port or BROKER_PORT, arguments.broker)
    environment = dict(os.environ)
    settings = folder.settings(environment)
    if arguments.broker not in (None, settings.broker.url):
        raise NotUp(
            f"--broker: {folder.config} has another, {settings.broker.url}: change it there"
        )
    host = _own_address() if arguments.lan else "127.0.0.1"
    web_port = arguments.port or _port_of(settings)
    broker = parse_addresses(settings.broker)[0]
    if arguments.port or arguments.lan:
        environment["LUCHTIG_DASHBOARD_BIND"] = f"{ALL if arguments.lan else host}:{web_port}"
        environment["LUCHTIG_DASHBOARD_PUBLIC_URL"] = f"http://{host}:{web_port}"
    own = None
    if broker.host in LOOPBACK and settings.broker.username == HOUSE:
        broker_port = arguments.broker_port = arguments.broker_port or broker.port
        environment["LUCHTIG_BROKER_URL"] = f"mqtt://127.0.0.1:{free_port(broker_port)}"
        own = (broker_command(folder, broker_port, lan=arguments.lan), broker_port)
        environment["LUCHTIG_DASHBOARD_SENSOR_BROKER"] = f"mqtt://{host}:{broker_port}"
        if arguments.lan:
            environment["LUCHTIG_DASHBOARD_SENSOR_USERNAME"] = DEVICES
            password_file = folder.password_file(DEVICES)
            environment["LUCHTIG_DASHBOARD_SENSOR_PASSWORD_FILE"] = str(password_file)
    free_port(web_port)
    house = House(Children(folder.logs), str(folder.config), environment, own, _say)
    try:
        house.start()
        url = environment.get("LUCHTIG_DASHBOARD_PUBLIC_URL", settings.dashboard.public_url)
        where = f"{broker.host}:{broker.port}" if own is None else f"{host}:{own[1]}"
        _say(_greeting(folder, url, where, lan=arguments.lan, own=own is not None))
        house.watch()
    except KeyboardInterrupt:
        _say("Stopped.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C may not leave children behind
        house.stop()
    return 0


def _greeting(folder: VenueFolder, url: str, broker: str, *, lan: bool, own: bool) -> str:
    lines = ["", f"  Your venue:  {url}", f"  Sensors to:  mqtt://{broker}"]
    if own and lan:
        lines.append(f"  They log in: {DEVICES} with the password {folder.password(DEVICES)}")
        lines.append(
            "  Whoever is on this network can reach both, and nothing on the way is encrypted."
        )
    elif own:
        lines.append("  From this machine alone; --lan opens both to its network.")
    lines.append(f"  Kept in:     {folder.path}")
    if own and not is_lasting():
        lines.append(
            "  Mosquitto is not installed: the broker in Python keeps nothing for a gateway"
        )
        lines.append("  that is away. Good for a look, not for a venue.")
    return "\n".join([*lines, "  Ctrl-C stops it.", ""])


def _port_of(settings: Settings) -> int:
    return urlsplit(f"//{settings.dashboard.bind}").port or WEB_PORT


def _own_address() -> str:
    """The address that others on its network know; the route is looked up, nothing is sent.

    Raises:
        NotUp: it is on none.

    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError as error:
            raise NotUp("--lan: this machine is on no network") from error
        address: str = probe.getsockname()[0]
        return address


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(text: str) -> int:
    print(f"luchtig up: {text}", file=sys.stderr)
    return 1


def _stop_asked(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
