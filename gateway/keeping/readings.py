"""Readings and room samples as lines of JSON, read from and written into whichever store there is."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from gateway.keeping.archive import Archive, ArchiveWriter, KeepingError
from gateway.store.forgetting.days import Minute
from gateway.store.interface import (
    STORED,
    Measurement,
    Placed,
    RoomDay,
    RoomSample,
    Store,
    StoreError,
)
from gateway.store.row import MAX_NS
from sensors.wire.topic import VenueSlug

TOGETHER: Final = 5_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Placed | RoomSample).decode


class LetGone(msgspec.Struct, frozen=True):
    """What a store keeps of a day whose rows were let go."""

    day: RoomDay
    minutes: tuple[Minute, ...]


_decode_gone = msgspec.json.Decoder(LetGone).decode


def part_of(venue: str, kind: Measurement) -> str:
    return f"readings/{venue}/{kind}"


def put_readings(store: Store, venues: Sequence[str], archive: ArchiveWriter) -> int:
    """Write all that the store holds of these venues; how many rows that is.

    Raises:
        StoreError: it could not be read.

    """
    return sum(
        archive.put_lines(
            part_of(venue, kind),
            map(_encode, store.rows(kind, VenueSlug(venue), None, -MAX_NS, MAX_NS)),
        )
        for venue in venues
        for kind in STORED
    )


def put_let_gone(store: Store, venues: Sequence[str], archive: ArchiveWriter) -> None:
    """Write what the store keeps of days whose rows were let go.

    Raises:
        StoreError: it could not be read.

    """
    for venue in venues:
        days = store.days.let_gone(VenueSlug(venue))
        if days:
            kept = (LetGone(day, tuple(store.days.held(day))) for day in days)
            archive.put_lines(_gone_part(venue), map(_encode, kept))


def _gone_part(venue: str) -> str:
    return f"readings/{venue}/let-gone"


def holds_any(store: Store, venues: Sequence[str]) -> str | None:
    """The first of these venues of which the store holds anything."""
    return next(
        (
            v
            for v in venues
            if any(store.count(kind, VenueSlug(v)) for kind in STORED)
            or store.days.let_gone(VenueSlug(v))
        ),
        None,
    )


def fill_store(store: Store, archive: Archive) -> int:
    """Write the archive's readings into a store that holds nothing of these venues, and count them
    there; how many there are.

    Raises:
        KeepingError: it refuses some, or does not show all.
        StoreError: it cannot be reached.

    """
    done = 0
    for venue in archive.manifest.venues or ():
        for kind in STORED:
            wanted = _fill(store, archive.lines(part_of(venue, kind)))
            found = store.count(kind, VenueSlug(venue))
            if found != wanted:
                raise KeepingError(
                    f"of {wanted} rows of {kind} of {venue} the store shows {found} after they were "
                    "written: look whether it forgets after a time (its retention) or has a quota"
                )
            done += wanted
        if _gone_part(venue) in archive.manifest.parts:
            for line in archive.lines(_gone_part(venue)):
                gone = _decode_gone(line)
                store.days.put_back(gone.day, gone.minutes)
    return done


def _fill(store: Store, lines: Iterator[bytes]) -> int:
    done = 0
    while rows := [_decode(line) for line in islice(lines, TOGETHER)]:
        refused = store.write(rows)
        if refused:
            raise KeepingError(
                f"the store refuses {len(refused)} of the readings: {refused[0].refused.detail}"
            )
        done += len(rows)
    return done


def empty_again(store: Store, venues: Sequence[str]) -> bool:
    """Take out what was put in; whether the store could."""
    try:
        could = [store.remove(VenueSlug(venue)) for venue in venues]
    except StoreError:
        return False
    return all(could)
