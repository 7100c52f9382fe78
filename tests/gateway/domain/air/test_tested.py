"""What a room's own tests are known for: two priors, and a volume where a flow is known."""

import pytest

from gateway.domain.air.flow_history import priors
from gateway.domain.air.plan import Group, PlanRoom, plan
from gateway.domain.air.tested import are_windows_open, known_by, with_tested_volume
from gateway.domain.policy import Policy
from gateway.domain.room import Room
from gateway.domain.room_test.fit import Decay
from sensors.wire.topic import RoomSlug, VenueSlug


def decay(rate: float) -> Decay:
    return Decay(rate, rate * 0.9, rate * 1.1, 440.0, 600.0, 5.0, 0.3, 60)


SHUT, OPEN = ("windows shut", decay(1.2)), ("ramen open, deur dicht", decay(6.0))


@pytest.mark.parametrize(
    ("said", "are_open"),
    [
        ("windows shut", False),
        ("windows open", True),
        ("ramen dicht, deur open", False),
        ("alle ramen wijd open", True),
        ("Fenster offen, Tür zu", True),
        ("as usual", False),
    ],
)
def test_windows_are_open_where_it_says_so(said: str, are_open: bool) -> None:
    assert are_windows_open(said) is are_open


def test_shut_and_open_are_two_and_the_newest_of_each_counts() -> None:
    found = known_by([SHUT, OPEN, ("windows shut", decay(9.0))])
    assert found.shut is not None
    assert found.opened is not None
    assert (found.shut.median, found.opened.median) == (1.2, 6.0)
    assert found.shut.log_sd > 0.35  # another day is not the day of the test


def test_a_test_is_the_prior_of_a_room_without_history() -> None:
    closed, opened = priors(None, 100.0, 80.0, known_by([SHUT, OPEN]))
    assert closed.median == pytest.approx(100 * 1.2 / 3.6)
    assert opened is not None
    assert opened.median == pytest.approx(100 * 6.0 / 3.6)
    assert priors(None, 100.0, 80.0)[0].median == 80.0


def test_the_plan_says_that_it_counts_with_the_test() -> None:
    found = plan(PlanRoom(100.0), Group(8, 60), Policy("p"), tested=known_by([SHUT]))
    assert found.basis.knowledge == "test"
    assert found.closed.flow_lps.low < 100 * 1.2 / 3.6 < found.closed.flow_lps.high


def test_a_known_flow_and_a_test_give_the_volume() -> None:
    room = Room(VenueSlug("kade"), RoomSlug("zaal"), "Zaal", design_flow_lps=60.0)
    assert with_tested_volume(room, known_by([SHUT])).volume_m3 == pytest.approx(180.0)
    assert with_tested_volume(room, known_by([OPEN])).volume_m3 is None
