"""Who organises an event, who was invited, and which of them are rooms.

Their address stands where it should (``mailto:``), or, where that place holds what only a server
knows (a path, a ``urn:uuid:``, an X.500 name), in the EMAIL of iCloud, in what Apple's servers call
it, in the name, or with whoever sent it for them (RFC 5545, 3.2.18; RFC 7986, 6.2).
"""

import re
from typing import Any, Final
from urllib.parse import unquote

from sensors.mail_address import is_mail_address

# A calendar of its own at Google is no person: mail to it bounces.
_NOBODY: Final = "calendar.google.com"
_RESOURCE: Final = "resource.calendar.google.com"
_ELSEWHERE: Final = ("EMAIL", "X-CALENDARSERVER-EMAIL", "CN", "SENT-BY")
_MAILTO = re.compile(r"mailto\s*:", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<([^<>]*)>")


def address_of(person: Any) -> str | None:
    """Where they can be mailed; None where they cannot."""
    said = (str(person), *(_given(person, name) for name in _ELSEWHERE))
    found = next((bare for text in said if (bare := _bare(text)) is not None), None)
    return None if found is None or found.casefold().endswith(_NOBODY) else found


def has_no_address(person: Any) -> bool:
    """Whether they may be somebody, and nothing says how to reach them."""
    return address_of(person) is None and _NOBODY not in str(person).casefold()


def identity_of(person: Any) -> str:
    """The same for each mention of one person."""
    return (address_of(person) or str(person)).casefold()


def is_thing(person: Any) -> bool:
    """Whether it is a room or a piece of equipment."""
    by_kind = word(person, "CUTYPE") in {"ROOM", "RESOURCE"}
    return by_kind or str(person).casefold().endswith(_RESOURCE)


def name_of(thing: Any) -> str:
    """What a room is called: its name, else what stands before the @ of its address."""
    said = _given(thing, "CN")
    address = _bare(said) or (None if said else _bare(str(thing)))
    return said if address is None else address.partition("@")[0]


def has_declined(person: Any) -> bool:
    return word(person, "PARTSTAT") == "DECLINED"


def word(person: Any, name: str) -> str:
    return _given(person, name).upper()


def _given(person: Any, name: str) -> str:
    return str(getattr(person, "params", {}).get(name, "")).strip()


def _bare(text: str) -> str | None:
    """The one address in ``mailto:eva@example.org``, ``Eva <eva@example.org>`` and the like."""
    behind = _MAILTO.split(text)[-1]
    within = _IN_BRACKETS.search(behind)
    bare = (within[1] if within else behind).partition("?")[0].strip(" \t'\"")
    for one in (bare, unquote(bare).strip()):
        if is_mail_address(one) and ("/" not in one or _MAILTO.match(text)):
            return one
    return None
