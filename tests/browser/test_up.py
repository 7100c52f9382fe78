"""``luchtig up``: a real venue by one command, set up in a browser alone, kept alive and kept."""

import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.demo import LUCHTIG
from tests.servers import WAIT_S, free_port, program, stop, wait_until

pytestmark = pytest.mark.e2e
SETUP = re.compile(r"luchtig dashboard: set up on (\S+/setup\?key=\S+)")
PASSWORD = "drie woorden genoeg"


class Up:
    """One that is ready."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int, broker: int) -> None:
        self.process = process
        self.log = log
        self.port = port
        self.broker = broker

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def setup_link(self) -> str:
        wait_until(lambda: SETUP.search(self.said()), "the link to the set-up")
        found = SETUP.findall(self.said())
        return str(found[-1])

    def child(self, name: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children(recursive=False)
        (found,) = [one for one in children if name in " ".join(one.cmdline())]
        return found

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def send(self, venue: str, device: str, co2_ppm: int) -> None:
        topic = f"luchtig/devices/{venue}/{device}/air"
        message = f'{{"co2_ppm": {co2_ppm}}}'
        command = [program("mosquitto_pub"), "-p", str(self.broker), "-q", "1", "-t", topic]
        subprocess.run([*command, "-m", message], check=True)


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Up]:
    port, broker = free_port(), free_port()
    log = folder.parent / f"{folder.name}.log"
    command = [*LUCHTIG, "up", "--data", str(folder), "--port", str(port)]
    command += ["--broker-port", str(broker), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    up = Up(process, log, port, broker)
    try:
        wait_until(
            lambda: "Ctrl-C stops it" in up.said() or process.poll() is not None, "it to be up", 120
        )
        assert process.poll() is None, up.said()
        yield up
    finally:
        stop(process)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("link", name=name, exact=True)
    ).first.click()


def set_up(page: Page, up: Up) -> None:
    """As somebody does who has the link and a sensor."""
    page.goto(up.setup_link() + "&lang=en")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Next")
    page.get_by_label("Name", exact=False).first.fill("De Molen")
    page.locator("[name=slug]").fill("molen")
    press(page, "Next")
    page.locator("[name=name]").fill("Zolder")
    page.locator("[name=seats]").fill("12")
    page.locator("[name=floor_area_m2]").fill("60")
    press(page, "Next")
    line = page.locator("li[data-device=co2-7]")
    for _ in range(60):
        up.send("molen", "co2-7", 742)
        if line.count():
            break
        page.wait_for_timeout(500)
    expect(line.locator(".says")).to_contain_text("742")
    line.get_by_role("combobox").select_option(label="Zolder")
    press(page, "Hang it here")
    expect(line).to_contain_text("hangs in Zolder")
    press(page, "Next")
    press(page, "Later")
    press(page, "Later")
    press(page, "To the board")


@pytest.mark.browser
@pytest.mark.servers
def test_from_an_empty_folder_to_a_live_room_and_again_after_a_night(
    tmp_path: Path, browser: Browser
) -> None:
    folder = tmp_path / "venue"
    with running(folder) as up:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
        page = context.new_page()
        set_up(page, up)
        for _ in range(60):
            up.send("molen", "co2-7", 747)
            if "747" in page.locator("main").inner_text():
                break
            page.wait_for_timeout(500)
        expect(page.locator("main")).to_contain_text("Zolder")
        expect(page.locator("main")).to_contain_text("747")
        assert page.goto(up.setup_link()).status == 410  # type: ignore[union-attr]  # it answered
        context.close()
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(WAIT_S) == 0
    with running(folder) as up:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{up.port}/login")
        page.locator("[name=name]").fill("anna")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button").first.click()
        expect(page.locator("main")).to_contain_text("Zolder")
        assert SETUP.search(up.said()) is None
        context.close()


@pytest.mark.servers
def test_what_dies_is_started_again_and_said(tmp_path: Path) -> None:
    with running(tmp_path / "venue") as up:
        wait_until(up.answers, "it to be ready")
        gateway = up.child("gateway")
        gateway.kill()
        wait_until(lambda: "gateway stopped (SIGKILL)" in up.said(), "the death to be told")
        wait_until(lambda: _other(up, gateway.pid), "another gateway")
        wait_until(up.answers, "it to be ready again")


def _other(up: Up, pid: int) -> bool:
    children = psutil.Process(up.process.pid).children(recursive=False)
    return any("gateway" in " ".join(one.cmdline()) and one.pid != pid for one in children)


@pytest.mark.servers
def test_a_port_that_is_taken_is_named_with_the_option_that_helps(tmp_path: Path) -> None:
    with running(tmp_path / "first") as up:
        command = [*LUCHTIG, "up", "--data", str(tmp_path / "second"), "--port", str(free_port())]
        taken = [*command, "--broker-port", str(up.broker)]
        second = subprocess.run(taken, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert f"port {up.broker} is taken" in second.stderr
    assert "--broker-port" in second.stderr


@pytest.mark.servers
def test_on_a_network_devices_log_in(tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    with running(folder, "--lan") as up:
        password = (folder / "password-sensors").read_text().strip()
        assert password in up.said()
        command = [program("mosquitto_pub"), "-p", str(up.broker), "-t", "luchtig/devices/a/b/air"]
        nameless = subprocess.run([*command, "-m", "{}"], capture_output=True, check=False)
        assert nameless.returncode != 0
        known = [*command, "-u", "sensors", "-P", password, "-m", "{}"]
        assert subprocess.run(known, capture_output=True, check=False).returncode == 0
