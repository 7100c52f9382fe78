"""How long rows are gathered before they are stored."""

import pytest

from gateway.config import JournalSettings
from gateway.journal.store_writer import USUAL
from gateway.journal.stores.pace import store_pace


@pytest.mark.parametrize(
    ("commit_every_s", "gather_s"), [(1.0, 4.0), (30.0, 120.0), (300.0, 120.0)]
)
def test_where_the_disk_is_spared_some_commits_are_stored_together(
    commit_every_s: float, gather_s: float
) -> None:
    assert store_pace(JournalSettings(commit_every_s=commit_every_s)).gather_s == gather_s


def test_usual_journal_waits_no_longer() -> None:
    assert store_pace(JournalSettings()) == USUAL


def test_acknowledgement_that_waits_for_the_store_does_not_wait_longer() -> None:
    assert store_pace(JournalSettings(commit_every_s=30.0, acknowledge="stored")) == USUAL
