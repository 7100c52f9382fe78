from math import hypot, log, sqrt
from typing import get_args

import pytest

from gateway.domain.air.generation import (
    ACTIVITIES,
    DEFAULT,
    GROUP_LOG_SD,
    Activity,
    ActivityRow,
    generation_of,
    group_of,
)

# Persily & de Jonge 2017, table 4, ml/s at 0 degrees: men of 30, 40 and 50, then women.
TABLE_4 = {
    1.2: (4.6, 4.6, 4.6, 3.5, 3.6, 3.6),
    1.4: (5.3, 5.4, 5.4, 4.1, 4.2, 4.2),
    1.6: (6.1, 6.2, 6.2, 4.7, 4.8, 4.8),
    2.0: (7.6, 7.7, 7.7, 5.9, 6.0, 6.0),
}


@pytest.mark.parametrize("row", ACTIVITIES, ids=lambda row: row.activity)
def test_a_row_is_the_mean_of_women_and_men_in_the_published_table(row: ActivityRow) -> None:
    column = TABLE_4[row.met]
    assert 1e3 * row.at_0_c_lps == pytest.approx(sum(column) / len(column), abs=0.005)


def test_there_is_a_row_for_every_activity_a_meeting_may_have() -> None:
    assert tuple(row.activity for row in ACTIVITIES) == get_args(Activity)


def test_who_moves_more_gives_off_more() -> None:
    found = [generation_of(row.activity).median for row in ACTIVITIES]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_a_meeting_of_which_nothing_is_said_talks() -> None:
    assert generation_of(None) == generation_of(DEFAULT) == generation_of("talking")


def test_a_warm_room_s_litres_are_larger_than_those_at_zero_degrees() -> None:
    # 294.15 K over 273.15 K.
    assert generation_of("quiet").median == pytest.approx(0.00408 * 294.15 / 273.15, rel=1e-3)


def test_groups_that_do_the_same_differ_by_fifteen_percent() -> None:
    assert {generation_of(row.activity).log_sd for row in ACTIVITIES} == {GROUP_LOG_SD} == {0.15}


def test_a_group_of_which_nobody_said_what_it_does_is_less_certain() -> None:
    said, unsaid = group_of("talking"), group_of(None)
    assert said == generation_of("talking")
    assert unsaid.median == said.median
    # Half of them talk, a quarter sits quietly and a quarter stands.
    spread = [log(generation_of(one).median / said.median) for one in ("quiet", "standing")]
    apart = sqrt(sum(0.25 * off**2 for off in spread))
    assert unsaid.log_sd == pytest.approx(hypot(GROUP_LOG_SD, apart), abs=0.005)
