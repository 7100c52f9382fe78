"""The mail that asks somebody in, or lets them choose another password: sent at once, while whoever
asked for it waits, so that they can hand the link over where it did not go out.
"""

from datetime import datetime
from pathlib import Path

from gateway.config import NotifySettings
from gateway.links import Links
from gateway.notify.at_once import NotSent, send_at_once
from gateway.notify.message import Button, Message, Said, Section, one_line
from gateway.registry.accounts.invitations import Invitation
from gateway.words.locale import locale_of


def send_invitation(
    invitation: Invitation,
    place: str,
    language: str,
    links: Links,
    settings: NotifySettings,
    directory: Path,
    at: datetime,
) -> None:
    """Mail the link of an invitation; ``place`` is the name of its venue, or of the house.

    Raises:
        NotSent: no mail is configured, no address known, or it was not taken.

    """
    if invitation.email is None:
        raise NotSent("no address is known")
    message = write_invitation(invitation, place, language, links)
    number = f"invitation-{invitation.id}"
    send_at_once(message, invitation.email, number, settings, directory, at)


def write_invitation(invitation: Invitation, place: str, language: str, links: Links) -> Message:
    """What an invitation says, in a language."""
    locale = locale_of(language)
    names = {"by": one_line(invitation.by), "place": one_line(place)}
    if invitation.user is None:
        subject = locale.gettext("You are invited to %(place)s", **names)
        sentence = locale.gettext("%(by)s invites you to look after the air of %(place)s.", **names)
        button = locale.gettext("Choose a name and a password")
    else:
        subject = locale.gettext("Another password for Luchtig")
        sentence = locale.gettext(
            "%(by)s lets you choose another password for your account %(name)s.",
            by=names["by"],
            name=one_line(invitation.user),
        )
        button = locale.gettext("Choose another password")
    until = locale.gettext(
        "The link works once, until %(until)s.", until=locale.date(invitation.expires)
    )
    address = links.invite(invitation.id, locale.language, invitation.expires)
    return Message(
        locale.language,
        subject,
        "",
        "",
        (Section(place or "Luchtig", "", (Said("plain", (sentence,)),)),),
        (Button(button, address),),
        (until,),
        locale.gettext("You get this because somebody gave your address for it."),
        Button("Luchtig", links.home()),
    )
