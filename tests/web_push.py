"""A real push service, from npm, that stands for browsers and reads what is sent to them as they would."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from tests.servers import free_port, missing, wait_until

PACKAGE = "web-push-testing@1"
INSTALL_WITHIN_S = 120
START = (
    "const Model = require('web-push-testing/src/PushApiModel').PushApiModel;"
    "const Server = require('web-push-testing/src/server');"
    "new Server(new Model(), Number(process.argv[1])).startServer();"
)


@dataclass(frozen=True)
class PushService:
    """One of a browser's maker, with the browsers themselves."""

    port: int

    def subscribe(self, key: str) -> dict[str, Any]:
        """A browser, as it says of itself once it subscribed under ``key``."""
        asked = {"userVisibleOnly": "true", "applicationServerKey": key}
        return dict(self._ask("subscribe", asked)["data"])

    def shown(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """What that browser was sent, decrypted."""
        answer = self._ask("get-notifications", {"clientHash": subscription["clientHash"]})
        return [json.loads(one) for one in answer["data"]["messages"]]

    def expire(self, subscription: dict[str, Any]) -> None:
        """The browser wants no more."""
        self._ask(f"expire-subscription/{subscription['clientHash']}", {})

    def answers(self) -> bool:
        try:
            self._ask("status", {})
        except urllib3.exceptions.HTTPError:
            return False
        return True

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"http://localhost:{self.port}/{path}"
        answer = urllib3.request("POST", url, json=body, retries=False, timeout=10)
        assert answer.status == 200, answer.data
        return dict(json.loads(answer.data)) if answer.data.startswith(b"{") else {}


@contextmanager
def push_service(directory: Path) -> Iterator[PushService]:
    """Installed into a folder, and running; where npm or its registry is not there, the test is told so."""
    node = _install(directory)
    found = PushService(free_port())
    command = [node, "-e", START, str(found.port)]
    with subprocess.Popen(
        command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            wait_until(found.answers, "the push service to answer")
            yield found
        finally:
            running.terminate()


def _install(directory: Path) -> str:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        missing("node and npm are not installed: `make test` installs them from Debian's packages")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.removeprefix("v").partition(".")[0]) < 20:
        missing(f"{PACKAGE} needs Node 20, and {said.strip()} is installed")
    directory.joinpath("package.json").write_text('{"private": true}')
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", PACKAGE]
    try:
        done = subprocess.run(
            command, cwd=directory, capture_output=True, timeout=INSTALL_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        missing(f"npm did not bring {PACKAGE} within {INSTALL_WITHIN_S} s")
    if done.returncode:
        missing(f"npm does not bring {PACKAGE}: {done.stderr.decode(errors='replace')[-300:]}")
    return node
