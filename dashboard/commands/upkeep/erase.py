"""``luchtig erase``: somebody who asks to be forgotten is."""

import argparse
import os
import secrets
import sys
from pathlib import Path

from gateway.config import load
from gateway.registry.accounts.erasure import Erased, erase, person_of
from gateway.registry.accounts.grants import LastAdmin
from gateway.registry.audit.shell import at_shell
from gateway.registry.database import DatabaseError, open_database
from sensors.clock import clock_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "person", nargs="+", metavar="WHO", help="the name of an account, or a mail address"
    )
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say how much tells of them; nothing changes"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    acting = at_shell(clock_from(os.environ).now(), "erase")
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        # What is written is not followed: the trail would keep what is to be forgotten.
        with database.read() if arguments.dry_run else database.write() as conn:
            person = person_of(conn, arguments.person)
            pseudonym = f"erased-{secrets.token_hex(4)}"
            erased = erase(conn, person, pseudonym, acting(conn))
        database.close()
    except (DatabaseError, LastAdmin) as error:
        print(f"luchtig erase: {error}", file=sys.stderr)
        return 1
    _tell(sorted(person.names | person.addresses), erased, dry=arguments.dry_run)
    return 0 if erased.rows else 1


def _tell(who: list[str], erased: Erased, *, dry: bool) -> None:
    print(f"{', '.join(who)}: " + ("would be forgotten" if dry else "forgotten") + " in")
    for table, count in erased.rows.items():
        print(f"  {table:<20} {count}")
    if not erased.rows:
        print("  nothing: nobody of that name or address is known")
    elif not dry:
        print(
            f"Where they stood stands {erased.pseudonym}. A calendar that names them brings the"
            " address back: take them out there. Backups of before keep them: after restoring one,"
            " do this again."
        )
