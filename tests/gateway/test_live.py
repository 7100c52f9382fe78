from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.registry.flags import changes_of, recent_flags
from gateway.registry.meetings import flags_of_meetings
from gateway.registry.outbox import all_messages
from tests.gateway.live_venue import START, Gateway, StandingClock, air, minute, new_database


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(new_database(tmp_path))


def test_a_breach_becomes_pending_fires_and_is_resolved_and_its_organiser_hears_twice(
    gateway: Gateway,
) -> None:
    gateway.follow(*(air(m, 1300) for m in range(1, 9)))
    gateway.follow(*(air(m, 1000) for m in range(9, 13)))
    with gateway.database.read() as conn:
        (flag,) = recent_flags(conn, since=START)
        assert (flag.rule, flag.state, flag.peak, flag.limit) == ("co2", "resolved", 1300, 1200)
        assert (flag.since, flag.fired_at) == (minute(1), minute(6))
        assert flag.resolved_at == minute(10)
        states = [change.state for change in changes_of(conn, flag.id)]
        assert states == ["pending", "firing", "resolved"]
        (kept,) = flags_of_meetings(conn, ("m1",))["m1"]
        assert (kept.since, kept.until, kept.peak) == (minute(1), minute(10), 1300)
        told = [(m.recipient, m.kind) for m in all_messages(conn)]
    assert sorted(told) == [
        ("anna@example.org", "firing"),
        ("anna@example.org", "resolved"),
        ("manager", "firing"),
        ("manager", "resolved"),
    ]
