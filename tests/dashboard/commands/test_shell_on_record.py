"""Every command that changes something leaves a trace of who was at the machine."""

import getpass
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.commands.user import _ACTIONS
from gateway.domain.audit import Entry
from gateway.metrics import STORE_REFUSES
from gateway.registry.accounts.tokens import tokens_of
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from gateway.registry.live.metric_totals import put_totals
from sensors.clock import SYSTEM

ONLY_LOOKS = {"list", "tokens"}
PASSWORD = "vier heel andere woorden"
USER = (
    ("add", ["ben", "--role", "viewer", "--venue", "de-kade", "--password-file", "password"]),
    ("invite", ["eva@example.org", "--role", "viewer", "--venue", "de-kade"]),
    ("role", ["ben", "host", "--venue", "de-kade"]),
    ("token", ["ben", "--label", "grafana"]),
    ("revoke", ["TOKEN"]),
    ("password", ["ben", "--password-file", "password"]),
    ("disable", ["ben"]),
    ("enable", ["ben"]),
    ("delete", ["ben"]),
)
"""Each action of ``luchtig user`` that changes something, in an order in which each finds what it needs."""


@pytest.fixture
def config(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "luchtig.toml").write_text("")
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return ["--config", str(tmp_path / "luchtig.toml")]


def left(database: Database, before: int = 0) -> list[Entry]:
    """What was written, the newest first, of all but the first so many."""
    with database.read() as conn:
        found = list(every_entry(conn, Wanted(), SYSTEM.now()))
    return found[: len(found) - before]


def test_every_action_of_user_that_changes_something_is_walked_here() -> None:
    assert {name for name, _ in USER} == _ACTIONS.keys() - ONLY_LOOKS


def test_user_leaves_a_trace_of_who_was_at_the_machine(
    config: list[str], database: Database
) -> None:
    for name, arguments in USER:
        before = len(left(database))
        with database.read() as conn:
            known = [one.number for one in tokens_of(conn, "ben")]
        given = [known[0] if one == "TOKEN" else one for one in arguments]
        assert main(["user", name, *given, *config]) == 0, name
        new = left(database, before)
        assert new, name
        for entry in new:
            act = entry.act
            assert (act.who, act.how, act.label) == (getpass.getuser(), "shell", f"user {name}")
            assert act.address == ""
    assert PASSWORD not in str(left(database))


def test_what_only_looks_leaves_none(config: list[str], database: Database) -> None:
    for name in sorted(ONLY_LOOKS):
        assert main(["user", name, *(["anna"] if name == "tokens" else []), *config]) == 0
    assert left(database) == []


def test_an_import_says_from_which_file_and_again_changes_nothing(
    config: list[str], database: Database, tmp_path: Path
) -> None:
    (tmp_path / "venue.toml").write_text(
        '[[venue]]\nslug = "molen"\nname = "De Molen"\n'
        '[[venue.room]]\nslug = "zolder"\nname = "Zolder"\n'
    )
    assert main(["import", "venue.toml", *config]) == 0
    found = left(database)
    assert {(one.what, one.act.how, one.act.label) for one in found} == {
        ("venue.made", "import", "venue.toml"), ("room.made", "import", "venue.toml"),
    }  # fmt: skip
    assert main(["import", "venue.toml", *config]) == 0
    assert left(database, len(found)) == []


def test_a_release_of_what_the_store_refuses_leaves_one(
    config: list[str], database: Database
) -> None:
    with database.write() as conn:
        put_totals(conn, "one", {(STORE_REFUSES, "air"): 1.0})
    assert main(["store", "release", "air", *config]) == 0
    (entry,) = left(database)
    assert (entry.what, entry.act.label) == ("release.asked", "store release")
