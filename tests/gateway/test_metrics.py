"""What is counted, as the database and Prometheus take it."""

from gateway.metrics import JOURNAL_FULL, Metrics


def test_a_gauge_that_is_true_is_a_number() -> None:
    """PostgreSQL takes no boolean where a number belongs, and the gateway died of it."""
    counters = Metrics()
    counters.show(JOURNAL_FULL, True)
    assert str(counters.totals()[JOURNAL_FULL, ""]) == "1.0"
