"""How long rows are gathered for the store where the journal spares its disk."""

from dataclasses import replace
from typing import Final

from gateway.config import JournalSettings
from gateway.journal.commit_pace import gathers
from gateway.journal.store_writer import USUAL, Pace

COMMITS_TOGETHER: Final = 4
MOST_GATHERED_S: Final = 120.0
"""So much the charts are behind at most for it."""


def store_pace(journal: JournalSettings) -> Pace:
    """What some commits made safe is stored together where they are rare. The rows of a room lie side by
    side, so that each batch costs a page a room, be it one row or fifty. What waits for the store to
    be acknowledged does not wait longer.
    """
    if not gathers(journal) or journal.acknowledge == "stored":
        return USUAL
    gather_s = min(COMMITS_TOGETHER * journal.commit_every_s, MOST_GATHERED_S)
    return replace(USUAL, gather_s=max(USUAL.gather_s, gather_s))
