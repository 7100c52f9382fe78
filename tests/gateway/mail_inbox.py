"""A real mail server on loopback that keeps what it took, and one of raw bytes for what that cannot do."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port, program

USER, PASSWORD = "luchtig", "een lang wachtwoord"


@dataclass
class Inbox:
    """What a mail server took; ``refuses`` says of a recipient with which words."""

    port: int
    refuses: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails += [(recipient, mail) for recipient in envelope.rcpt_tos]
        self.senders.append(envelope.mail_from or "")
        self.secured.append(session.ssl is not None)
        self.sessions.add(id(session))
        return "250 OK"

    def of(self, recipient: str) -> list[EmailMessage]:
        return [mail for to, mail in self.mails if to == recipient]


def text_of(mail: EmailMessage) -> str:
    """What a mail program without HTML shows."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def mail_server(inbox: Inbox, **options: Any) -> Iterator[Inbox]:
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


@contextmanager
def secure_mail_server(inbox: Inbox, certificate: Path, *, from_first: bool) -> Iterator[Inbox]:
    """One that wants a login, over TLS from the first byte or after STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def authenticate(
        _server: Any, _session: Any, _envelope: Any, _way: str, data: Any
    ) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=False)

    options: dict[str, Any] = {"authenticator": authenticate, "auth_required": True}
    if from_first:
        # aiosmtpd takes a wrapped connection for a plain one, and would refuse the login.
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    with mail_server(inbox, **options):
        yield inbox


def certificate(directory: Path) -> Path:
    """A certificate of our own for this machine, its key beside it."""
    path = directory / "mail.pem"
    command = [
        program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(path.with_suffix(".key")), "-out", str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return path


@contextmanager
def raw_server(converse: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each connection what the test says; its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    continue
                with connection:
                    connection.settimeout(30)
                    try:
                        converse(connection)
                    except OSError:
                        continue  # the other side went away

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join(1)


def new_inbox() -> Inbox:
    return Inbox(free_port())
