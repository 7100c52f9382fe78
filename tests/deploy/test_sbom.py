"""The list of what a set-up is made of names everything that the lock installs."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
MAKE = ("make", "--silent", "sbom", f"BIN={Path(sys.executable).parent}", "VENV=dist")


def test_every_part_of_the_lock_is_listed_with_its_version_and_hashes(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "README.md").touch()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "tests").touch()  # that all is installed
    subprocess.run(MAKE, cwd=tmp_path, check=True, timeout=120)
    made = json.loads((tmp_path / "dist" / "luchtig.cdx.json").read_bytes())
    assert made["bomFormat"] == "CycloneDX"
    assert made["metadata"]["component"]["name"] == "luchtig"
    listed = {(one["name"], one["version"]): one for one in made["components"]}
    wanted = set(PINNED.findall((ROOT / "requirements.lock").read_text()))
    assert len(wanted) > 50
    assert set(listed) == wanted
    for one in listed.values():
        assert any(reference.get("hashes") for reference in one["externalReferences"])
