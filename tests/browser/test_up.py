"""``luchtig up``: a real venue by one command, set up in a browser alone, kept alive and kept."""

import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.up import SETUP, Up, running
from tests.end_to_end.demo import LUCHTIG
from tests.servers import WAIT_S, free_port, program, wait_until

pytestmark = pytest.mark.e2e
PASSWORD = "drie woorden genoeg"


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
