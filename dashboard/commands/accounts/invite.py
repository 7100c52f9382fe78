"""``luchtig user invite``: a link by which somebody makes an account of their own."""

import argparse
from datetime import datetime
from typing import Literal, cast

from dashboard.commands.accounts.refusal import NotChanged
from gateway.domain.access import ADMIN, VenueRole
from gateway.links import Links
from gateway.notify.at_once import NotSent
from gateway.notify.invitation import send_invitation
from gateway.registry.accounts import invitations
from gateway.registry.audit.shell import shell_user
from gateway.registry.database import Database
from gateway.registry.rooms import find_venue
from gateway.secret import read_or_make_secret
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.mail_address import is_mail_address


def invite(database: Database, arguments: argparse.Namespace, now: datetime) -> None:
    """Mail the link, or print it where there is no mail."""
    settings = arguments.settings
    email, venue, role = arguments.name, arguments.venue, arguments.role or "viewer"
    if not is_mail_address(email):
        raise NotChanged(f"{email!r} is no e-mail address, like anna@example.org")
    if (role == ADMIN) != (venue is None):
        raise NotChanged(
            "an admin is one over all venues: leave --venue out"
            if role == ADMIN
            else f"say where they are {role}: --venue V"
        )
    chosen = cast('VenueRole | Literal["admin"]', role)
    with database.write() as conn:
        place = None if venue is None else find_venue(conn, venue)
        if venue is not None and place is None:
            raise NotChanged(f"there is no venue {venue!r}")
        made = invitations.invite(conn, email, venue, chosen, shell_user(), now, verifies=True)
    name, language = ("", DEFAULT_LANGUAGE) if place is None else (place.name, place.language)
    secret = read_or_make_secret(settings.directory / settings.dashboard.secret_file)
    links = Links(secret, settings.dashboard.public_url)
    try:
        send_invitation(made, name, language, links, settings.notify, settings.directory, now)
    except NotSent as error:
        print(f"no mail went to {email} ({error}); give them this link, it works once:")
        print(links.invite(made.id, language, made.expires))
    else:
        print(f"{email} is sent a link that works once, until {made.expires:%Y-%m-%d}")
