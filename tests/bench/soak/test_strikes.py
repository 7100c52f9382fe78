"""What befalls a house in a soak."""

from itertools import islice

import pytest

from bench.soak.strikes import blows, strikes_of

ALL = [(store, database) for store in ("influx", "sqlite") for database in ("postgresql", "sqlite")]


@pytest.mark.parametrize(("store", "database"), ALL)
def test_the_same_seed_is_the_same_faults_in_the_same_order(store: str, database: str) -> None:
    def names(seed: int) -> list[tuple[str, float, float]]:
        found = islice(blows(strikes_of(store, database), seed), 200)
        return [(blow.name, blow.holds_s, blow.rests_s) for blow in found]

    assert names(7) == names(7)
    assert names(7) != names(8)


@pytest.mark.parametrize(("store", "database"), ALL)
def test_an_hour_of_it_has_every_fault(store: str, database: str) -> None:
    strikes = strikes_of(store, database)
    struck = {one.name for blow in islice(blows(strikes, 1), 1_000) for one in blow.strikes}
    assert struck == {one.name for one in strikes}


def test_what_must_be_alone_is_and_nothing_holds_longer_than_it_may() -> None:
    for blow in islice(blows(strikes_of("influx", "postgresql"), 2), 2_000):
        assert len(blow.strikes) == 1 or not any(one.alone for one in blow.strikes)
        assert len({one.of for one in blow.strikes}) == len(blow.strikes)
        assert blow.holds_s <= min(one.longest_s for one in blow.strikes)
