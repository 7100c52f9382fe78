"""``luchtig user``: accounts for people, and tokens for programs."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.config import load
from gateway.registry import users
from gateway.registry.database import Database, DatabaseError, open_database
from sensors.clock import clock_from

ROLES = ("admin",)
SHORTEST_PASSWORD = 10


class NotChanged(Exception):
    """What was asked cannot be done; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, action in _ACTIONS.items():
        one = actions.add_parser(name, help=action.says, description=action.says)
        one.add_argument("--config", type=Path, help="the configuration of the set-up")
        if name != "list":
            one.add_argument("name", help="of the user")
        if name == "add":
            one.add_argument("--role", choices=ROLES, default="admin")
            one.add_argument("--password-file", type=Path, help="instead of asking; its first line")
        if name == "token":
            one.add_argument("--label", default="", help="what the token is for")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    now = clock_from(os.environ).now()
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        _ACTIONS[arguments.action].do(database, arguments, now)
    except (DatabaseError, NotChanged, users.UserExists) as error:
        print(f"luchtig user: {error}", file=sys.stderr)
        return 1
    database.close()
    return 0


def _add(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    name = arguments.name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise NotChanged("a name has 1 to 100 characters that can be seen")
    password = _password(arguments.password_file)
    with database.write() as conn:
        users.add_user(conn, name, arguments.role, password, now)
    print(f"{name} can log in, as {arguments.role}")


def _token(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    with database.write() as conn:
        if users.find_user(conn, arguments.name) is None:
            raise NotChanged(f"there is no user {arguments.name!r}")
        token = users.new_token(conn, arguments.name, arguments.label, now)
    print(token)


def _list(database: Database, _arguments: argparse.Namespace, _now: datetime) -> None:
    with database.read() as conn:
        found = users.all_users(conn)
    for user in found:
        log_in = "password" if user.has_password else "tokens only"
        print(f"{user.name}\t{user.role}\t{log_in}\tsince {user.created:%Y-%m-%d}")
    if not found:
        print("nobody yet: luchtig user add NAME", file=sys.stderr)


def _delete(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    with database.write() as conn:
        if not users.delete_user(conn, arguments.name):
            raise NotChanged(f"there is no user {arguments.name!r}")
    print(f"{arguments.name} is deleted")


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NotChanged(f"{file}: cannot be read: {error}") from error
        password = lines[0] if lines else ""
    else:
        if not sys.stdin.isatty():
            raise NotChanged("no terminal to ask for a password: give --password-file FILE")
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != password:
            raise NotChanged("the two are not the same")
    if len(password) < SHORTEST_PASSWORD:
        raise NotChanged(f"a password has at least {SHORTEST_PASSWORD} characters")
    return password


@dataclass(frozen=True, slots=True)
class _Action:
    says: str
    do: Callable[[Database, argparse.Namespace, datetime], None]


_ACTIONS = {
    "add": _Action("make an account; asks for its password twice", _add),
    "token": _Action("make a token for Authorization: Bearer; it is shown this once", _token),
    "list": _Action("say who there is", _list),
    "delete": _Action("delete an account and its tokens", _delete),
}
