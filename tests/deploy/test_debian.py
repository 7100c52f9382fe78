"""What a Debian package does when it comes and goes, without one being built: that takes a minute."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEBIAN = ROOT / "deploy/debian"
SCRIPTS = [DEBIAN / "build", *sorted((DEBIAN / "maintainer").iterdir())]
UNITS = {path.name for path in (ROOT / "deploy/systemd").iterdir()}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_shell_reads_each_script_and_it_may_be_run(script: Path) -> None:
    said = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["postinst", "prerm"])
def test_what_starts_and_stops_with_it_is_what_it_brings(name: str) -> None:
    named = set(
        re.findall(r"luchtig-\w+\.(?:service|timer)", (DEBIAN / "maintainer" / name).read_text())
    )
    assert named == UNITS - {"luchtig-backup.service"}  # the timer starts it


def test_a_32_bit_system_is_refused_by_name() -> None:
    said = subprocess.run(
        [str(DEBIAN / "build"), "armhf"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert "no package for armhf" in said.stderr


def test_a_purge_removes_no_readings() -> None:
    script = (DEBIAN / "maintainer/postrm").read_text()
    removed = " ".join(re.findall(r"rm -r?f ((?:[^\n]|\\\n)+)", script)).split()
    assert "/etc/luchtig" in removed
    assert not {"/var/lib/luchtig", "/var/backups/luchtig"} & set(removed)
