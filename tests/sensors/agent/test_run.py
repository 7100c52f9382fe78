"""From a simulated MH-Z19B on a pseudo-terminal through the agent onto a real Mosquitto."""

import itertools
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from firmware_sim.devices.pty_device import PtyDevice
from firmware_sim.devices.wire.winsen import SimMhz19
from sensors.agent import run
from sensors.agent.models import I2C_MODELS, MODELS
from sensors.agent.port import BytePort
from sensors.agent.settings import AgentSettings, load
from sensors.agent.spool import Spool
from sensors.clock import VARIABLE, started_at
from sensors.config import ConfigError
from sensors.wire.topic import VenueSlug
from tests.sensors.listener import Listener
from tests.servers import Broker, free_port, mosquitto, running, stop, wait_until

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
venues = (f"venue-{number}" for number in itertools.count())


@pytest.fixture
def venue() -> str:
    """A venue of one's own: the broker is shared and remembers."""
    return next(venues)


CONFIG = """\
[broker]
url = "mqtt://127.0.0.1:{broker_port}"
[store]
url = "influxdb://127.0.0.1:8086/luchtig"
[sensor]
venue = "{venue}"
[[sensor.device]]
device = "co2-01"
model = "mh-z19b"
port = "{port}"
interval_s = 10
warm_up_s = 0
room = "serre"
calibrated = 2026-03-02
"""


def configured(directory: Path, broker_port: int, venue: VenueSlug, port: str) -> Path:
    path = directory / "luchtig.toml"
    path.write_text(CONFIG.format(broker_port=broker_port, venue=venue, port=port))
    return path


@contextmanager
def agent_running(settings: AgentSettings) -> Iterator[None]:
    """The agent in a thread, on a clock whose 10 s are 20 ms."""
    halt = threading.Event()
    ended: list[bool] = []
    clock = started_at(START, 500)
    thread = threading.Thread(target=lambda: ended.append(run.run(settings, clock, halt)))
    thread.start()
    try:
        yield
    finally:
        halt.set()
        thread.join()
    assert ended == [True]


def topics(venue: VenueSlug) -> tuple[str, str, str]:
    root = f"luchtig/devices/{venue}/co2-01"
    return f"{root}/status", f"{root}/about", f"{root}/air"


def test_birth_about_readings_and_a_clean_goodbye(
    broker: Broker, tmp_path: Path, venue: VenueSlug
) -> None:
    status, about, air = topics(venue)
    health = f"luchtig/devices/{venue}/co2-01/health"
    values = iter(range(400, 5000))
    with (
        Listener(broker.port).listening() as heard,
        PtyDevice(SimMhz19(lambda: next(values))) as device,
    ):
        with agent_running(load(configured(tmp_path, broker.port, venue, device.path), {})):
            wait_until(lambda: len(heard.payloads(air)) >= 5, "five readings")
            assert heard.payloads(status) == [b"online"]
            (said,) = heard.readings(about)
            wait_until(lambda: heard.payloads(health), "how the device is")
        wait_until(lambda: heard.payloads(status)[-1] == b"offline", "the goodbye")
    assert heard.readings(health)[0]["spooled"] in (0, 1)
    assert heard.readings(health)[0]["calibrated_at"] == "2026-03-02T12:00:00.000Z"
    assert said["model"] == "mh-z19b"
    assert said["firmware"].startswith("luchtig ")
    assert (said["interval_s"], said["room"]) == (10.0, "serre")
    assert said["calibrated_at"] == "2026-03-02T12:00:00.000Z"
    readings = heard.readings(air)
    assert [reading["seq"] for reading in readings] == list(range(1, len(readings) + 1))
    assert [r["co2_ppm"] for r in readings] == [400 + i for i in range(len(readings))]
    assert all(set(r) == {"ts", "seq", "co2_ppm"} for r in readings)
    assert readings[0]["ts"].startswith("2026-11-24T08:0")
    with Listener(broker.port).listening() as later:
        wait_until(lambda: later.payloads(status) and later.payloads(about), "what was retained")
        assert (later.payloads(status), later.payloads(air)) == ([b"offline"], [])


def test_a_broker_that_is_away_costs_no_reading(
    tmp_path: Path, venue: VenueSlug, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sensors")
    status, about, air = topics(venue)
    port = free_port()
    heard = Listener(port, session="listener")
    with PtyDevice(SimMhz19(lambda: 812)) as device, ExitStack() as listening:
        settings = load(configured(tmp_path, port, venue, device.path), {})
        with agent_running(settings):
            wait_until(lambda: device.requests >= 10, "readings before there is a broker")
            with mosquitto(tmp_path / "mosquitto", port=port):
                listening.enter_context(heard.listening())
                wait_until(lambda: len(heard.payloads(air)) >= 30, "the backlog and more")
            asked = device.requests
            wait_until(lambda: device.requests >= asked + 50, "readings without a broker")
            with mosquitto(tmp_path / "mosquitto", port=port):
                wait_until(lambda: len(heard.payloads(air)) >= asked + 100, "the second backlog")
                wait_until(lambda: len(heard.payloads(about)) >= 2, "it to introduce itself again")
                wait_until(lambda: heard.payloads(status)[-1] == b"online", "online again")
                said = [m for m in caplog.messages if "readings wait in the spool" in m]
        sequence = [reading["seq"] for reading in heard.readings(air)]
    assert len(said) == 2  # at the start, and when the first broker stopped
    # Nothing is missing; one whose acknowledgement was lost with the broker may come twice.
    assert set(sequence) == set(range(1, max(sequence) + 1))
    assert list(dict.fromkeys(sequence)) == sorted(set(sequence))


def test_what_was_not_acknowledged_is_sent_by_the_next_run(
    tmp_path: Path, venue: VenueSlug
) -> None:
    _, _, air = topics(venue)
    port = free_port()
    with PtyDevice(SimMhz19(lambda: 812)) as device:
        settings = load(configured(tmp_path, port, venue, device.path), {})
        with agent_running(settings):
            wait_until(lambda: device.requests >= 10, "readings without a broker")
        with Spool(settings.spool) as spool:
            waiting = spool.waiting()[f"{venue}/co2-01"]
        with (
            mosquitto(tmp_path / "mosquitto", port=port),
            Listener(port).listening() as heard,
            agent_running(settings),
        ):
            wait_until(lambda: len(heard.payloads(air)) > waiting + 5, "old and new readings")
    sequence = [r["seq"] for r in heard.readings(air)]
    assert waiting >= 9
    assert sequence == list(range(1, len(sequence) + 1))


def test_a_pulled_cable_is_seen_as_an_offline_device(
    broker: Broker, tmp_path: Path, venue: VenueSlug
) -> None:
    status, _, air = topics(venue)
    link = tmp_path / "usb-sensor"
    settings = load(configured(tmp_path, broker.port, venue, str(link)), {})
    with Listener(broker.port).listening() as heard, agent_running(settings):
        with PtyDevice(SimMhz19(lambda: 600), link=link):
            wait_until(lambda: heard.payloads(air), "a reading")
        wait_until(lambda: heard.payloads(status)[-1] == b"offline", "offline")
        with PtyDevice(SimMhz19(lambda: 700), link=link):
            wait_until(lambda: heard.payloads(status)[-1] == b"online", "online")
            wait_until(lambda: heard.readings(air)[-1]["co2_ppm"] == 700, "a reading")


def process_environment() -> dict[str, str]:
    return os.environ | {VARIABLE: started_at(START, 500).to_text()}


def test_the_will_of_an_agent_that_is_killed_is_delivered(
    broker: Broker, tmp_path: Path, venue: VenueSlug
) -> None:
    status, _, air = topics(venue)
    with Listener(broker.port).listening() as heard, PtyDevice(SimMhz19(lambda: 812)) as device:
        config = configured(tmp_path, broker.port, venue, device.path)
        command = [sys.executable, "-m", "dashboard", "sensor", "--config", str(config)]
        with running(
            command,
            tmp_path / "agent.log",
            ready=lambda: len(heard.payloads(air)) >= 2,
            env=process_environment(),
        ) as child:
            child.send_signal(signal.SIGKILL)
            wait_until(lambda: heard.payloads(status)[-1] == b"offline", "the last will")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(
    broker: Broker, tmp_path: Path, venue: VenueSlug, number: signal.Signals
) -> None:
    status, _, air = topics(venue)
    log = tmp_path / "agent.log"
    with Listener(broker.port).listening() as heard, PtyDevice(SimMhz19(lambda: 812)) as device:
        config = configured(tmp_path, broker.port, venue, device.path)
        command = [sys.executable, "-m", "dashboard", "sensor", "--config", str(config)]
        with running(
            command, log, ready=lambda: heard.payloads(air), env=process_environment()
        ) as child:
            child.send_signal(number)
            assert child.wait(60) == 0
        wait_until(lambda: heard.payloads(status)[-1] == b"offline", "the goodbye")
        stop(child)
    assert "Traceback" not in log.read_text()
    assert "co2-01: mh-z19b on" in log.read_text()


def test_a_changed_configuration_is_taken_over_and_one_with_mistakes_is_not(
    broker: Broker, tmp_path: Path, venue: VenueSlug
) -> None:
    _, about, air = topics(venue)
    log = tmp_path / "agent.log"
    with Listener(broker.port).listening() as heard, PtyDevice(SimMhz19(lambda: 812)) as device:
        config = configured(tmp_path, broker.port, venue, device.path)
        command = [sys.executable, "-m", "dashboard", "sensor", "--config", str(config)]
        with running(
            command, log, ready=lambda: heard.payloads(air), env=process_environment()
        ) as child:
            good = config.read_text()
            config.write_text(good.replace("mh-z19b", "mhz"))
            child.send_signal(signal.SIGHUP)
            wait_until(lambda: "unknown model" in log.read_text(), "the mistake to be said")
            config.write_text(good.replace("interval_s = 10", "interval_s = 2"))
            child.send_signal(signal.SIGHUP)
            wait_until(lambda: heard.readings(about)[-1]["interval_s"] == 2.0, "the change")
            before = len(heard.payloads(air))
            wait_until(lambda: len(heard.payloads(air)) > before, "a reading after it")
            child.send_signal(signal.SIGTERM)
            assert child.wait(60) == 0
    assert [r["seq"] for r in heard.readings(air)] == list(range(1, len(heard.payloads(air)) + 1))


def test_a_refused_login_is_said_and_nothing_is_lost(
    tmp_path: Path, venue: VenueSlug, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sensors")
    (tmp_path / "mosquitto").mkdir()
    passwords = tmp_path / "mosquitto" / "passwords"
    passwords.write_text("")
    passwords.chmod(0o644)
    extra = f"allow_anonymous false\npassword_file {passwords}\n"
    with (
        mosquitto(tmp_path / "mosquitto", extra=extra) as closed,
        PtyDevice(SimMhz19(lambda: 812)) as device,
    ):
        settings = load(configured(tmp_path, closed.port, venue, device.path), {})
        with agent_running(settings):
            wait_until(lambda: any("refuses us" in m for m in caplog.messages), "the refusal")
            wait_until(lambda: device.requests >= 10, "readings")
    with Spool(settings.spool) as spool:
        assert spool.waiting()[f"{venue}/co2-01"] >= 9


def test_a_mistake_in_a_callback_does_not_end_the_connection(
    broker: Broker, tmp_path: Path, venue: VenueSlug, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, air = topics(venue)
    monkeypatch.setattr(
        "sensors.agent.link.Link._say_away", lambda _self, _how: 1 / 0, raising=True
    )
    with Listener(broker.port).listening() as heard, PtyDevice(SimMhz19(lambda: 812)) as device:
        settings = load(configured(tmp_path, broker.port, venue, device.path), {})
        with agent_running(settings):
            wait_until(lambda: heard.payloads(air), "a reading")
            # Another client takes its place, which ends its connection from outside.
            intruder = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"luchtig-{venue}-co2-01")
            intruder.connect("127.0.0.1", broker.port)
            intruder.loop()
            before = len(heard.payloads(air))
            wait_until(lambda: len(heard.payloads(air)) > before + 60, "readings afterwards")
            intruder.disconnect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_falls_ends_the_agent_so_that_it_can_be_started_again(
    broker: Broker, tmp_path: Path, venue: VenueSlug
) -> None:
    def fall(_path: str, _baud: int) -> BytePort:
        raise RuntimeError("a mistake of ours")

    settings = load(configured(tmp_path, broker.port, venue, "/dev/ttyS99"), {})
    assert run.run(settings, started_at(START, 500), threading.Event(), fall) is False


class TestSettings:
    def given(self, tmp_path: Path, text: str, **environment: str) -> AgentSettings:
        path = tmp_path / "luchtig.toml"
        path.write_text(text)
        return load(path, environment)

    def mistakes(self, tmp_path: Path, text: str) -> list[str]:
        with pytest.raises(ConfigError) as raised:
            self.given(tmp_path, text)
        prefix = f"{tmp_path / 'luchtig.toml'}: "
        return [mistake.removeprefix(prefix) for mistake in raised.value.mistakes]

    DEVICE = 'device = "co2-01"\nmodel = "MH-Z19B"\nport = "/dev/ttyS0"\n'

    def test_a_short_file_gets_what_its_model_says(self, tmp_path: Path) -> None:
        settings = self.given(
            tmp_path, f'[sensor]\nvenue = "de-kade"\n[[sensor.device]]\n{self.DEVICE}'
        )
        (device,) = settings.devices
        assert (device.model.name, device.interval_s, device.warm_up_s) == ("mh-z19b", 10.0, 180.0)
        assert (device.venue, device.device, device.room) == ("de-kade", "co2-01", None)
        assert settings.spool == tmp_path / "spool.db"

    def test_the_spool_lies_in_the_data_directory(self, tmp_path: Path) -> None:
        text = (
            f'[data]\ndir = "d"\n[sensor]\nvenue = "x"\nspool = "s.db"\n'
            f"[[sensor.device]]\n{self.DEVICE}"
        )
        assert self.given(tmp_path, text).spool == tmp_path / "d" / "s.db"
        other = self.given(tmp_path, text, LUCHTIG_DATA_DIR="/var/lib/luchtig")
        assert other.spool == Path("/var/lib/luchtig/s.db")

    def test_nothing_at_all_names_venue_and_device(self, tmp_path: Path) -> None:
        assert self.mistakes(tmp_path, "[store]\nurl = 3\n") == [
            (
                "sensor.venue = '': expected the venue's slug, small letters, digits and '-',"
                " like de-kade"
            ),
            "sensor.device: expected at least one [[sensor.device]]",
        ]

    cases: tuple[Any, ...] = (
        pytest.param(
            'device = "a"\nmodel = "mhz"\nport = "p"\n',
            [
                "sensor.device[1].model = 'mhz': unknown model, known are "
                + ", ".join(model.name for model in (*MODELS, *I2C_MODELS))
            ],
            id="an unknown model",
        ),
        pytest.param(
            'device = "co2-01"\nmodel = "mh-z19b"\nport = "/dev/ttyS0"\n',
            [
                "sensor.device[1].device = 'co2-01': is there already",
                "sensor.device[1].port = '/dev/ttyS0': is there already",
            ],
            id="a device and a port twice",
        ),
        pytest.param(
            'device = "A B"\nmodel = "mh-z19b"\nport = "p"\nroom = "Zaal"\n',
            [
                "sensor.device[1].device = 'A B': expected small letters, digits and '-'",
                "sensor.device[1].room = 'Zaal': expected small letters, digits and '-'",
            ],
            id="names that are no slugs",
        ),
        pytest.param(
            'device = "a"\nmodel = "mh-z19b"\nport = "p"\ninterval_s = 0.5\nwarm_up_s = -1\n',
            [
                "sensor.device[1].interval_s = 0.5: expected 2 to 3600",
                "sensor.device[1].warm_up_s = -1: expected 0 to 3600",
            ],
            id="times that are none",
        ),
        pytest.param(
            'device = "a"\nmodel = "mh-z19b"\nport = "p"\ncalibrated = "spring"\n',
            ["sensor.device: [1].calibrated: invalid RFC3339 encoded date"],
            id="a day that is none",
        ),
        pytest.param(
            'device = "a"\nmodel = "mh-z19b"\n',
            ["sensor.device: [1]: object missing required field port"],
            id="no port",
        ),
    )

    @pytest.mark.parametrize(("second", "expected"), cases)
    def test_a_mistake_in_a_device_is_told_with_its_place(
        self, tmp_path: Path, second: str, expected: list[str]
    ) -> None:
        text = (
            f'[sensor]\nvenue = "de-kade"\n[[sensor.device]]\n{self.DEVICE}'
            f"[[sensor.device]]\n{second}"
        )
        assert self.mistakes(tmp_path, text)[: len(expected)] == expected

    def test_a_slip_in_a_section_of_ours_is_told_and_others_are_left_alone(
        self, tmp_path: Path
    ) -> None:
        text = (
            f'[brokers]\nurl = "x"\n[database]\n[sensor]\nvenue = "x"\n[[sensor.device]]\n'
            f"{self.DEVICE}"
        )
        assert self.mistakes(tmp_path, text) == ["brokers: unknown section, did you mean broker?"]


class TestCommand:
    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "dashboard", "sensor", *arguments],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def test_a_mistake_is_a_line_and_exit_status_2(self, tmp_path: Path) -> None:
        path = tmp_path / "luchtig.toml"
        path.write_text('[sensor]\nvenue = "de-kade"\n')
        done = self.run("--config", str(path))
        assert done.returncode == 2
        assert done.stderr == f"{path}: sensor.device: expected at least one [[sensor.device]]\n"

    def test_a_spool_in_use_is_a_line_and_exit_status_1(self, tmp_path: Path) -> None:
        config = configured(tmp_path, 1, VenueSlug("de-kade"), "/dev/ttyS99")
        with Spool(tmp_path / "spool.db"):
            done = self.run("--config", str(config))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "another luchtig sensor runs on this machine" in done.stderr

    def test_its_help_loads_nothing_that_a_small_machine_does_not_need(self) -> None:
        script = (
            "import sys; from dashboard.cli import main\n"
            "try: main(['sensor', '--help'])\n"
            "except SystemExit: pass\n"
            "heavy = {'flask', 'plotly', 'sqlalchemy', 'influxdb_client', 'apprise', 'gateway'}\n"
            "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "luchtig sensor --config luchtig.toml" in done.stdout
