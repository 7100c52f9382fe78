"""Who connects to the broker: a device of its own, or something that speaks for many of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from firmware_sim.event import Post
from sensors.wire.payload import encode_about
from sensors.wire.reading import About
from sensors.wire.topic import DeviceKey, DeviceSlug, VenueSlug, device_topic


@dataclass(frozen=True, slots=True)
class Identity:
    """A device of ours as it introduces itself."""

    venue: VenueSlug
    device: DeviceSlug
    about: About


@dataclass(frozen=True, slots=True)
class Station:
    """A connection: its client id, its last will, and what it says when it comes and goes.

    ``speaks_for`` are the devices whose messages go over it. Without ``keeps`` what is said while the
    broker is away is lost, as most devices have it.
    """

    client_id: str
    speaks_for: tuple[DeviceKey, ...]
    will: Post | None = None
    births: tuple[Post, ...] = ()
    goodbyes: tuple[Post, ...] = ()
    keeps: bool = True

    @property
    def is_shared(self) -> bool:
        return len(self.speaks_for) > 1


MOST_CONNECTIONS = 900
"""Of one process, whose open files are counted."""
SHARE_ONE = 500
"""So many devices go over one connection where there are more than that."""


def stations_of(identities: Sequence[Identity]) -> list[Station]:
    """A connection for each device of ours, with a last will of its own; where they are too many for
    that, they share some.
    """
    if len(identities) <= MOST_CONNECTIONS:
        return [own_station(identity) for identity in identities]
    return [
        shared_station(first // SHARE_ONE, identities[first : first + SHARE_ONE])
        for first in range(0, len(identities), SHARE_ONE)
    ]


def status(venue: VenueSlug, device: DeviceSlug, payload: bytes) -> Post:
    """A device of ours says whether it is there."""
    return Post(device_topic(venue, device, "status"), payload, retain=True)


def own_station(identity: Identity) -> Station:
    """A device of ours on a connection of its own. As a real one it always has the same client id, so a
    newer one takes the older one's place.
    """
    offline = status(identity.venue, identity.device, b"offline")
    return Station(
        client_id=f"luchtig-sim-{identity.venue}-{identity.device}",
        speaks_for=((identity.venue, identity.device),),
        will=offline,
        births=_births(identity),
        goodbyes=(offline,),
    )


def shared_station(number: int, identities: Iterable[Identity]) -> Station:
    """Many devices of ours on one connection: none has a last will, each says when it comes and goes."""
    those = tuple(identities)
    return Station(
        client_id=f"luchtig-sim-shared-{number}",
        speaks_for=tuple((one.venue, one.device) for one in those),
        births=tuple(post for one in those for post in _births(one)),
        goodbyes=tuple(status(one.venue, one.device, b"offline") for one in those),
    )


def _births(identity: Identity) -> tuple[Post, ...]:
    topic = device_topic(identity.venue, identity.device, "about")
    about = Post(topic, encode_about(identity.about), retain=True)
    return about, status(identity.venue, identity.device, b"online")
