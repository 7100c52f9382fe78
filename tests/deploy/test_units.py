"""What deploy/ ships is taken by the programs that it is for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import program

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
MOST_EXPOSED = 2.0


def test_systemd_has_nothing_to_say_of_the_units(tmp_path: Path) -> None:
    for unit in UNITS:  # where the program of this checkout stands
        text = unit.read_text().replace("/opt/luchtig/bin/luchtig", sys.executable)
        (tmp_path / unit.name).write_text(text)
    said = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_can_reach_little(unit: Path) -> None:
    said = subprocess.run(
        [program("systemd-analyze"), "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", said.stdout)
    assert level is not None, said.stderr
    assert float(level[1]) < MOST_EXPOSED


@pytest.mark.servers
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (ROOT / "deploy/nginx/luchtig.conf").read_text()
    certificate = _certificate(tmp_path)
    text = text.replace("/etc/luchtig/tls/web.crt", str(certificate[0]))
    text = text.replace("/etc/luchtig/tls/web.key", str(certificate[1]))
    (tmp_path / "luchtig.conf").write_text(text)
    whole = (
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; include {tmp_path}/luchtig.conf; }}\n"
    )
    (tmp_path / "nginx.conf").write_text(whole)
    said = subprocess.run(
        ["nginx", "-t", "-q", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "web.crt", folder / "web.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=air.example.org", "-out", str(certificate), "-keyout", str(key)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key
