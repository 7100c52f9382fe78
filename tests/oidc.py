"""A real provider of OpenID Connect, from npm, started for a test."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port, missing

PACKAGE = "oidc-provider@9"
SECRET = "a secret of the provider"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
INSTALL_WITHIN_S = 120


def install(directory: Path) -> None:
    """Put the provider into a folder; where npm or its registry is not there, the test is told so."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing("node and npm are not installed: `make test` installs them from Debian's packages")
    directory.joinpath("package.json").write_text('{"private": true, "type": "module"}')
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", PACKAGE]
    try:
        done = subprocess.run(
            command, cwd=directory, capture_output=True, timeout=INSTALL_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        missing(f"npm did not bring {PACKAGE} within {INSTALL_WITHIN_S} s")
    if done.returncode:
        missing(f"npm does not bring {PACKAGE}: {done.stderr.decode(errors='replace')[-300:]}")
    shutil.copy(SCRIPT, directory / "provider.mjs")


@contextmanager
def provider(
    directory: Path, callback: str, people: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    """Its address, while it runs. ``people`` are the claims of each by the name they log in with."""
    port = free_port()
    node = shutil.which("node")
    assert node is not None
    command = [node, "provider.mjs", str(port), callback, json.dumps(people)]
    with subprocess.Popen(
        command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == b"ready\n"
            yield f"http://localhost:{port}"
        finally:
            running.terminate()
