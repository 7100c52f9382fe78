"""What the gateway and the process of its front say to each other.

Nothing of it is kept: both are of one version, and a new pair begins anew.
"""

from typing import Final, Literal

import msgspec

from gateway.config import JournalSettings
from gateway.journal.entry import Entry
from gateway.journal.placements import Span
from gateway.store.by_venue.share import Share
from sensors.adapters.source import Source
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.wire.topic import DeviceKey

Part = Literal["journal", "subscriber"]
"""What has a thread there: the one that commits, and the one of the broker."""


class _Said(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A message of either."""


class Open(_Said, frozen=True, tag="open"):
    """The first one: what the process needs to begin. ``log_level`` is a number of ``logging``."""

    directory: str
    broker: BrokerSettings
    venues: frozenset[str] | None
    clock: Clock
    journal: JournalSettings
    is_leased: bool
    share_per_s: float
    log_level: int


class BeginAfter(_Said, frozen=True, tag="begin"):
    """As of ``EntryLog``; ``Opened`` answers it."""

    position: int


class Run(_Said, frozen=True, tag="run"):
    part: Part


class Stop(_Said, frozen=True, tag="stop"):
    """``Ended`` answers it."""

    part: Part


class Append(_Said, frozen=True, tag="append"):
    entries: list[Entry]


class MoveStore(_Said, frozen=True, tag="store"):
    position: int
    rejected: list[Entry]


class Stored(_Said, frozen=True, tag="stored"):
    """The store of these venues has everything up to that entry."""

    number: int
    share: Share


class MoveLive(_Said, frozen=True, tag="live"):
    position: int


class Use(_Said, frozen=True, tag="use"):
    """Where the devices hung, as of ``Placements``, and the names of the venues' time zones."""

    spans: list[tuple[DeviceKey, list[Span]]]
    zones: dict[str, str]


class UseSources(_Said, frozen=True, tag="sources"):
    """Which devices that are not ours are to be heard."""

    sources: list[Source]


class Publish(_Said, frozen=True, tag="publish"):
    """``Answered`` answers it by its number, where the broker did."""

    number: int
    topic: str
    payload: bytes
    retain: bool


Order = (
    Open | BeginAfter | Run | Stop | Append | MoveStore | Stored | MoveLive | Use | UseSources
    | Publish
)  # fmt: skip


class Opened(_Said, frozen=True, tag="opened"):
    """The journal is there, and the store has everything up to this position."""

    store_position: int


class Failed(_Said, frozen=True, tag="failed"):
    """The journal cannot be opened."""

    why: str


class Committed(_Said, frozen=True, tag="committed"):
    """There is more to read."""


class Counted(_Said, frozen=True, tag="counted"):
    """What is to be added to the counters: name, label, by how much."""

    more: list[tuple[str, str, float]]


class Up(_Said, frozen=True, tag="up"):
    """The broker has let us in."""


class Down(_Said, frozen=True, tag="down"):
    """The connection is over, or an attempt at one."""


class Subscribed(_Said, frozen=True, tag="subscribed"):
    """The broker keeps messages for us from now on."""


class Refused(_Said, frozen=True, tag="refused"):
    """The broker said no."""

    packet: str
    code: int


class Answered(_Said, frozen=True, tag="answered"):
    """The broker's word on a message."""

    number: int
    taken: bool


class Ended(_Said, frozen=True, tag="ended"):
    """A part has ended: as it was told to, or ``why`` it did."""

    part: Part
    why: str | None = None


Report = Opened | Failed | Committed | Counted | Up | Down | Subscribed | Refused | Answered | Ended

COMMITTED: Final = Committed()
encode = msgspec.msgpack.Encoder().encode
decode_orders = msgspec.msgpack.Decoder(list[Order]).decode
decode_reports = msgspec.msgpack.Decoder(list[Report]).decode
