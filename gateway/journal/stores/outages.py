"""What is said of a store that is away, and of one that takes nothing of a kind."""

import logging

from gateway.journal.owed import ALL
from gateway.outage import Outage
from gateway.store.by_venue.share import Share
from gateway.store.interface import STORED, Measurement


def outages(log: logging.Logger, share: Share) -> tuple[Outage, dict[Measurement, Outage]]:
    """Of the store that has these venues: that it is away, and that it refuses a kind."""
    store = "store" if share == ALL else f"store of {share.shown}"
    away = Outage(
        log,
        store,
        meanwhile="readings are kept in the journal until it takes them",
        back="takes readings again",
    )
    refusing = {
        kind: Outage(
            log,
            f"{store} refuses {kind}, every line",
            meanwhile=f"they are kept in the journal, all else is stored: mend the store "
            f"(luchtig check tries it), or give them up with luchtig store release {kind}",
            back="that is over",
        )
        for kind in STORED
    }
    return away, refusing
