"""``luchtig user``: accounts for people, and tokens for programs."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from dashboard.commands.accounts import invite as user_invite
from dashboard.commands.accounts import tokens as user_tokens
from dashboard.commands.accounts.refusal import NotChanged, there
from gateway.config import load
from gateway.domain.access import ADMIN, ROLES, VENUE_ROLES, VenueRole
from gateway.registry.accounts import grants, users
from gateway.registry.accounts.first_start import make_or_check
from gateway.registry.accounts.passwords import weakness
from gateway.registry.audit.shell import at_shell
from gateway.registry.database import Database, DatabaseError, open_database
from gateway.registry.rooms import all_venues
from sensors.clock import clock_from
from sensors.mail_address import is_mail_address
from sensors.wire.topic import VenueSlug

NONE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, action in _ACTIONS.items():
        one = actions.add_parser(name, help=action.says, description=action.says)
        one.add_argument("--config", type=Path, help="the configuration of the set-up")
        if name != "list":
            said = "the number that `tokens` says" if name == "revoke" else "of the user"
            metavar = {"revoke": "ID", "invite": "EMAIL"}.get(name, "NAME")
            one.add_argument("name", metavar=metavar, help=said)
        if name == "add":
            one.add_argument("--email", metavar="A", help="theirs; your word for it is enough")
        if name in ("add", "invite"):
            one.add_argument(
                "--role", choices=ROLES, help="admin, or viewer with --venue, where left out"
            )
        if name == "role":
            one.add_argument(
                "roles", metavar="R", help=f"{', '.join(ROLES)}, several with commas, or {NONE}"
            )
        if name in ("add", "invite", "role"):
            one.add_argument("--venue", metavar="V", type=VenueSlug, help="where; not of an admin")
        if name in ("add", "password"):
            one.add_argument("--password-file", type=Path, help="instead of asking; its first line")
        if name == "token":
            user_tokens.add_arguments(one)


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    now = clock_from(os.environ).now()
    try:
        database = open_database(settings.database.url, settings.directory)
        make_or_check(database)
        database = database.acting(at_shell(now, f"user {arguments.action}"))
        arguments.settings = settings
        _ACTIONS[arguments.action].do(database, arguments, now)
    except (DatabaseError, NotChanged, users.UserExists, grants.LastAdmin) as error:
        print(f"luchtig user: {error}", file=sys.stderr)
        return 1
    database.close()
    return 0


def _add(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    name = arguments.name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise NotChanged("a name has 1 to 100 characters that can be seen")
    email, venue = arguments.email, arguments.venue
    if email is not None and not is_mail_address(email):
        raise NotChanged(f"{email!r} is no e-mail address, like anna@example.org")
    role = arguments.role or (ADMIN if venue is None else "viewer")
    roles = _roles(role, venue)
    with database.read() as conn:
        _venue_there(conn, venue)
    password = _password(arguments.password_file, name)
    everywhere = ADMIN if role == ADMIN else ""
    with database.write() as conn:
        users.add_user(conn, name, everywhere, password, now, email, verified=email is not None)
        if venue is not None:
            grants.set_roles(conn, name, venue, roles)
    print(f"{name} can log in, as {_said(everywhere, {} if venue is None else {venue: roles})}")


def _role(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    name, venue = arguments.name, arguments.venue
    roles = () if arguments.roles == NONE else _roles(arguments.roles, venue)
    there(database, name)
    with database.write() as conn:
        _venue_there(conn, venue)
        if venue is not None:
            grants.set_roles(conn, name, venue, roles)
        elif arguments.roles == ADMIN:
            grants.make_admin(conn, name)
        else:
            grants.take_all_roles(conn, name)
        user, found = users.find_user(conn, name), grants.roles_of(conn, name)
    print(f"{name} is {_said('' if user is None else user.role, found)}; logged in anew")


def _roles(given: str, venue: VenueSlug | None) -> tuple[VenueRole, ...]:
    """The roles in a venue that were named."""
    if given == ADMIN:
        if venue is not None:
            raise NotChanged("an admin is one over all venues: leave --venue out")
        return ()
    named = given.split(",")
    if unknown := [name for name in named if name not in VENUE_ROLES]:
        raise NotChanged(f"no role {unknown[0]!r}: expected {', '.join(ROLES)} or {NONE}")
    if venue is None:
        raise NotChanged(f"say where they are {given}: --venue V")
    return tuple(role for role in VENUE_ROLES if role in named)


def _venue_there(conn: Connection, venue: VenueSlug | None) -> None:
    known = [one.slug for one in all_venues(conn)]
    if venue is not None and venue not in known:
        raise NotChanged(f"there is no venue {venue!r}; there are {', '.join(known) or 'none'}")


def _said(everywhere: str, roles: grants.Roles) -> str:
    said = [f"{', '.join(its)} in {venue}" for venue, its in roles.items()]
    return "; ".join(filter(None, (everywhere, *said))) or "nobody who may do anything"


def _password_of(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    there(database, arguments.name)
    password = _password(arguments.password_file, arguments.name)
    _changed(
        database, arguments.name, lambda conn: users.set_password(conn, arguments.name, password)
    )
    print(f"{arguments.name} has another password; sessions and tokens are ended")


def _disable(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    name = arguments.name
    _changed(database, name, lambda conn: _not_last(conn, name) and users.disable(conn, name, now))
    print(f"{arguments.name} is let in no more, by password or token, until enabled")


def _enable(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    _changed(database, arguments.name, lambda conn: users.enable(conn, arguments.name))
    print(f"{arguments.name} can log in again")


def _list(database: Database, _arguments: argparse.Namespace, _now: datetime) -> None:
    with database.read() as conn:
        found, roles = users.all_users(conn), grants.all_roles(conn)
    for user in found:
        said = _said(user.role, roles.get(user.name, {}))
        log_in = "password" if user.has_password else "tokens only"
        log_in = "disabled" if user.disabled else log_in
        email = "" if user.email is None else f"\t{user.email}"
        print(f"{user.name}\t{said}\t{log_in}\tsince {user.created:%Y-%m-%d}{email}")
    if not found:
        print("nobody yet: luchtig user add NAME", file=sys.stderr)


def _delete(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    name = arguments.name
    _changed(database, name, lambda conn: _not_last(conn, name) and users.delete_user(conn, name))
    print(f"{arguments.name} is deleted")


def _not_last(conn: Connection, name: str) -> bool:
    grants.keep_an_admin(conn, name)
    return True


def _changed(database: Database, name: str, change: Callable[[Connection], bool]) -> None:
    with database.write() as conn:
        if not change(conn):
            raise NotChanged(f"there is no user {name!r}")


def _password(file: Path | None, name: str) -> str:
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
    weak = weakness(password, name)
    if weak is not None:
        from dashboard.words.locale import CATALOGUES
        from dashboard.words.passwords import weakness_words
        from gateway.words.locale import locale_of

        raise NotChanged(weakness_words(weak, locale_of("en", catalogues=CATALOGUES)))
    return password


@dataclass(frozen=True, slots=True)
class _Action:
    says: str
    do: Callable[[Database, argparse.Namespace, datetime], None]


_ACTIONS = {
    "add": _Action("make an account; asks for its password twice", _add),
    "invite": _Action("send a link by which somebody makes an account", user_invite.invite),
    "role": _Action("say what somebody may do, in a venue or as admin", _role),
    "token": _Action(
        "make a token for Authorization: Bearer; it is shown this once", user_tokens.make
    ),
    "password": _Action("give another password; ends sessions and tokens", _password_of),
    "disable": _Action("let somebody in no more; ends sessions", _disable),
    "enable": _Action("let somebody in again", _enable),
    "tokens": _Action("say which tokens somebody has", user_tokens.show),
    "revoke": _Action("end a token", user_tokens.revoke),
    "list": _Action("say who there is", _list),
    "delete": _Action("delete an account and its tokens", _delete),
}
