"""A mail that goes out while whoever asked for it waits, so that they can do otherwise where it does not."""

from datetime import datetime
from pathlib import Path
from typing import Final

from gateway.config import NotifySettings
from gateway.notify.channel import Envelope, SendFailed, Unsendable
from gateway.notify.mail import parse_sender
from gateway.notify.mail_channel import MailChannel
from gateway.notify.mail_server import mail_server
from gateway.notify.message import Message
from sensors.config import ConfigError

TIMEOUT_S: Final = 5.0
DEADLINE_S: Final = 10.0


class NotSent(Exception):
    """It did not go out, for what is said."""


def send_at_once(
    message: Message,
    to: str,
    number: str,
    settings: NotifySettings,
    directory: Path,
    at: datetime,
) -> None:
    """Mail it; ``number`` is by which a server knows it where it comes twice.

    Raises:
        NotSent: no mail is configured, or it was not taken.

    """
    try:
        server = mail_server(settings, directory)
        sender = parse_sender(settings.sender)
    except ConfigError as error:
        raise NotSent(str(error)) from error
    if server is None:
        raise NotSent("no mail is configured")
    channel = MailChannel(server, sender, TIMEOUT_S, DEADLINE_S)
    try:
        channel.send(Envelope(message, to, at, number))
    except (SendFailed, Unsendable) as error:
        raise NotSent(str(error)) from error
    finally:
        channel.rest()
