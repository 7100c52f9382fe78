"""Who of a venue is told of its flags, beside the people of a meeting."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from gateway.domain.room_state import Rule

ContactRole = Literal["manager", "escalation"]

URL = "url:"


@dataclass(frozen=True, slots=True)
class Contact:
    """A manager is told when a rule fires; an escalation contact, in the order of the venue's list, when
    nobody acknowledges. ``address`` is an e-mail address or the name of an address of ``notify.urls``
    (``url_name``); ``rules`` are those that the contact hears of, all where there is none.
    """

    name: str
    address: str
    language: str = "nl"
    role: ContactRole = "manager"
    rules: tuple[Rule, ...] = ()

    def hears(self, rule: Rule) -> bool:
        return not self.rules or rule in self.rules


def url_name(url: str) -> str:
    """What stands for an address of ``notify.urls``, which may hold a password and stays there."""
    return URL + hashlib.sha256(url.encode()).hexdigest()[:16]
