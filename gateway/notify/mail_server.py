"""The mail server of ``notify.mail``, and a connection to it that is given up when it takes too
long.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from gateway.config import NotifySettings
from sensors.config import ConfigError, resolved, secret

Mode = Literal["plain", "starttls", "tls"]

TIMEOUT_S = 10.0
"""How long the server may take for one answer."""
DEADLINE_S = 30.0
"""And for one message, however it spreads its answers."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """``smtp://`` is plain without a login and STARTTLS with one; ``smtps://`` is TLS from the
    first byte. A password never travels in the clear, and only to a server that somebody vouches
    for.
    """

    host: str
    port: int
    mode: Mode
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None

    def connect(self, timeout_s: float = TIMEOUT_S) -> smtplib.SMTP:
        """A connection on which mail can be sent; whoever gets it closes it.

        Raises:
            OSError: not reached, not trusted, or too slow.
            smtplib.SMTPException: it does not let us in.

        """
        if self.mode == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=timeout_s, context=self._context()
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=timeout_s)
        try:
            if self.mode == "starttls":
                connection.starttls(context=self._context())
            if self.user is not None:
                connection.login(self.user, self.password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)


def mail_server(settings: NotifySettings, directory: Path) -> MailServer | None:
    """The server of ``notify.mail``, None where that is empty.

    Raises:
        ConfigError: not such an address, or one of its files cannot be read.

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
    mode: Mode
    if parts.scheme == "smtps":
        mode, usual_port = "tls", 465
    elif user:
        mode, usual_port = "starttls", 587
    else:
        mode, usual_port = "plain", 25
    ca_file = _ca_file(settings, directory)
    return MailServer(parts.hostname, port or usual_port, mode, user, password, ca_file)


@contextmanager
def deadline(connection: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection when what is done with it takes longer: each answer may come a byte at a
    time.
    """

    def cut() -> None:
        held = connection.sock
        if held is not None:
            try:
                # Not held.shutdown(): a TLS socket would first forget that it is one, and whoever
                # reads from it at that moment would trip over that.
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                return  # it ended by itself

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _ca_file(settings: NotifySettings, directory: Path) -> Path | None:
    path = resolved(directory, settings.ca_file)
    if path is not None:
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:  # also where it holds no certificate
            reason = error.strerror or str(error)
            raise ConfigError(
                [f"notify.ca_file = {str(path)!r}: expected a file of PEM certificates: {reason}"]
            ) from error
    return path
