"""Run in a network of its own (``unshare --net``): the demo, and a browser that looks at its pages, where
whatever is meant for elsewhere goes to a wire with nobody at its end and is noted.

Prints JSON: what left, and that a packet which surely left was noted.
"""

import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.end_to_end.demo import open_demo

ETH_P_ALL = 3
IPV4, IPV6 = 0x0800, 0x86DD
DNS = 53
FINDS_NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""A browser asks its maker for this and that: what pages ask for is noted as they do."""
SURELY = ("192.0.2.1", 9)
"""An address for documents (RFC 5737)."""
WIRE = (
    "link set lo up",
    "link add out type veth peer name nowhere",
    "link set out up",
    "link set nowhere up",
    "addr add 198.51.100.2/24 dev out",
    "neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev out",
    "route add default via 198.51.100.1",
)
PAGES = (
    "/", "/meetings", "/plan", "/alerts", "/settings", "/settings/system", "/settings/sensors", "/api",
    "/privacy", "/account", "/rooms/de-kade/grote-zaal", "/kiosk/de-kade",
)  # fmt: skip


class Wire:
    """Notes where every packet goes that leaves; broadcasts of the network itself are none."""

    def __init__(self) -> None:
        Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1")
        for command in WIRE:
            subprocess.run(["ip", *command.split()], check=True)
        self.left: set[str] = set()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.bind(("out", 0))
        threading.Thread(target=self._note, daemon=True).start()

    def _note(self) -> None:
        while True:
            packet = self._socket.recv(2048)
            kind = int.from_bytes(packet[12:14])
            if kind == IPV6:
                self.left.add(socket.inet_ntop(socket.AF_INET6, packet[38:54]))
            elif kind == IPV4:
                port = int.from_bytes(packet[36:38])
                address = socket.inet_ntop(socket.AF_INET, packet[30:34])
                self.left.add(_question(packet) if port == DNS else f"{address}:{port}")


def _question(packet: bytes) -> str:
    """The name that is asked for."""
    labels, at = [], 54
    while at < len(packet) and packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode("ascii", "replace"))
        at += 1 + packet[at]
    return f"name {'.'.join(labels)}"


def look(url: str) -> set[str]:
    """As a visitor does, and a little longer at each page, at a chart's touch too; what the pages asked for
    elsewhere.
    """
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=(*ARGUMENTS, FINDS_NOBODY)
        )
        page = browser.new_page()
        page.context.on("request", lambda request: asked.add(request.url))
        for path in PAGES:
            page.goto(url + path, wait_until="load")
            page.wait_for_timeout(500)
        page.goto(url + "/rooms/de-kade/grote-zaal")
        page.mouse.move(300, 500)
        page.wait_for_timeout(1_000)
        browser.close()
    return {address for address in asked if not address.startswith((url, "data:", "blob:"))}


def main(directory: Path) -> None:
    wire = Wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sure, open_demo(directory) as demo:
        asked = look(f"http://127.0.0.1:{demo.port}")
        demo.stop()
        sure.sendto(b"noted", SURELY)
        for _ in range(500):
            if f"{SURELY[0]}:{SURELY[1]}" in wire.left:
                break
            threading.Event().wait(0.01)
    print(json.dumps(sorted(wire.left | asked)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
