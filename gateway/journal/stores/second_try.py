"""A write whose refusals are asked about once more.

Which lines of a batch are at fault is found out in many writes. Where a person mends the store meanwhile,
the first of them were refused for what was wrong with it and the last are taken: the former are sound.
"""

from collections.abc import Sequence

from gateway.store.interface import Placed, Rejected, RoomSample, Store
from gateway.store.row import kind_of, unfit


def written(store: Store, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
    """What the store refuses of ``rows``; of a kind of which it took others, what it refuses twice.

    Raises:
        StoreError: it did not take them now.

    """
    rejected = store.write(rows)
    at_fault = {id(one.row) for one in rejected}
    taken = {kind_of(row) for row in rows if id(row) not in at_fault} if rejected else set()
    doubted = [one.row for one in rejected if kind_of(one.row) in taken and unfit(one.row) is None]
    if not doubted:
        return rejected
    again = {id(one.row) for one in store.write(doubted)}
    sound = {id(row) for row in doubted} - again
    return tuple(one for one in rejected if id(one.row) not in sound)
