"""A language that nobody thought of is its catalogues and nothing else.

It is begun in a copy of the packages, as ``make words`` begins one, and tried there by a program of
its own: what is spoken is known once, from the folders that are there at the start.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dashboard

ROOT = Path(dashboard.__file__).parents[1]
PACKAGES = ("sensors", "gateway", "dashboard", "firmware_sim")
WORDS = {
    "dashboard": {"Act now": "No wat dwaan"},
    "gateway": {"Target value 1,200 ppm": "Doelwearde 1.200 ppm", "I am on it": "Ik bin dwaande"},
}
TRANSLATES = """
import sys
from pathlib import Path
from babel.messages.pofile import read_po, write_po

file, *pairs = sys.argv[1:]
catalogue = read_po(Path(file).open("rb"))
for english, frisian in zip(pairs[::2], pairs[1::2], strict=True):
    catalogue[english].string = frisian
write_po(Path(file).open("wb"), catalogue)
"""
SPEAKS = """
import sys
from pathlib import Path
from dashboard.app import create_app
from gateway.notify.message import write
from gateway.notify.message_text import plain
from gateway.registry.accounts import tokens, users
from tests.dashboard.pages.scene import NOW, build
from tests.dashboard.pages.reading import said
from tests.gateway.notices import ANNA, LINKS, notice

stage = build(Path(sys.argv[1]))
app = create_app(stage.services)
with stage.database.write() as conn:
    users.add_user(conn, "anneke", "admin", "trije wurden genôch", NOW)
    token = tokens.new_token(conn, "anneke", "test", NOW)
client = app.test_client()
print("page:", said(client.get("/?lang=fy")))
print("limits:", said(client.get("/rooms/de-kade/grote-zaal?lang=fy")))
print("settings:", said(client.get("/settings/limits?lang=nl")))
put = client.put(
    "/api/v1/venues/boarne",
    json={"name": "Boarne", "language": "fy"},
    headers={"Authorization": f"Bearer {token}"},
)
print("api:", put.status_code, put.json["language"])
print("mail:", plain(write((notice(language="fy", flag="f1"),), ANNA, LINKS, NOW)))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with the catalogues of another language beside the others."""
    copied = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, copied / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    run(copied, "-m", "tests.catalogues", "fy")
    for package, words in WORDS.items():
        written = copied / package / "words" / "fy" / "LC_MESSAGES" / "messages.po"
        pairs = [text for pair in words.items() for text in pair]
        run(copied, "-c", TRANSLATES, str(written), *pairs)
    run(copied, "-m", "tests.catalogues")
    return copied


def run(house: Path, *arguments: str) -> str:
    """What Python says there, where the packages are those of ``house``."""
    there = os.environ | {"PYTHONPATH": os.pathsep.join((str(house), str(ROOT)))}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, env=there, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pages_mails_and_the_api_speak_it(house: Path, tmp_path: Path) -> None:
    told = run(house, "-c", SPEAKS, str(tmp_path))
    said = dict(line.split(": ", 1) for line in told.splitlines() if line.split(": ")[0] in NAMED)
    assert "No wat dwaan" in said["page"]
    assert "Doelwearde 1.200 ppm" in said["limits"]
    assert "Frysk" in said["settings"]
    assert said["api"] in ("200 fy", "201 fy")
    assert "Ik bin dwaande: https://lucht.example.org/ack/" in told


NAMED = ("page", "limits", "settings", "api")


def test_a_venue_file_may_choose_it(house: Path, tmp_path: Path) -> None:
    config, venue = tmp_path / "luchtig.toml", tmp_path / "venue.toml"
    config.write_text("")
    venue.write_text('[[venue]]\nslug = "boarne"\nname = "Boarne"\nlanguage = "fy"\n')
    run(house, "-m", "dashboard", "import", "--config", str(config), str(venue))
