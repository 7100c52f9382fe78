"""What the journal's entries add to the gateway's metrics."""

from collections import Counter
from collections.abc import Iterable

from gateway.journal.entry import Entry, RefusedMessage
from gateway.metrics import ACCEPTED, REFUSED, Key
from gateway.store.interface import Placed


def tally(entries: Iterable[Entry]) -> dict[Key, float]:
    """What journal entries add to the totals."""
    found: Counter[Key] = Counter()
    for entry in entries:
        if isinstance(entry, Placed):
            found[ACCEPTED, entry.reading.kind] += 1
        elif isinstance(entry, RefusedMessage):
            found[REFUSED, entry.reason.value] += 1
    return dict(found)
