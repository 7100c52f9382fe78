"""From the documentation to a reading on the board: the commands of docs/devices.md as they stand there,
with the simulator's pseudo-terminal for the adapter, and they print what it says they do.
"""

import json
import re
import shlex
import subprocess
import textwrap
from pathlib import Path

import psutil
import pytest

from sensors.clock import SYSTEM, VARIABLE, started_at
from tests.browser.up import running as up_running
from tests.end_to_end.set_up import LUCHTIG, set_up
from tests.servers import Broker, mosquitto, program, wait_until

PAGE = (Path(__file__).parents[2] / "docs/devices.md").read_text(encoding="utf-8")
PORT = re.search(r"/dev/serial/by-id/\S+", PAGE)
VENUE = """\
[[venue]]
slug = "de-kade"
name = "De Kade"
[[venue.room]]
slug = "serre"
name = "Serre"
[[venue.device]]
slug = "{device}"
room = "serre"
"""


def documented(beginning: str) -> tuple[list[str], list[str]]:
    """The words of a command of the page, and the lines that it prints there."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    (found,) = [one for one in map(textwrap.dedent, blocks) if one.startswith(f"$ {beginning}")]
    command, *printed = found.strip().splitlines()
    return shlex.split(command)[2:], printed


def alike(line: str) -> str:
    """Without what differs from one day to another."""
    return re.sub(r"\d+ (ppm|s)\b", r"N \1", " ".join(line.split()))


def test_an_mh_z19_on_a_usb_adapter(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PORT is not None
    monkeypatch.setenv(
        VARIABLE, started_at(SYSTEM.now(), 60).to_text()
    )  # three minutes in three seconds
    link = tmp_path / "usb"
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue(VENUE.format(device="co2-01"))
        venue.start("gateway")
        venue.start_dashboard()
        venue.start("sim", "--serial", "--link", str(link), says="answers at")
        words, printed = documented("luchtig sensor probe")
        said = subprocess.run(
            [*LUCHTIG, *words, "--port", str(link)],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        shown = [alike(line.replace(PORT.group(), str(link))) for line in printed]
        assert [alike(line) for line in said.splitlines()][: len(shown)] == shown
        words, printed = documented("luchtig sensor --config")
        (_, _, name) = words
        file = tmp_path / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("127.0.0.1:1883", f"127.0.0.1:{broker.port}"))
        venue.config = file
        venue.start("sensor", says="answers")
        wait_until(lambda: venue.room().get("co2_ppm"), "the reading on the board")
        for line in printed:
            told = line.replace(PORT.group(), str(link)).replace("1883", str(broker.port))
            assert alike(told) in [alike(one) for one in venue.log("sensor").splitlines()]


def test_a_zigbee2mqtt_that_runs(tmp_path: Path) -> None:
    message = re.search(r"`(zigbee2mqtt/\D+?) (\{.*?\})`", PAGE)
    source = re.search(r"\[\[source\]\]\n *kind = \"zigbee2mqtt\".*?```", PAGE, re.DOTALL)
    assert message is not None
    assert source is not None
    with (
        mosquitto(tmp_path / "broker") as broker,
        set_up(tmp_path, broker, "sqlite:///readings.db") as venue,
    ):
        pub = [program("mosquitto_pub"), "-p", str(broker.port), "-q", "1"]
        send = [*pub, "-t", message[1], "-m", message[2]]
        venue.import_venue(VENUE.format(device="vergaderzaal-noord"))
        venue.write_config("sqlite:///readings.db", source.group().removesuffix("```"))
        subprocess.run([*send, "-r"], check=True)
        (line,) = documented("luchtig check")[1]
        assert line in venue.run("check").stdout.splitlines()
        venue.start("gateway")
        venue.start_dashboard()
        subprocess.run(send, check=True)
        wait_until(lambda: venue.room().get("co2_ppm"), "the reading on the board")
        assert venue.room()["co2_ppm"] == json.loads(message[2])["co2"]


def test_a_venue_uses_the_broker_that_is_there_and_does_so_again(
    tmp_path: Path, broker: Broker
) -> None:
    shown = documented("luchtig up")[1][1].replace("1883", str(broker.port)).strip()
    folder = tmp_path / "venue"
    for options in (["--broker", broker.url], []):
        with up_running(folder, *options) as up:
            assert shown in up.said()
            started = psutil.Process(up.process.pid).children()
            assert len(started) == 2  # gateway and dashboard, no broker
