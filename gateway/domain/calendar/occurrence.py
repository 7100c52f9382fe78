"""One meeting as a calendar has it: an event, or one occurrence of an event that recurs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sensors.wire.instant import to_wire


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``uid`` and ``key`` name it for as long as the calendar has it, wherever it is moved: ``key``
    is empty for an event that does not recur, else when the rule had put it (UTC).

    ``start`` and ``end`` are in UTC, ``location`` is the text as it was written, ``organiser`` an
    e-mail address, and ``expected_people`` counts those invited who did not decline. ``declined``
    are the names of rooms that were invited and said no.

    ``method`` is the METHOD of its calendar, ``sequence`` and ``stamp`` are how new its event is,
    and ``classification`` is its CLASS; all in capitals, empty where nothing is said.
    """

    uid: str
    key: str
    title: str
    start: datetime
    end: datetime
    location: str = ""
    organiser: str | None = None
    expected_people: int | None = None
    language: str | None = None
    declined: tuple[str, ...] = ()
    method: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    classification: str = ""

    @property
    def is_private(self) -> bool:
        """What is no PUBLIC is taken for PRIVATE, words of their own too: RFC 5545, 3.8.1.3."""
        return self.classification not in {"", "PUBLIC"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one event of a calendar, or one changed occurrence, is about: of whole ``uid`` where
    ``key`` is empty, else of the occurrence that the rule had put at ``key``, and of all that
    follow where it says so (``following``). ``is_cancelled`` by its STATUS or its METHOD.
    """

    uid: str
    key: str = ""
    following: bool = False
    method: str = ""
    is_cancelled: bool = False
    sequence: int = 0
    stamp: datetime | None = None


def meeting_id(origin: str, occurrence: Occurrence, start: datetime | None = None) -> str:
    """The id of its meeting: the same at each reading of ``origin``. With ``start`` it is that of
    an occurrence that was moved after it had begun, beside the record of what began.
    """
    moved = "" if start is None else to_wire(start)
    name = f"{origin}\n{occurrence.uid}\n{occurrence.key}\n{moved}"
    return str(uuid5(NAMESPACE_URL, f"luchtig:calendar:{name}"))
