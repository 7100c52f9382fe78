import json
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from tests.end_to_end.demo import LUCHTIG, open_demo
from tests.servers import WAIT_S, Broker, Influx, free_port, wait_until


def runs(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended and was not yet collected does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("broker", ["mosquitto", "python"])
def test_the_demo_opens_on_a_flagged_meeting_and_stops_without_leaving_anything(
    tmp_path: Path, broker: str
) -> None:
    options = () if broker == "mosquitto" else ("--broker", "python")
    with open_demo(tmp_path, *options) as demo:
        rooms = demo.rooms()
        assert len(rooms) == 5
        firing = {flag["rule"] for r in rooms for flag in r["flags"] if flag["state"] == "firing"}
        assert firing & {"co2", "occupancy"}
        meetings = json.loads(demo.get("/api/v1/meetings"))["meetings"]
        assert any(meeting["flags"] for meeting in meetings)
        page = demo.get("/").decode()
        assert all(room["name"] in page for room in rooms)
        children = psutil.Process(demo.process.pid).children(recursive=True)
        assert demo.stop() == 0
    assert [child for child in children if runs(child)] == []
    assert list(tmp_path.iterdir()) == [tmp_path / "demo.log"]


def test_the_demo_killed_outright_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_demo(tmp_path, "--data", str(tmp_path / "data")) as demo:
        children = psutil.Process(demo.process.pid).children(recursive=True)
        assert demo.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not any(map(runs, children)), "the children to end")


def test_a_child_that_dies_takes_the_others_down_and_is_named(tmp_path: Path) -> None:
    with open_demo(tmp_path) as demo:
        children = psutil.Process(demo.process.pid).children(recursive=True)
        (gateway,) = [c for c in children if "gateway" in c.cmdline()]
        gateway.kill()
        assert demo.process.wait(WAIT_S) == 1
        assert "gateway stopped (SIGKILL)" in demo.said()
    wait_until(lambda: not any(map(runs, children)), "the children to end")


def test_the_demo_takes_a_real_broker_and_a_real_store(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    database = f"demo-{free_port()}"
    options = ("--broker", broker.url, "--store", influx.database_url(database))
    with open_demo(tmp_path, *options) as demo:
        assert any(room["flags"] for room in demo.rooms())
        query = quote('SELECT count(co2_ppm) FROM "air"')

        def stored() -> int:
            url = f"http://127.0.0.1:{influx.port}/query?db={database}&q={query}"
            with urllib.request.urlopen(url, timeout=30) as answer:
                series = json.load(answer)["results"][0].get("series")
            return series[0]["values"][0][1] if series else 0

        wait_until(lambda: stored() > 1000, "the hours before in InfluxDB")


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*LUCHTIG, "demo", "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"luchtig demo: port {port} is taken: choose another, like --port {port + 1}\n"
    )


CYCLE_S = 2.0


@contextmanager
def held_back(process: psutil.Process, share: float) -> Iterator[None]:
    """Let a process run no more than ``share`` of the time, as on a machine that much slower."""
    over = threading.Event()

    def hold_back() -> None:
        with suppress(psutil.NoSuchProcess):
            while not over.is_set():
                process.suspend()
                over.wait(CYCLE_S * (1 - share))
                process.resume()
                over.wait(CYCLE_S * share)

    thread = threading.Thread(target=hold_back)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.timeout(400)
def test_a_machine_that_cannot_carry_the_speed_gets_a_lower_one_and_is_told(
    tmp_path: Path,
) -> None:
    with open_demo(tmp_path, "--speed", "300") as demo:
        before = psutil.Process(demo.process.pid).children(recursive=True)
        (gateway,) = [c for c in before if "gateway" in c.cmdline()]
        with held_back(gateway, 0.001):
            wait_until(lambda: "cannot carry 300 times real time" in demo.said(), "a word", 120)
        words = "This machine cannot carry the demo at 300 times real time"

        def goes_on() -> bool:
            with suppress(OSError):
                # The Bibliotheek's sensor is silent for a part of that day, whatever the speed.
                heard = [room for room in demo.rooms() if room["room"] != "bibliotheek"]
                levels = {room["level"] for room in heard}
                return "unknown" not in levels and words in demo.get("/?lang=en").decode()
            return False

        wait_until(goes_on, "rooms with data on the board", 240)
        assert not gateway.is_running()
        assert demo.stop() == 0
