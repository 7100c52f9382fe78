"""``luchtig user token|tokens|revoke``: what programs get in with."""

import argparse
from datetime import datetime, timedelta

from dashboard.commands.accounts.refusal import NotChanged, there
from gateway.domain.scope import SCOPES, UnknownScope, read_scopes
from gateway.registry.accounts import tokens
from gateway.registry.accounts.tokens import LABEL_LENGTH, LONGEST, Limits, Token
from gateway.registry.database import Database
from gateway.registry.rooms import find_venue
from sensors.wire.topic import VenueSlug


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a token can be made with; without, it may do what its user may."""
    parser.add_argument("--label", default="", help="what the token is for")
    parser.add_argument(
        "--scope",
        metavar="S,…",
        help=f"what it may, of {', '.join(SCOPES)}; without: all that its user may",
    )
    parser.add_argument(
        "--venue",
        metavar="V",
        action="append",
        help="where it may, may be given several times; without: wherever its user may",
    )
    parser.add_argument(
        "--expires", metavar="DAYS", type=int, help="it ends by itself after so many days"
    )


def make(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    there(database, arguments.name)
    if len(arguments.label) > LABEL_LENGTH or not arguments.label.isprintable():
        raise NotChanged(f"a label has at most {LABEL_LENGTH} characters that can be seen")
    limits = _limits(database, arguments, now)
    with database.write() as conn:
        token = tokens.new_token(conn, arguments.name, arguments.label, now, limits)
    print(token)


def show(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    there(database, arguments.name)
    with database.read() as conn:
        found = tokens.tokens_of(conn, arguments.name)
    for one in found:
        print("\t".join((one.number, one.label or "-", *_said(one, now))))


def revoke(database: Database, arguments: argparse.Namespace, _now: datetime) -> None:
    with database.write() as conn:
        if not tokens.revoke_token(conn, arguments.name):
            raise NotChanged(
                f"there is no token {arguments.name!r}: luchtig user tokens NAME lists them"
            )
    print(f"{arguments.name} works no more")


def _limits(database: Database, arguments: argparse.Namespace, now: datetime) -> Limits:
    try:
        scopes = None if arguments.scope is None else read_scopes(arguments.scope.split(","))
    except UnknownScope as error:
        raise NotChanged(str(error)) from error
    days = arguments.expires
    if days is not None and not 1 <= days <= LONGEST.days:
        raise NotChanged(f"a token lasts 1 to {LONGEST.days} days")
    venues = None if arguments.venue is None else tuple(map(VenueSlug, arguments.venue))
    with database.read() as conn:
        for venue in venues or ():
            if find_venue(conn, venue) is None:
                raise NotChanged(f"there is no venue {venue!r}")
    return Limits(scopes, venues, None if days is None else now + timedelta(days=days))


def _said(token: Token, now: datetime) -> tuple[str, ...]:
    used = "never used" if token.last_used is None else f"used {token.last_used:%Y-%m-%d %H:%M}"
    limits = token.limits
    more = []
    if limits.scopes is not None:
        more.append(f"may {', '.join(limits.scopes)}")
    if limits.venues is not None:
        more.append(f"in {', '.join(limits.venues)}")
    if limits.expires is not None:
        ended = limits.has_ended(now)
        more.append(f"{'ended' if ended else 'until'} {limits.expires:%Y-%m-%d %H:%M}")
    return f"since {token.created:%Y-%m-%d}", used, *more
