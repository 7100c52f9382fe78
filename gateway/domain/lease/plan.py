"""Which gateway should have which venues: all of them come to the same from the same leases."""

from collections.abc import Collection, Mapping
from typing import Final

from sensors.wire.topic import VenueSlug

SLACK: Final = 0.2
"""Shares may differ by so much of the mean one before a venue moves: each move costs its rooms a moment."""

Assignment = dict[VenueSlug, str]


def assignment(
    weights: Mapping[VenueSlug, int], held: Mapping[VenueSlug, str], alive: Collection[str]
) -> Assignment:
    """Who is to have each of the venues, by name; nobody any where none is alive.

    What somebody has stays there unless the shares differ too much; what is free goes, the heaviest
    first, to whoever has least.
    """
    if not alive:
        return {}
    found = {venue: held[venue] for venue in weights if held.get(venue) in alive}
    shares = dict.fromkeys(sorted(alive), 0)
    for venue, holder in found.items():
        shares[holder] += weights[venue]
    free = sorted(weights.keys() - found.keys(), key=lambda venue: (-weights[venue], venue))
    for venue in free:
        holder = min(shares, key=lambda name: (shares[name], name))
        found[venue] = holder
        shares[holder] += weights[venue]
    _level(weights, found, shares)
    return found


def _level(weights: Mapping[VenueSlug, int], found: Assignment, shares: dict[str, int]) -> None:
    """Move venues to whoever has least, while that brings the two together: each time the squares of the
    shares add up to less, so that it ends.
    """
    slack = SLACK * sum(shares.values()) / len(shares)
    while True:
        least = min(shares, key=lambda name: (shares[name], name))
        moves = [
            (shares[holder], -abs(weights[venue] - (shares[holder] - shares[least]) / 2), venue)
            for venue, holder in found.items()
            if shares[holder] - shares[least] > max(slack, weights[venue])
        ]
        if not moves:
            return
        _, _, venue = max(moves)
        shares[found[venue]] -= weights[venue]
        shares[least] += weights[venue]
        found[venue] = least
