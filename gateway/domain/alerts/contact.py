"""Who of a venue is told of its flags, beside the people of a meeting."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from gateway.domain.room_state import Rule
from sensors.mail_address import is_mail_address

ContactRole = Literal["manager", "escalation"]

URL = "url:"
PUSH = "push:"
"""What the names of browsers begin with that are told by web push."""
_NAME = re.compile(r"url:[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Contact:
    """A manager is told when a rule fires; an escalation contact, in the order of the venue's list,
    when nobody acknowledges. ``address`` is an e-mail address or the name of an address of
    ``notify.urls`` (``url_name``); ``rules`` are those that the contact hears of, all where there
    is none.
    """

    name: str
    address: str
    language: str = "nl"
    role: ContactRole = "manager"
    rules: tuple[Rule, ...] = ()

    def hears(self, rule: Rule) -> bool:
        return not self.rules or rule in self.rules


def address_of(text: str) -> str | None:
    """The address that a person gave: e-mail, or one of ``notify.urls`` as it stands there or by
    its name; None for anything else.
    """
    text = text.strip()
    if "://" in text:
        return url_name(text)
    return text if _NAME.fullmatch(text) or is_mail_address(text) else None


def url_name(url: str) -> str:
    """What stands for an address of ``notify.urls``, which may hold a password and stays there."""
    return URL + hashlib.sha256(url.encode()).hexdigest()[:16]
