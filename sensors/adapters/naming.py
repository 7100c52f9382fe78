"""From what others call a device to the slug that it has here."""

import re
from typing import Final

from sensors.adapters.said import Said
from sensors.wire.topic import DeviceSlug

LONGEST: Final = 63
_OTHER: Final = re.compile(r"[^a-z0-9]+", re.ASCII)
_PLACE: Final = re.compile(r"\{(?:topic\[(-?\d{1,2})\]|(topic|name|model))\}", re.ASCII)


def slug_of(name: str) -> DeviceSlug | None:
    """A name in small letters, other signs as ``-``; None where nothing is left of it."""
    slug = _OTHER.sub("-", name.lower()).strip("-")[:LONGEST].rstrip("-")
    return DeviceSlug(slug) if slug else None


def pattern_fault(pattern: str) -> str | None:
    """What is wrong with the pattern of a device's name, None where nothing is."""
    if not pattern:
        return None
    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest:
        return "in braces stand topic[N], topic, name or model"
    return None


def name_by(pattern: str, topic: str, said: Said) -> str | None:
    """The name of a device by a pattern such as ``{topic[1]}``, which counts levels from nought;
    without a pattern, the one that its message gives it. None where the topic has no such level.
    """
    if not pattern:
        return _with_line(said.device, said)
    levels = topic.split("/")

    def fill(match: re.Match[str]) -> str:
        index, word = match.groups()
        if index is not None:
            return levels[int(index)]
        return {"topic": topic, "name": said.device, "model": said.model or ""}[word]

    try:
        return _with_line(_PLACE.sub(fill, pattern), said)
    except IndexError:
        return None


def _with_line(name: str, said: Said) -> str:
    return name if said.line is None else f"{name}-{said.line}"
