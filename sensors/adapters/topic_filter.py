"""MQTT topic filters: which are ones, and what they match [MQTT 5.0, 4.7]."""

from typing import Final

LONGEST: Final = 1_000
OURS: Final = ("luchtig/devices/+/+/+", "luchtig/rooms/+/+/+", "luchtig/gateways/+/status")


def filter_fault(topic_filter: str) -> str | None:
    """What is wrong with a filter of a source, None where nothing is."""
    levels = topic_filter.split("/")
    if not topic_filter or len(topic_filter) > LONGEST or "\0" in topic_filter:
        return "expected a topic filter such as zigbee2mqtt/#"
    if any(("+" in level or "#" in level) and len(level) > 1 for level in levels):
        return "+ and # stand alone between two /"
    if "#" in levels[:-1]:
        return "# stands at the end"
    if levels[0].startswith("$share"):
        return "a shared subscription would leave us messages out"
    if levels[0] == "luchtig" or any(_meet(levels, ours.split("/")) for ours in OURS):
        return "matches our own topics: give it a level of the devices' own"
    return None


def _meet(one: list[str], other: list[str]) -> bool:
    """Whether there is a topic that two filters match, the second of which has no ``#``."""
    for index, level in enumerate(one):
        if level == "#":
            return True
        if index >= len(other) or (level != other[index] and "+" not in (level, other[index])):
            return False
    return len(one) == len(other)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a message on this topic comes with this subscription."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and not topic_filter.startswith("$"):
        return False
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)
