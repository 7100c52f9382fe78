"""What a message is on a locked screen: a line, a few more, and the page that a tap leads to. Pure."""

from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.notify.message import Level, Message, Section

Urgency = Literal["normal", "high"]

TITLE: Final = 120
BODY: Final = 480
PATH: Final = 800
"""Characters: more nobody reads on a locked screen, and what is signed and encrypted fits a push."""
OWN_PAGE: Final = "/account#push"

_LASTS_S: Final[dict[Level, int]] = {"act": 3600, "info": 4 * 3600, "good": 3600, "plain": 1800}
"""For how long it is worth telling to a device that is off."""
_WORST: Final[tuple[Level, ...]] = ("act", "info", "plain", "good")


class Payload(msgspec.Struct, frozen=True):
    """As ``worker.js`` reads it: what has the same ``tag`` takes the place of what is shown. ``path`` is of
    our own pages.
    """

    title: str
    body: str
    path: str
    tag: str
    language: str


def payload(message: Message, tag: str) -> bytes:
    """The JSON of a message; ``tag`` is the same for all that is told of one thing."""
    path = _path(message.buttons[-1].url) if message.buttons else OWN_PAGE
    return msgspec.json.encode(
        Payload(
            _cut(message.subject, TITLE), _cut(_body(message), BODY), path, tag, message.language
        )
    )


def level_of(message: Message) -> Level:
    """The worst that it tells of."""
    found = {said.level for section in message.sections for said in section.said}
    return next((level for level in _WORST if level in found), "plain")


def urgency(message: Message) -> Urgency:
    """Whether a device that saves its battery should be woken (RFC 8030, 5.3)."""
    return "high" if level_of(message) == "act" else "normal"


def lasts_s(message: Message) -> int:
    """After so many seconds a push service forgets what it could not hand over."""
    return _LASTS_S[level_of(message)]


def _body(message: Message) -> str:
    several = len(message.sections) > 1
    return "\n".join(
        [
            *([message.preface] if message.preface else []),
            *(_lines(section, named=several) for section in message.sections),
        ]
    )


def _lines(section: Section, *, named: bool) -> str:
    """What to do before why: a notification shows its first lines."""
    todo = [one for said in section.said for one in said.todo]
    sentences = [one for said in section.said for one in said.sentences]
    told = [f"{one[:1].upper()}{one[1:]}" for one in todo] + [" ".join(sentences)]
    place = f"{section.place}: " if named else ""
    return place + "\n".join(told)


def _path(url: str) -> str:
    """An address without whose it is: the browser knows the house by the name it came by."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    path = f"{parts.path or '/'}{query}{anchor}"
    return path if len(path) <= PATH else "/"


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(maxsplit=1)[0] + "…"
