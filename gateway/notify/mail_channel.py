"""E-mail over SMTP, one connection for all that goes out in one go.

Apprise's own mail plugin is not used: it makes its own Message-ID at each try, so that a retry
would be another message and what is over would not land under what was wrong.
"""

import smtplib
from contextlib import suppress
from email.message import EmailMessage

from gateway.notify.channel import Envelope, SendBrokeOff, SendFailed, SendRefused
from gateway.notify.mail import Sender, compose, in_ascii
from gateway.notify.mail_server import DEADLINE_S, MailServer, deadline


class MailChannel:
    def __init__(
        self, server: MailServer, sender: Sender, timeout_s: float, deadline_s: float = DEADLINE_S
    ) -> None:
        self._server = server
        self._sender = sender
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Envelope) -> None:
        mail = compose(letter, self._sender)
        recipient = in_ascii(letter.recipient)
        try:
            self._hand_over(mail, recipient)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[recipient]
            self.rest()
            raise _refusal(code, words) from error
        except smtplib.SMTPDataError as error:
            self.rest()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise SendFailed(_said(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            failed = SendFailed if self._connection is None else SendBrokeOff
            self._drop()
            raise failed(str(error) or type(error).__name__) from error

    def rest(self) -> None:
        """Say goodbye; how that is answered changes nothing about what was taken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException), deadline(connection, self._timeout_s):
                connection.quit()
            connection.close()

    def _hand_over(self, mail: EmailMessage, recipient: str) -> None:
        if self._connection is None:
            self._connection = self._server.connect(self._timeout_s)
        with deadline(self._connection, self._deadline_s):
            try:
                self._connection.send_message(mail, self._sender.address, [recipient])
            except smtplib.SMTPNotSupportedError as error:
                raise SendRefused(
                    f"the mail server cannot write to it: {error}", for_good=True
                ) from error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _refusal(code: int, words: bytes | str) -> SendRefused:
    """A 4xx may pass, a 5xx will not."""
    return SendRefused(_said(code, words), for_good=code >= 500)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:500]
