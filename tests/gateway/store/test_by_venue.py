"""Several stores as one: what one of them does is no matter of another's venues."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import Settings, StoreSettings
from gateway.store.by_venue.share import Share
from gateway.store.by_venue.store import StoreByVenue
from gateway.store.interface import Placed, RoomSample, StoreUnavailable
from gateway.store.open import open_stores
from sensors.wire.topic import VenueSlug
from tests.gateway.store.rows import T0_NS, VENUE, air, people

ARENA = VenueSlug("arena")
NOBODY = "influxdb://127.0.0.1:9/nobody"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[StoreByVenue]:
    """De Kade in a file, and the arena in one of its own."""
    with_own = Settings(
        directory=tmp_path,
        venue_stores=(StoreSettings(venues=(ARENA,), url="sqlite:///arena.db"),),
    )
    opened = open_stores(with_own)
    assert isinstance(opened, StoreByVenue)
    yield opened
    opened.close()


@pytest.fixture
def one_away(tmp_path: Path) -> Iterator[StoreByVenue]:
    """The arena's store does not answer."""
    settings = Settings(
        directory=tmp_path, venue_stores=(StoreSettings(venues=(ARENA,), url=NOBODY),)
    )
    opened = open_stores(settings)
    assert isinstance(opened, StoreByVenue)
    yield opened
    opened.close()


def test_each_venues_readings_lie_in_its_own_store(stores: StoreByVenue) -> None:
    stores.write([air(0), air(0, venue=ARENA), air(10, venue=ARENA)])
    rest, own = (part.store for part in stores.parts)
    assert [store.count("air", VENUE) for store in (rest, own, stores)] == [1, 0, 1]
    assert [store.count("air", ARENA) for store in (rest, own, stores)] == [0, 2, 2]


def test_what_is_refused_comes_back_in_the_order_in_which_it_was_given(
    stores: StoreByVenue,
) -> None:
    bad: list[Placed | RoomSample] = [
        air(0, float("nan"), venue=ARENA),
        people(0, count=2**64),
        air(1, float("nan"), venue=ARENA),
    ]
    rejected = stores.write([bad[0], air(5), bad[1], air(6, venue=ARENA), bad[2]])
    assert [one.row for one in rejected] == bad
    assert (stores.count("air", VENUE), stores.count("air", ARENA)) == (1, 1)


def test_a_store_that_is_away_is_so_for_its_own_venues(one_away: StoreByVenue) -> None:
    one_away.write([air(0)])
    assert one_away.count("air", VENUE) == 1
    assert one_away.days.let_gone(VENUE) == ()
    with pytest.raises(StoreUnavailable):
        one_away.count("air", ARENA)
    with pytest.raises(StoreUnavailable):
        one_away.days.let_gone(ARENA)
    with pytest.raises(StoreUnavailable):
        list(one_away.rows("air", ARENA, None, T0_NS, T0_NS + 1))


def test_what_is_asked_of_all_fails_where_one_is_away_and_the_others_have_theirs(
    one_away: StoreByVenue,
) -> None:
    with pytest.raises(StoreUnavailable):
        one_away.write([air(0, venue=ARENA), air(0)])
    assert one_away.count("air", VENUE) == 1
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9"):
        one_away.check()


def test_a_check_says_which_store_has_what(stores: StoreByVenue) -> None:
    rest, own = stores.check().split("; ")
    assert rest.endswith("(all other venues)")
    assert own.endswith("(arena)")


def test_a_share_among_the_venues_of_a_gateway_is_both() -> None:
    own, rest = Share(frozenset({"a", "b"})), Share(frozenset({"a", "b"}), is_rest=True)
    gateways = frozenset({"b", "c"})
    assert [v in own.among(gateways) for v in "abcd"] == [False, True, False, False]
    assert [v in rest.among(gateways) for v in "abcd"] == [False, False, True, False]
    assert own.among(None) == own
