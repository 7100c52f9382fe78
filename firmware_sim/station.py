"""Who connects to the broker: a device of its own, or something that speaks for many of them."""

from collections.abc import Iterable
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


def own_station(identity: Identity) -> Station:
    """A device of ours on a connection of its own. As a real one it always has the same client id, so a
    newer one takes the older one's place.
    """
    offline = _status(identity, b"offline")
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
        goodbyes=tuple(_status(one, b"offline") for one in those),
    )


def _births(identity: Identity) -> tuple[Post, ...]:
    topic = device_topic(identity.venue, identity.device, "about")
    about = Post(topic, encode_about(identity.about), retain=True)
    return about, _status(identity, b"online")


def _status(identity: Identity, payload: bytes) -> Post:
    return Post(device_topic(identity.venue, identity.device, "status"), payload, retain=True)
