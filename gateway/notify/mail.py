"""A message as an e-mail: text and HTML, with what mail programs need to put it in its thread."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from gateway.notify.channel import Envelope, Unsendable
from gateway.notify.message_html import html
from gateway.notify.message_text import plain
from sensors.config import ConfigError

_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+")
_AS_THEY_ARE = ("in-reply-to", "references", "list-unsubscribe")


class _Policy(EmailPolicy):
    """The library would write a long id or address as encoded words, which nobody reads back."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _AS_THEY_ARE:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _AS_THEY_ARE:
            return self.fold(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail comes from; ids of messages end in the domain of the address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def is_address(text: str) -> bool:
    """Whether ``text`` is one e-mail address and nothing more."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def parse_sender(text: str) -> Sender:
    """The sender of ``notify.from``.

    Raises:
        ConfigError: not one address.

    """
    name, address = parseaddr(text) if text.isprintable() else ("", "")
    if not is_address(address) or not address.isascii():
        raise ConfigError([f"notify.from = {text!r}: expected NAME <USER@HOST>"])
    return Sender(name, address)


def compose(letter: Envelope, sender: Sender) -> EmailMessage:
    """The e-mail of a letter.

    Raises:
        Unsendable: the recipient is no e-mail address.

    """
    if not is_address(letter.recipient):
        raise Unsendable(f"{letter.recipient!r} is not an e-mail address")
    mail = EmailMessage(policy=_Policy(linesep="\r\n", raise_on_defect=False))
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = letter.recipient
    mail["Subject"] = letter.message.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = _id(letter.name, sender)
    if letter.thread:
        mail["In-Reply-To"] = _id(letter.thread[-1], sender)
        mail["References"] = " ".join(_id(name, sender) for name in letter.thread)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Unsubscribe"] = f"<{letter.message.settings.url}>"
    mail.set_content(plain(letter.message))
    mail.add_alternative(html(letter.message), subtype="html")
    mail["Content-Language"] = letter.message.language  # set_content would take it away
    return mail


def _id(name: str, sender: Sender) -> str:
    return f"<{name}@{sender.domain}>"
