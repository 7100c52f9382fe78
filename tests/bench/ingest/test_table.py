from dataclasses import replace

from bench.ingest.flood import Flood
from bench.ingest.measure import Measured, settle
from bench.ingest.table import BARE, BEFORE, HEAD, OURS, by_process, lines, middle, rows
from bench.states import Pair

BASE = Measured(1_000, 0, 2.0, 0.0, {"paho": 0.05}, 0.01, 0.02, 12.0)
GATEWAY = replace(
    BASE, seconds=4.0, cpu_by_process={"intake": 0.05, "live": 0.15}, states=30, state_p99_s=0.25
)


def test_each_row_says_how_it_stands_to_the_bare_client_and_to_the_version_before() -> None:
    measured = {BARE: BASE, BEFORE: replace(GATEWAY, seconds=8.0), OURS: GATEWAY}
    *_, row = lines(Flood(10, 100), measured)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:9] == ["10", "1,000", OURS, "250", "0.50", "2.00", "200", "4.00", "1.00"]
    assert cells[9:12] == ["30", "–", "250"]
    assert row.count("|") == HEAD.count("|")


def test_without_the_others_their_ratios_are_left_open() -> None:
    (row,) = lines(Flood(10, 100), {OURS: GATEWAY})
    assert row.count("–") == 5


def test_the_processes_of_one_who_has_several_are_told_apart() -> None:
    assert by_process({BARE: BASE, OURS: GATEWAY}) == [
        "luchtig gateway, µs each: intake 50.0, live 150.0"
    ]


def test_the_round_in_the_middle_is_shown_and_all_are_kept() -> None:
    rounds = [replace(BASE, seconds=seconds) for seconds in (1.0, 5.0, 2.0)]
    assert middle(rounds).seconds == 2.0
    kept = rows(Flood(10, 100), {BARE: rounds})
    assert [row["seconds"] for row in kept] == [1.0, 5.0, 2.0]
    assert {row["cpu_us"] for row in kept} == {50.0}


def test_a_state_costs_what_the_order_that_makes_more_of_them_costs_more() -> None:
    spread = replace(BASE, cpu_by_process={"gateway": 0.3}, states=1_000)
    together = replace(BASE, cpu_by_process={"gateway": 0.21}, states=100)
    pair = Pair(1_000, [spread, spread], [together, together])
    assert pair.state_us is not None
    assert round(pair.state_us) == 100
    assert round(pair.reading_us(pair.state_us)) == 200


def test_orders_that_make_as_many_states_tell_nothing_of_their_cost() -> None:
    few = replace(BASE, states=10)
    assert Pair(10, [few], [few]).state_us is None


def test_a_process_that_is_gone_has_nothing_left_to_do() -> None:
    assert settle(2**22 + 1, sleep=lambda _: None) == 0.0
