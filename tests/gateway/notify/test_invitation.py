"""The mail of an invitation, as a real server takes it, and what is said where none does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.config import NotifySettings
from gateway.links import Links, check_invite_token
from gateway.notify.at_once import NotSent
from gateway.notify.invitation import send_invitation
from gateway.registry.accounts.invitations import Invitation
from sensors.wire.topic import VenueSlug
from tests.gateway.mail_inbox import Inbox, html_of, mail_server, text_of
from tests.servers import free_port

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LINKS = Links("a secret", "https://lucht.example.org")


def invitation(email: str | None = "eva@example.org", user: str | None = None) -> Invitation:
    venue = VenueSlug("kade")
    until = NOW + timedelta(days=7)
    return Invitation("i1", user, email, venue, "host", "anna\r\nBcc: x", True, NOW, until)


def send(settings: NotifySettings, asked: Invitation, language: str = "nl") -> None:
    send_invitation(asked, "De Kade", language, LINKS, settings, Path(), NOW)


@pytest.mark.parametrize(("user", "says"), [(None, "De Kade"), ("eva", "wachtwoord")])
def test_it_carries_a_link_that_works(user: str | None, says: str) -> None:
    inbox = Inbox(free_port())
    with mail_server(inbox):
        send(NotifySettings(mail=f"smtp://127.0.0.1:{inbox.port}"), invitation(user=user))
    (mail,) = inbox.of("eva@example.org")
    assert says in str(mail["Subject"])
    assert mail["Bcc"] is None
    address = next(word for word in text_of(mail).split() if "/invite/" in word)
    assert address in html_of(mail)
    assert check_invite_token("a secret", address.rpartition("/")[2], NOW).invitation == "i1"


def test_where_it_does_not_go_out_that_is_told() -> None:
    inbox = Inbox(free_port(), refuses={"eva@example.org": "550 nobody here"})
    with mail_server(inbox), pytest.raises(NotSent, match="nobody here"):
        send(NotifySettings(mail=f"smtp://127.0.0.1:{inbox.port}"), invitation())
    for settings, asked in (
        (NotifySettings(mail=""), invitation()),
        (NotifySettings(mail=f"smtp://127.0.0.1:{free_port()}"), invitation()),
        (NotifySettings(mail="nonsense"), invitation()),
        (NotifySettings(), invitation(email=None)),
    ):
        with pytest.raises(NotSent):
            send(settings, asked)
