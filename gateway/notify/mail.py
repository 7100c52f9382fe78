"""A message as an e-mail: text and HTML, with what mail programs need to put it in its thread."""

from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

import idna

from gateway.notify.channel import Envelope, Unsendable
from gateway.notify.message_html import html
from gateway.notify.message_text import plain
from sensors.config import ConfigError
from sensors.mail_address import is_mail_address

_AS_THEY_ARE = ("in-reply-to", "references", "list-unsubscribe")


class _Policy(EmailPolicy):
    """The library would write a long id or address as encoded words, which nobody reads back, and
    lose the blank between two words of a subject or name that it encodes (python/cpython#92081).
    """

    def fold(self, name: str, value: str) -> str:
        text = self._folded(name, value)
        if text is None:
            folded: str = super().fold(name, value)
            return folded
        return f"{name}: {text}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        text = self._folded(name, value)
        if text is None:
            return super().fold_binary(name, value)
        return f"{name}: {text}{self.linesep}".encode("ascii", "replace")

    def _folded(self, name: str, value: str) -> str | None:
        """The header's text where it is written by us."""
        if name.lower() in _AS_THEY_ARE:
            return f"{self.linesep} ".join(str(value).split())
        if name.lower() == "subject" and not str(value).isascii():
            return self._encoded(name, str(value))
        if name.lower() == "from" and not str(value).isascii():
            (sender,) = value.addresses  # type: ignore[attr-defined]  # of a header that is parsed
            return f"{self._encoded(name, sender.display_name)} <{sender.addr_spec}>"
        return None

    def _encoded(self, name: str, text: str) -> str:
        charset = Charset("utf-8")
        charset.header_encoding = BASE64  # Apprise sets another one for the whole process
        encoded = Header(text, charset, header_name=name, maxlinelen=75)
        return encoded.encode(linesep=self.linesep)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail comes from; ids of messages end in the domain of the address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def parse_sender(text: str) -> Sender:
    """The sender of ``notify.from``.

    Raises:
        ConfigError: not one address.

    """
    name, address = parseaddr(text) if text.isprintable() else ("", "")
    address = in_ascii(address)
    if not is_mail_address(address) or not address.isascii():
        raise ConfigError([f"notify.from = {text!r}: expected NAME <USER@HOST>"])
    return Sender(name, address)


def in_ascii(address: str) -> str:
    """The address as every mail server takes it: its domain in the ASCII form of IDNA 2008
    (``eva@xn--bcher-kva.example``). One that has no such form stays as it is, as does what stands
    before the ``@``: only a server with SMTPUTF8 takes that.
    """
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def compose(letter: Envelope, sender: Sender) -> EmailMessage:
    """The e-mail of a letter.

    Raises:
        Unsendable: the recipient is no e-mail address.

    """
    if not is_mail_address(letter.recipient):
        raise Unsendable(f"{letter.recipient!r} is not an e-mail address")
    mail = EmailMessage(policy=_Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False))
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = in_ascii(letter.recipient)
    mail["Subject"] = letter.message.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = _id(letter.name, sender)
    if letter.thread:
        mail["In-Reply-To"] = _id(letter.thread[-1], sender)
        mail["References"] = " ".join(_id(name, sender) for name in letter.thread)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    unsubscribe = letter.message.unsubscribe
    mail["List-Unsubscribe"] = f"<{unsubscribe or letter.message.settings.url}>"
    if unsubscribe is not None and unsubscribe.startswith("https:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(plain(letter.message))
    mail.add_alternative(html(letter.message), subtype="html")
    mail["Content-Language"] = letter.message.language  # set_content would take it away
    return mail


def _id(name: str, sender: Sender) -> str:
    return f"<{name}@{sender.domain}>"
