"""Who should have which venues: everybody somebody, near to the same, and with few moves."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.lease.plan import SLACK, Assignment, assignment
from sensors.wire.topic import VenueSlug

VENUES = st.dictionaries(
    st.sampled_from([VenueSlug(f"venue-{n}") for n in range(30)]), st.integers(1, 40)
)
NAMES = [f"gateway-{n}" for n in range(6)]
ALIVE = st.sets(st.sampled_from(NAMES), min_size=1)
HELD = st.dictionaries(
    st.sampled_from([VenueSlug(f"venue-{n}") for n in range(30)]), st.sampled_from(NAMES)
)


def shares(found: Assignment, weights: dict[VenueSlug, int], alive: set[str]) -> dict[str, int]:
    return {
        name: sum(weights[v] for v, holder in found.items() if holder == name) for name in alive
    }


@given(VENUES, HELD, ALIVE)
def test_each_venue_has_one_gateway_that_lives(
    weights: dict[VenueSlug, int], held: Assignment, alive: set[str]
) -> None:
    found = assignment(weights, held, alive)
    assert found.keys() == weights.keys()
    assert set(found.values()) <= alive


@given(VENUES, HELD, ALIVE)
def test_who_has_what_they_should_is_left_alone(
    weights: dict[VenueSlug, int], held: Assignment, alive: set[str]
) -> None:
    found = assignment(weights, held, alive)
    assert assignment(weights, found, alive) == found


@given(VENUES, HELD, ALIVE)
def test_no_single_move_would_bring_somebody_nearer_to_who_has_least(
    weights: dict[VenueSlug, int], held: Assignment, alive: set[str]
) -> None:
    found = assignment(weights, held, alive)
    its = shares(found, weights, alive)
    slack = SLACK * sum(its.values()) / len(its)
    for venue, holder in found.items():
        assert its[holder] - min(its.values()) <= max(slack, weights[venue])


def test_nobody_has_any_where_nobody_lives() -> None:
    assert assignment({VenueSlug("de-kade"): 3}, {VenueSlug("de-kade"): "a"}, []) == {}


def test_a_new_one_gets_its_part() -> None:
    weights = {VenueSlug(f"venue-{n}"): 10 for n in range(6)}
    alone = assignment(weights, {}, ["a"])
    assert shares(assignment(weights, alone, ["a", "b"]), weights, {"a", "b"}) == {"a": 30, "b": 30}


def test_a_large_site_counts_for_what_it_is() -> None:
    weights = {VenueSlug("large"): 100, **{VenueSlug(f"small-{n}"): 10 for n in range(10)}}
    found = assignment(weights, {}, ["a", "b"])
    assert shares(found, weights, {"a", "b"}) == {"a": 100, "b": 100}
