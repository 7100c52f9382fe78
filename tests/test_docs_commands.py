"""Every command of the docs is run, on a venue whose evening is over; where one cannot be, it is read
by the program's own parser, and why is said here.
"""

import argparse
import getpass
import importlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from markdown_it import MarkdownIt

from dashboard.api import PREFIX, ROUTES
from dashboard.cli import COMMANDS, main
from dashboard.season.signed import signer_of
from gateway.config import load
from gateway.proof.signing_key import well_known
from sensors.wire.instant import to_ns
from sensors.wire.payload import decode_about, decode_reading
from sensors.wire.reading import About
from sensors.wire.refusal import Refused
from sensors.wire.topic import parse_device_topic
from tests.gateway.domain.report.evening import END, FRESH, THERE
from tests.gateway.reported import evening

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

SHELL: Final = ("sh", "console")
ONLY_READ: Final = {
    "check": "asks the servers of a set-up: tests/dashboard/commands/test_check.py runs it on real ones",
    "dashboard": "serves until it is stopped: tests/end_to_end runs it",
    "demo": "plays until it is stopped: tests/dashboard/demo runs it",
    "gateway": "runs until it is stopped: tests/end_to_end runs it",
    "sensor": "needs a sensor on a port: tests/sensors runs it on pseudo-terminals",
    "setup": "makes a whole machine its own: tests/deploy runs it in a tree of its own",
    "sim": "sends until it is stopped: tests/firmware_sim runs it",
    "store": "gives up what a store refuses: tests/dashboard/commands/test_store_command.py runs it",
    "up": "serves until it is stopped: tests/dashboard/up runs it",
    "version": "asks a server of ours: tests/dashboard/commands/test_version.py runs it",
}
"""Commands of ours that a test of the docs does not run."""

OF_A_MACHINE: Final = "--machine"
"""Makes a whole machine another, too: tests/deploy runs it in a tree of its own."""

OF_THE_SYSTEM: Final = {
    "apt", "apt-get", "cd", "chmod", "cp", "date", "docker", "export", "grep", "install", "journalctl", "ln",
    "mosquitto_passwd", "nats-server", "pip", "psql", "python", "python3", "rabbitmqctl",
    "rabbitmq-plugins", "systemctl", "useradd", "./prepare",
}  # fmt: skip
"""Programs of others that change a machine; of these only our own files that they name are looked for."""

INSTEAD: Final = {
    "/etc/luchtig/luchtig.toml": "luchtig.toml",
    "/media/usb/": "usb/",
    "MEETING": "m1",
    "ID": "m1",
}
"""What stands in the docs for something of one's own."""

BEFORE: Final = {
    "docs/privacy.md": [
        "user add ben --role admin --config luchtig.toml",
        "user add anna --role admin --email anna@example.org --config luchtig.toml",
    ],
}
"""What a page takes for granted."""


@dataclass(frozen=True, slots=True)
class Said:
    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def commands() -> Iterator[Said]:
    for page in PAGES:
        for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
            if token.type == "fence" and token.info in SHELL:
                for words in _lines(token.content):
                    yield Said(str(page.relative_to(ROOT)), words)


def _lines(block: str) -> Iterator[tuple[str, ...]]:
    """Where a block shows answers too, its commands begin with ``$``."""
    lines = block.replace("\\\n", " ").splitlines()
    shown = [line[2:] for line in lines if line.startswith("$ ")] or lines
    for line in shown:
        reader = shlex.shlex(line, posix=True, punctuation_chars=";|&>")
        reader.whitespace_split = True
        one: list[str] = []
        for word in [*reader, ";"]:
            if set(word) <= set(";|&"):
                if one:
                    yield tuple(_without_prefix(one))
                one = []
            else:
                one.append(word)


def _without_prefix(words: list[str]) -> list[str]:
    kept = words[1:] if words[0] == "sudo" else words
    return ["luchtig" if word in ("$luchtig", ".venv/bin/luchtig") else word for word in kept]


ALL: Final = tuple(commands())
OURS: Final = tuple(said for said in ALL if said.words[0] == "luchtig")


def parser_of(name: str) -> argparse.ArgumentParser:
    command = next(command for command in COMMANDS if command.name == name)
    parser = argparse.ArgumentParser(prog=f"luchtig {name}", exit_on_error=False)
    importlib.import_module(f"dashboard.commands.{command.module}").add_arguments(parser)
    return parser


def test_a_block_that_holds_a_command_of_ours_says_that_it_is_for_a_shell() -> None:
    for page in PAGES:
        for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
            if token.type in ("fence", "code_block") and token.info not in SHELL:
                assert not re.search(r"^(?:\$ )?luchtig [a-z]", token.content, re.MULTILINE), page


@pytest.mark.parametrize("said", OURS, ids=str)
def test_every_command_of_ours_is_one_with_options_that_it_has(said: Said) -> None:
    parser_of(said.words[1]).parse_args(list(said.words[2:]))


def test_what_is_only_read_is_there_and_has_to_be() -> None:
    assert set(ONLY_READ) <= {command.name for command in COMMANDS}
    assert len(OURS) > 40


@pytest.mark.parametrize("said", [said for said in ALL if said.words[0] != "luchtig"], ids=str)
def test_every_other_command_names_what_is_there(said: Said) -> None:
    program, arguments = said.words[0], said.words[1:]
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif program == "mosquitto_pub":
        assert _published(arguments)
    elif program == "curl":
        assert any(_is_ours(word) for word in arguments)
    elif program != "openssl" and not program.startswith("luchtig="):
        assert program in OF_THE_SYSTEM or program.startswith("/opt/luchtig/bin/python")
        for word in (word for word in arguments if word.startswith(("deploy/", "requirements"))):
            assert list(ROOT.glob(word)), word


def _published(arguments: tuple[str, ...]) -> bool:
    topic, message = (arguments[arguments.index(option) + 1] for option in ("-t", "-m"))
    about = parse_device_topic(topic)
    assert about is not None
    if about.leaf == "about":
        return isinstance(decode_about(message.encode()), About)
    read = decode_reading(about, message.encode(), to_ns(END))
    return not isinstance(read, Refused)


def _is_ours(word: str) -> bool:
    path = re.sub(r"https?://[^/]+", "", word).partition("?")[0]
    routes = [re.sub(r"\{[^}]+\}", "[^/]+", PREFIX + route.path) for route in ROUTES]
    return path.startswith("/.well-known/luchtig-key") or any(
        re.fullmatch(route, path) for route in routes
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venue whose meeting is over and recorded, with what the docs take along from elsewhere."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "usb").mkdir()
    (folder / "luchtig.toml").write_text(
        '[broker]\nurl = "mqtt://broker.example"\ndevice_passwords = "logins"\n'
    )
    (folder / "logins").write_text("")
    house = re.findall(
        r"```toml\n(\[\[venue\]\].*?)```",
        (ROOT / "docs/configuration.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )[0]
    for name in ("venue.toml", "venues.toml"):
        (folder / name).write_text(house, encoding="utf-8")
    for name in ("agenda.ics", "serre.ics"):
        (folder / name).write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
        )
    (folder / "gateway.log").write_text("INFO ready\n")
    hall = evening(folder)
    hall.arrive((*FRESH, *THERE))
    hall.look(40)
    hall.store.close()
    hall.database.close()
    return folder


@pytest.mark.parametrize("page", dict.fromkeys(said.page for said in OURS))
def test_the_commands_of_a_page_do_what_it_says(
    page: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path / "venue"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LUCHTIG_CLOCK", f"{(END + timedelta(hours=2)).isoformat()}@1")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda *_: "drie woorden genoeg")
    for words in [shlex.split(line) for line in ("import --config luchtig.toml venue.toml",)]:
        assert main(words) == 0
    for line in BEFORE.get(page, []):
        assert main(shlex.split(line)) == 0
    if page == "docs/proof.md":
        _signed(folder)
    capsys.readouterr()
    for number, said in enumerate(said for said in ALL if said.page == page):
        if said.words[0] == "openssl":
            subprocess.run(said.words, check=True, timeout=60, capture_output=True)
        elif said.words[0] != "luchtig" or OF_A_MACHINE in said.words:
            continue
        elif said.words[1] not in ONLY_READ:
            words = [INSTEAD.get(word, word) for word in said.words[1:]]
            if words[0] == "restore":
                words[words.index("--config") + 1] = _empty_place(folder, number)
            if "SHA256" in words:
                main(["report", "m1", "--check", "--config", "luchtig.toml"])
                words[words.index("SHA256")] = capsys.readouterr().out.split()[-1]
            assert main(words) == 0, f"{said}\n{capsys.readouterr()}"


def _empty_place(folder: Path, number: int) -> str:
    place = folder / f"empty-{number}"
    place.mkdir()
    (place / "luchtig.toml").write_text("")
    return str(place / "luchtig.toml")


def _signed(folder: Path) -> None:
    for kind in ("json", "pdf"):
        season = ["season", "--venue", "de-kade", "--from", "2026-09-01", "--to", "2026-12-01"]
        assert main([*season, f"--{kind}", f"seizoen.{kind}", "--config", "luchtig.toml"]) == 0
    settings = load(folder / "luchtig.toml", {})
    signer = signer_of(settings.dashboard, settings.directory, "")
    (folder / "key").write_bytes(well_known(signer.key.public))
