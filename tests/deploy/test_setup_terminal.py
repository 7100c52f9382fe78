"""The five questions on a terminal of their own, as somebody at the machine answers them."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.machines import Machine, new_machine

WITHIN_S = 120.0
NAME = "By what name or address"
WHO = "Who may reach it?"
VOUCHES = "Who vouches for its pages"
STORE = "Where are readings kept?"
FOLDER = "In which folder is a backup made each night?"
DO_IT = "Do it? [y/N"


@dataclass
class Terminal:
    """The far end of what the command reads and writes."""

    process: int
    end: int
    said: str = ""

    def until(self, text: str) -> str:
        """What was said up to and with ``text``."""
        until_s = time.monotonic() + WITHIN_S
        while text not in self.said:
            assert time.monotonic() < until_s, self.said
            if select.select([self.end], [], [], 1.0)[0]:
                self.said += os.read(self.end, 4096).decode()
        before, _, self.said = self.said.partition(text)
        return before + text

    def asked(self, question: str, answer: str) -> str:
        """Answer a question once it is asked; what was said before it."""
        before = self.until(question)
        self.until("] ")
        os.write(self.end, f"{answer}\n".encode())
        return before

    def rest(self) -> str:
        while True:
            try:
                data = os.read(self.end, 4096)
            except OSError:  # it is closed at the other side
                return self.said
            if not data:
                return self.said
            self.said += data.decode()

    def status(self) -> int:
        self.rest()
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return new_machine(tmp_path / "root")


@pytest.fixture
def terminal(machine: Machine) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "dashboard", "setup", "--root", str(machine.root)]
    process, end = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it
        os.execv(sys.executable, command)  # noqa: S606 - a terminal of its own
    yield Terminal(process, end)
    os.close(end)


def test_nothing_is_done_before_somebody_says_so(machine: Machine, terminal: Terminal) -> None:
    before = machine.files()
    terminal.asked(NAME, "")
    terminal.asked(WHO, "")
    terminal.asked(VOUCHES, "")
    terminal.asked(STORE, "")
    terminal.asked(FOLDER, "")
    said = terminal.until(DO_IT)
    assert "  install Debian's package caddy\r\n" in said
    assert "  sign /etc/luchtig/tls/broker.crt for " in said
    os.write(terminal.end, b"n\n")
    assert "Nothing was changed." in terminal.rest()
    assert terminal.status() == 1
    assert machine.files() == before


def test_what_cannot_be_is_asked_again(machine: Machine, terminal: Terminal) -> None:
    terminal.asked(NAME, "Air Local")
    assert "expected a name like air.local" in terminal.asked(NAME, "air.local")
    terminal.asked(WHO, "everybody")
    assert "One of machine, house, internet, please." in terminal.asked(WHO, "internet")
    terminal.asked(VOUCHES, "acme")  # of a name that nobody on the internet vouches for
    assert 'take tls = "local"' in terminal.asked(VOUCHES, "local")
    terminal.asked(STORE, "sqlite")
    terminal.asked(FOLDER, "/home/anna")
    assert "services cannot keep anything under" in terminal.asked(FOLDER, "/media/usb")
    said = terminal.until(DO_IT)
    assert "make the folder /media/usb (0700 luchtig:luchtig)" in said
    os.write(terminal.end, b"\n")
    assert terminal.status() == 1


def test_on_this_machine_alone_nobody_has_to_vouch(terminal: Terminal) -> None:
    terminal.asked(NAME, "air.local")
    terminal.asked(WHO, "machine")
    assert VOUCHES not in terminal.asked(STORE, "influxdb")
    terminal.asked(FOLDER, "")
    assert "caddy" not in terminal.until(DO_IT)
    os.write(terminal.end, b"\n")
    assert terminal.status() == 1


@pytest.mark.parametrize("at", [NAME, DO_IT])
def test_broken_off_it_leaves_nothing(machine: Machine, terminal: Terminal, at: str) -> None:
    before = machine.files()
    if at == DO_IT:
        for question in (NAME, WHO, VOUCHES, STORE, FOLDER):
            terminal.asked(question, "")
    terminal.until(at)
    terminal.until("] ")
    os.write(terminal.end, b"\x03")
    said = terminal.rest()
    assert terminal.status() in (130, -signal.SIGINT)
    assert "Traceback" not in said
    assert machine.files() == before
