"""The ways out for messages, through Apprise: e-mail over SMTP, and any address Apprise knows.

Apprise is imported when the first message goes out: a gateway that has nothing to tell loads none of
it. One message goes to one recipient at a time, so that a retry repeats it to nobody else.
"""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from gateway.config import NotifySettings
from gateway.message import Message
from sensors.config import ConfigError, secret

TIMEOUT_S = 10
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")


class SendFailed(Exception):
    """It did not go out now, and may later."""


class Unsendable(Exception):
    """It will not go out before a person changes something about it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes. ``smtp://`` is plain without a login and STARTTLS with one; ``smtps://`` is
    TLS from the first byte. A password never travels in the clear.
    """

    host: str
    port: int
    mode: str
    user: str | None
    password: str | None


def mail_server(settings: NotifySettings, directory: Path) -> MailServer | None:
    """The server of ``notify.mail``, None where that is empty.

    Raises:
        ConfigError: not such an address, or its password file cannot be read.

    """
    if not settings.mail:
        return None
    wrong = ConfigError(
        [f"notify.mail = {settings.mail!r}: expected smtp://HOST:PORT or smtps://USER@HOST:PORT"]
    )
    try:
        parts = urlsplit(settings.mail)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise wrong
    user = unquote(parts.username) if parts.username else None
    inline = unquote(parts.password) if parts.password else None
    password = secret(inline, settings.password_file, directory, "notify.password_file")
    if parts.scheme == "smtps":
        return MailServer(parts.hostname, port or 465, "ssl", user, password)
    if user:
        return MailServer(parts.hostname, port or 587, "starttls", user, password)
    return MailServer(parts.hostname, port or 25, "insecure", None, None)


def is_address(text: str) -> bool:
    """Whether ``text`` is one e-mail address and nothing more."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def send_mail(server: MailServer, sender: str, recipient: str, message: Message) -> None:
    """Hand one message to the mail server.

    Raises:
        SendFailed: it did not take it.
        Unsendable: the recipient is no e-mail address.

    """
    if not is_address(recipient):
        raise Unsendable(f"{recipient!r} is not an e-mail address")
    _notify(
        {
            "schema": "mailto",
            "host": server.host,
            "smtp_host": server.host,
            "port": server.port,
            "user": server.user,
            "password": server.password,
            "secure_mode": server.mode,
            "from_addr": sender,
            "targets": [recipient],
            "format": "text",
            "cto": TIMEOUT_S,
            "rto": TIMEOUT_S,
        },
        message,
    )


def send_to(url: str, message: Message) -> None:
    """Send one message to an Apprise address.

    Raises:
        SendFailed: it was not taken.
        Unsendable: Apprise knows no such address.

    """
    _notify(url, message)


def _notify(target: str | dict[str, Any], message: Message) -> None:
    import apprise  # noqa: PLC0415 - it takes a second to load, see above
    from apprise.exception import AppriseImproperlyConfigured  # noqa: PLC0415 - likewise

    asset = apprise.AppriseAsset(app_id="Luchtig", app_desc="Luchtig")
    try:
        plugin = apprise.Apprise.instantiate(target, asset=asset, suppress_exceptions=False)
    except (TypeError, ValueError, AppriseImproperlyConfigured) as error:
        raise Unsendable(f"not an address that can be sent to: {type(error).__name__}") from error
    except Exception as error:  # a plugin's own trouble must not end the notifier
        raise SendFailed(f"{type(error).__name__}: {error}") from error
    if not plugin:
        raise Unsendable("not an address that can be sent to")
    if isinstance(target, str):
        plugin.socket_connect_timeout = plugin.socket_read_timeout = float(TIMEOUT_S)
    way = apprise.Apprise(asset=asset)
    way.add(plugin)
    capture: Any = apprise.LogCapture
    with capture(level=logging.DEBUG, fmt="%(message)s") as said:
        try:
            done = way.notify(title=message.subject, body=message.body, body_format="text")
        except Exception as error:  # likewise
            raise SendFailed(f"{type(error).__name__}: {error}") from error
        words = said.getvalue()
    if not done:
        raise SendFailed(_reason(words))


def _reason(said: str) -> str:
    """The telling line of what Apprise logged, which is all it gives."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "refused" in line]
    return (telling or lines or ["no reason was given"])[-1][:500]
