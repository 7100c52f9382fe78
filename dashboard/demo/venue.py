"""The demo's venue: one generated configuration, and its processes in the order they need each
other.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.demo.pace import LOOK_EVERY_S, Pace
from dashboard.demo.past import put_past
from dashboard.demo.proof import put_doors, put_test, recall, speak
from dashboard.processes.broker_command import mosquitto, python_broker
from dashboard.processes.children import Children
from dashboard.processes.ports import accepts, free_port
from gateway.config import load
from gateway.registry.database import DatabaseAway, open_database
from gateway.store.open import open_stores
from sensors.clock import VARIABLE, Clock, started_at
from sensors.mqtt.client import parse_address
from sensors.private_files import make_private_folder
from sensors.wire.instant import to_ns

START_WITHIN_S = 60.0
POLL_S = 0.05
STOP_WITHIN_S = 4.0
AGAIN_S = 120.0
"""Of the clock: so much before the newest reading on the board is sent again. Those of other devices may
not have come through, and a gateway takes none twice.
"""
PYTHON_BROKER = "python"
LUCHTIG = (sys.executable, "-m", "dashboard")
# Started by root, Mosquitto would become another user, who may not enter the demo's folder and
# whom the kernel does not stop with the demo.
BROKER_CONF = """\
user root
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 100000
max_inflight_messages 1000
"""


class DemoError(Exception):
    """The demo cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the visitor chose; None stands for the part that the demo brings along."""

    port: int
    directory: Path
    clock: Clock
    zone: ZoneInfo
    broker: str | None
    store: str | None
    mail: str
    scenario: Path
    backfill: str


class DemoVenue:
    """Broker, gateway, dashboard and simulator on one configuration. ``tell`` is given each
    step, ``say`` what happens while all runs.
    """

    def __init__(
        self, options: Options, tell: Callable[[str], None], say: Callable[[str], None]
    ) -> None:
        self._options = options
        self._tell = tell
        self._say = say
        logs = options.directory / "logs"
        make_private_folder(logs)
        self._children = Children(logs)
        self._config = options.directory / "luchtig.toml"
        self._go_by(options.clock)

    @property
    def speed(self) -> float:
        """Times as fast as life, now."""
        return self._clock.speed

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._options.port}"

    def start(self) -> None:
        """Start everything and wait until the board shows a meeting that goes over its limits.

        Raises:
            DemoError, ChildDied: it did not come up; the message says why.

        """
        self._write_config(self._broker())
        self._tell("putting the venue into its database")
        self._run_once("import", str(self._options.scenario))
        self._put_past()
        self._tell("starting the gateway and the dashboard")
        self._start_gateway()
        self._tell("playing the hours before")
        self._start_sim(self._options.backfill)
        self._wait("the first meeting that is flagged", self._shows_a_flagged_meeting)

    def watch(self) -> None:
        """Wait until a process dies; each new day gets its meetings, and a machine that cannot carry
        the speed a lower one.

        Raises:
            ChildDied: always, in the end; a signal interrupts it.
            DemoError: the meetings of a day could not be put in.

        """
        day, look_at = self._day(), 0.0
        while True:
            self._children.check()
            if self._day() != day:
                day = self._day()
                self._run_once("import", str(self._options.scenario))
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_EVERY_S
                self._speak()
                self._keep_up()
            time.sleep(0.3)

    def _put_past(self) -> None:
        """Three months that were before, for the season, and the test of a room."""
        settings = load(self._config, self._environment)
        database = open_database("sqlite:///luchtig.db", self._options.directory)
        store = open_stores(settings)
        put_past(database, self._day())
        recall(database, self._clock.now())
        put_test(database, store, self._day())
        put_doors(database, self._clock.now())
        store.close()
        database.close()

    def _speak(self) -> None:
        """Hosts say what is due of their protocols."""
        database = open_database("sqlite:///luchtig.db", self._options.directory)
        with suppress(DatabaseAway):  # what they did not come to say they say the next time
            speak(database, self._clock.now())
        database.close()

    def _start_gateway(self) -> None:
        self._start("gateway")
        self._start("dashboard")
        # A broker keeps nothing for a gateway that it has never met.
        ready = "luchtig gateway: ready"
        self._wait("the gateway", lambda: self._children.has_said("gateway", ready))

    def _start_sim(self, backfill: str) -> None:
        self._start("sim", str(self._options.scenario), "--backfill", backfill)
        self._wait("the dashboard", lambda: self._get("/readyz") is not None)

    def _go_by(self, clock: Clock) -> None:
        self._clock = clock
        self._environment = dict(os.environ) | {VARIABLE: clock.to_text()}
        self._pace = Pace(clock.speed)

    def _keep_up(self) -> None:
        """Where the board falls behind the clock, all begin again on a slower one that goes on from
        where this one stands; the simulator sends again what had not come through.
        """
        answer: Mapping[str, Any] = self._get("/api/v1/rooms") or {}
        heard = [room["co2_at"] for room in answer.get("rooms", ()) if room["co2_at"]]
        if not heard:
            return
        behind_s = (self._clock.now() - datetime.fromisoformat(max(heard))).total_seconds()
        speed = self._pace.slower(time.monotonic(), behind_s)
        if speed is None:
            return
        asked = self._options.clock.speed
        self._say(
            f"This machine cannot carry {asked:g} times real time: the day goes on {speed:g} times"
            " as fast as life."
        )
        from_s = to_ns(self._clock.now()) / 1e9 - behind_s
        self._children.stop(STOP_WITHIN_S, "sim", "dashboard", "gateway")
        self._go_by(started_at(self._clock.now(), speed))
        gap_s = to_ns(self._clock.now()) / 1e9 - from_s
        self._start_gateway()
        self._start_sim(f"{gap_s + AGAIN_S:.0f}s")

    def stop(self) -> None:
        self._children.stop(STOP_WITHIN_S)

    def _day(self) -> date:
        return self._clock.now().astimezone(self._options.zone).date()

    def _broker(self) -> str:
        """The address of the broker: the one chosen, or one of our own."""
        chosen = self._options.broker
        if chosen is None or chosen == PYTHON_BROKER:
            return self._start_broker(in_python=chosen == PYTHON_BROKER)
        address = parse_address(chosen)
        if not accepts(address.host, address.port):
            raise DemoError(f"--broker {chosen}: nothing answers there; start it, or leave it away")
        return chosen

    def _start_broker(self, *, in_python: bool) -> str:
        port = free_port()
        command = mosquitto()
        if in_python or command is None:
            self._tell("starting a broker in Python")
            started = python_broker(port)
        else:
            self._tell("starting mosquitto")
            conf = self._options.directory / "mosquitto.conf"
            conf.write_text(BROKER_CONF.format(port=port), encoding="utf-8")
            started = [command, "-c", str(conf)]
        self._children.start("broker", started, self._environment)
        self._wait("the broker", lambda: accepts("127.0.0.1", port))
        return f"mqtt://127.0.0.1:{port}"

    def _write_config(self, broker: str) -> None:
        store = self._options.store or "sqlite:///readings.db"
        text = "\n".join(
            (
                "[broker]",
                f"url = {json.dumps(broker)}",
                'client_id = "luchtig-demo"',
                "[store]",
                f"url = {json.dumps(store)}",
                "[dashboard]",
                f'bind = "127.0.0.1:{self._options.port}"',
                f"public_url = {json.dumps(self.url)}",
                "demo = true",
                f"demo_speed = {self._options.clock.speed!r}",
                "[notify]",
                f"mail = {json.dumps(self._options.mail)}",
                "",
            )
        )
        self._config.write_text(text, encoding="utf-8")

    def _start(self, name: str, *arguments: str) -> None:
        command = [*LUCHTIG, name, "--config", str(self._config), *arguments]
        self._children.start(name, command, self._environment)

    def _run_once(self, name: str, *arguments: str) -> None:
        command = [*LUCHTIG, name, "--config", str(self._config), *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise DemoError((done.stderr or done.stdout).strip())

    def _wait(self, what: str, so: Callable[[], bool]) -> None:
        until = time.monotonic() + START_WITHIN_S
        while not so():
            self._children.check()
            if time.monotonic() > until:
                raise DemoError(
                    f"waited {START_WITHIN_S:g} s for {what}; the logs are in "
                    f"{self._options.directory / 'logs'}"
                )
            time.sleep(POLL_S)

    def _shows_a_flagged_meeting(self) -> bool:
        answer: Mapping[str, Any] = self._get("/api/v1/rooms") or {}
        flags = [flag for room in answer.get("rooms", ()) for flag in room["flags"]]
        # A sensor that is silent while the hours before are played is no meeting over its limits.
        return any(flag["state"] == "firing" and flag["rule"] != "no_data" for flag in flags)

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self.url + path, timeout=2) as answer:  # noqa: S310 - our own address
                return json.load(answer)
        except (OSError, ValueError):
            return None
