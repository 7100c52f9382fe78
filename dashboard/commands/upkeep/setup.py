"""``luchtig setup``: make a Debian machine a venue's own, by five answers; or undo it."""

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from dashboard.setup.answers import BACKUPS, Answers, parse_answers
from dashboard.setup.certificates import fingerprint
from dashboard.setup.executor import Executor
from dashboard.setup.journal import FILE, Journal
from dashboard.setup.machine import SetupError, SystemCommands, Tree
from dashboard.setup.plan import AUTHORITY, DASHBOARD, addresses, plan
from dashboard.setup.shipped import shipped, site_of
from dashboard.setup.undo import Undo
from sensors.clock import clock_from
from sensors.config import ConfigError, read_toml

UNSEEN = ("/home/", "/root/", "/tmp/")  # noqa: S108 - where services see nothing
SETUP_LINK = "luchtig dashboard: set up on "
LINK_WITHIN_S = 20.0
QUESTIONS = (
    ("host", "By what name or address do people and devices reach this machine?", ()),
    ("reach", "Who may reach it?", ("machine", "house", "internet")),
    ("tls", "Who vouches for its pages: an authority of your own, or Let's Encrypt?", ("local", "acme")),
    ("store", "Where are readings kept?", ("sqlite", "influxdb")),
    ("backup", "In which folder is a backup made each night?", ()),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--answers", type=Path, metavar="FILE",
        help="a TOML file with host, reach, tls, store and backup, instead of asking",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, no more")
    parser.add_argument("--undo", action="store_true", help="put back what was there before")
    parser.add_argument(
        "--with-data", action="store_true",
        help="with --undo: remove readings, database, the user luchtig and the authority too",
    )  # fmt: skip
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="FOLDER",
        help="of a system that is not running, such as the image of a card",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    root: Path = arguments.root.resolve()
    if os.geteuid() != 0 and root == Path("/"):  # who else could not even look at what is there
        return _complain("this is for the machine's owner: sudo luchtig setup")
    if arguments.with_data and not arguments.undo:
        return _complain("--with-data goes with --undo", 2)
    try:
        tree, commands = Tree(root), SystemCommands(root)
        if not tree.at("/etc/debian_version").exists():
            return _complain(f"{root} is no Debian system")
        journal = Journal(tree)
        if arguments.undo:
            undo = Undo(tree, commands, journal, _step)
            return _undone(undo, journal, dry=arguments.dry_run, with_data=arguments.with_data)
        answers = _answers(arguments, journal)
        if answers is None:
            return 1
        return _set_up(tree, commands, journal, answers, arguments)
    except SetupError as error:
        return _complain(f"{error}\nWhat is done is kept in mind: run it again, or with --undo.")


def _set_up(
    tree: Tree,
    commands: SystemCommands,
    journal: Journal,
    answers: Answers,
    arguments: argparse.Namespace,
) -> int:
    site = site_of(tree)
    if site.program.startswith(UNSEEN) and tree.root == Path("/") and not arguments.dry_run:
        return _complain(f"services see nothing of {site.program}: install it in /opt/luchtig")
    steps = plan(answers, site, shipped())
    wanted = {step.key for step in steps}
    undo = Undo(tree, commands, journal, _step)
    executor = Executor(tree, commands, journal, clock_from(os.environ).now(), _step)
    gone = [outcome.says for outcome in undo.outcomes(wanted) if outcome.is_undone]
    due = [*gone, *(step.says for step in executor.due(steps))]
    left = [step.key.partition(" ")[2] for step in steps if executor.is_left(step)]
    for path in left:
        print(f"{path} was changed by hand and stays as it is; move it away to have it made anew.")
    if not due:
        print("Nothing to change: all is as you asked.")
    else:
        print("What it does:" if not arguments.dry_run else "What it would do:")
        print("\n".join(f"  {says}" for says in due))
    if arguments.dry_run:
        print(f"\n{addresses(answers)}")
        return 0
    if due and arguments.answers is None and input("Do it? [y/N] ").strip().lower() != "y":
        print("Nothing was changed.")
        return 1
    if due:
        journal.notes.answers = answers
        journal.save()
        undo.carry_out(wanted)
        executor.carry_out(steps)
        print("Done.")
    _tell(tree, answers, is_running=commands.is_running and bool(due))
    return 0


def _answers(arguments: argparse.Namespace, journal: Journal) -> Answers | None:
    """Of the file, or asked for, with those of the last time at hand."""
    if arguments.answers is not None:
        return parse_answers(read_toml(arguments.answers), str(arguments.answers))
    before = journal.notes.answers or Answers(host=f"{socket.gethostname().lower()}.local")
    given = {"acme": before.acme}
    try:
        for name, question, choices in QUESTIONS:
            if name == "tls" and given["reach"] == "machine":
                continue
            given[name] = _asked(name, question, choices, getattr(before, name), given)
    except EOFError:
        _complain("the answers broke off; --answers FILE takes them from a file")
        return None
    return parse_answers(given, "answers")


def _asked(
    name: str, question: str, choices: tuple[str, ...], usual: str, before: Mapping[str, str]
) -> str:
    """What is given, asked again for as long as it cannot be, alone or with those ``before``."""
    shown = f" ({', '.join(choices)})" if choices else ""
    while True:
        given = input(f"{question}{shown} [{usual}] ").strip() or usual
        try:
            parse_answers({**before, name: given}, "answers")
        except ConfigError as error:
            faults = [fault.partition(": ")[2] for fault in error.mistakes]
            print(
                f"One of {', '.join(choices)}, please."
                if given not in choices and choices
                else faults[0]
            )
        else:
            return given


def _undone(undo: Undo, journal: Journal, *, dry: bool, with_data: bool) -> int:
    if not journal.notes.entries:
        print("Nothing to undo.")
        return 0
    if dry:
        print("What it would do:")
        outcomes = undo.outcomes(with_data=with_data)
        print("\n".join(f"  {one.says}" for one in outcomes if one.is_undone))
    else:
        outcomes = undo.carry_out(with_data=with_data)
        undo.finish(with_data=with_data)
    kept = [one.says for one in outcomes if not one.is_undone]
    if not with_data:
        kept.append("/var/lib/luchtig, the readings and the database")
    kept.append(
        f"{journal.notes.answers.backup if journal.notes.answers else BACKUPS}, the backups"
    )
    print("Kept:\n" + "\n".join(f"  {says}" for says in kept))
    if not with_data:
        print("--undo --with-data removes the data too; backups stay.")
    return 0


def _tell(tree: Tree, answers: Answers, *, is_running: bool) -> None:
    print(f"\n{addresses(answers)}")
    authority = tree.at(AUTHORITY)
    if answers.is_open and authority.exists():
        print(f"Authority:  SHA-256 {fingerprint(authority.read_bytes())}")
    print("A device:   sudo luchtig device add VENUE DEVICE --config /etc/luchtig/luchtig.toml")
    print(f"Undo:       sudo luchtig setup --undo (by {FILE})")
    if is_running:
        print(_link() or f"The link to set it up: journalctl -u {DASHBOARD} | grep 'set up on'")


def _link() -> str | None:
    """Where the first account is made, as the dashboard says it; None once there is one."""
    until_s = time.monotonic() + LINK_WITHIN_S
    while time.monotonic() < until_s:
        said = subprocess.run(
            ["journalctl", "-u", DASHBOARD, "-o", "cat", "-n", "50"],
            capture_output=True, text=True, check=False,
        ).stdout.splitlines()  # fmt: skip
        for line in reversed(said):
            if line.startswith(SETUP_LINK):
                return f"Set it up:  {line.removeprefix(SETUP_LINK)}"
            if "ready" in line and SETUP_LINK not in "\n".join(said):
                return "The pages have their admin already."
        time.sleep(0.5)
    return None


def _step(says: str) -> None:
    print(f"… {says}", flush=True)


def _complain(text: str, status: int = 1) -> int:
    print(f"luchtig setup: {text}", file=sys.stderr)
    return status
