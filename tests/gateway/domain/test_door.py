"""What a running total at a door can do, and what the count of the room makes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.door import AT_ONCE, REMEMBERED, Decision, Door, Side, most_passages

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Pair = tuple[int, int]


def after(*pairs: Pair, every_s: float = 10.0) -> list[Door]:
    """The door after each message."""
    door, doors = Door(START, *pairs[0]), []
    for number, pair in enumerate(pairs):
        if number:
            door = door.showing(START + timedelta(seconds=every_s * number), *pair)
        doors.append(door)
    return doors


def nets(*pairs: Pair) -> list[int]:
    return [door.net for door in after(*pairs)]


def decisions(*pairs: Pair) -> list[tuple[Side, Decision]]:
    return [(one.side, one.decision) for door in after(*pairs) for one in door.decided]


@pytest.mark.parametrize(
    ("pairs", "people"),
    [
        pytest.param(
            [(45200, 45100), (45204, 45101), (45206, 45101), (45204, 45101), (45206, 45101)],
            [0, 3, 5, 5, 5],
            id="older messages are delivered once more",
        ),
        pytest.param(
            [(500, 480), (505, 480), (0, 480), (506, 480)], [0, 5, 5, 6], id="a single zero"
        ),
        pytest.param(
            [(500, 480), (505, 480), (0, 0), (506, 480)], [0, 5, 5, 6], id="a single pair of zeros"
        ),
        pytest.param(
            [(500, 480), (505, 480), (499, 480), (506, 481)], [0, 5, 5, 5], id="a small dip"
        ),
        pytest.param([(5, 0), (8, 0), (7, 0), (9, 0)], [0, 3, 3, 4], id="one out of order"),
        pytest.param(
            [(500, 480), (505, 480), (65000, 480), (506, 480)], [0, 5, 5, 6], id="a spike"
        ),
    ],
)
def test_what_passes_adds_nobody(pairs: Sequence[Pair], people: list[int]) -> None:
    assert nets(*pairs) == people
    assert {decision for _, decision in decisions(*pairs)} <= {"passing"}


@pytest.mark.parametrize(
    ("pairs", "people"),
    [
        pytest.param([(500, 480), (505, 480), (0, 480), (2, 480)], [0, 5, 5, 7], id="from zero"),
        pytest.param([(500, 480), (505, 480), (1, 481), (2, 482)], [0, 5, 4, 5], id="from one"),
        pytest.param(
            [(500, 480), (505, 481), (3, 1), (4, 1)], [0, 4, 4, 7], id="both totals at once"
        ),
        pytest.param(
            [(500, 480), (505, 480), (0, 480), (0, 480), (0, 480), (0, 480), (3, 480)],
            [0, 5, 5, 5, 5, 5, 8],
            id="and nobody comes for a while",
        ),
        pytest.param(
            [(0, 0), (4, 0), (0, 0), (1, 0), (2, 0), (3, 0), (4, 1)],
            [0, 4, 4, 4, 4, 4, 3],
            id="of a young counter that goes through the same totals: seen as old messages",
        ),
    ],
)
def test_a_fall_that_stays_is_a_restart_of_that_total(
    pairs: Sequence[Pair], people: list[int]
) -> None:
    assert nets(*pairs) == people


def test_what_was_decided_is_told_with_its_figures() -> None:
    restart = after((500, 480), (505, 480), (0, 480), (2, 480))[-1].decided
    assert [(one.side, one.decision, one.before, one.shown) for one in restart] == [
        ("in", "restart", 505, 2)
    ]
    assert decisions((500, 480), (505, 480), (0, 480), (506, 480)) == [("in", "passing")]
    assert decisions((65534, 3), (1, 3)) == [("in", "wrap")]


@pytest.mark.parametrize("wrap", [2**16, 2**32], ids=["16 bits", "32 bits"])
def test_a_total_begins_again_where_its_bits_end(wrap: int) -> None:
    pairs = [(wrap - 6, 65500), (wrap - 2, 65500), (3, 65501), (6, 65501)]
    assert nets(*pairs) == [0, 4, 8, 11]
    assert decisions(*pairs) == [("in", "wrap")]


def test_a_total_that_begins_again_not_far_below_the_end_is_a_restart() -> None:
    pairs = [(65500, 480), (65502, 480), (1, 480), (2, 480)]
    assert nets(*pairs) == [0, 2, 2, 4]
    assert decisions(*pairs) == [("in", "restart")]


def test_a_zero_just_below_the_wrap_is_taken_back_by_the_next_total() -> None:
    assert nets((65530, 0), (65534, 0), (0, 0), (65535, 0))[-1] == 5


def test_nobody_is_added_by_a_jump_that_no_crowd_can_have_made() -> None:
    pairs = [(100, 50), (104, 50), (5000, 50), (5001, 50), (5002, 50), (5003, 50), (5004, 50)]
    assert nets(*pairs) == [0, 4, 4, 4, 4, 7, 8]
    assert ("in", "implausible") in decisions(*pairs)


def test_a_queue_through_a_wide_door_is_counted() -> None:
    assert nets((100, 50), (100 + AT_ONCE, 50)) == [0, AT_ONCE]
    hour = after((100, 50), (1300, 50), every_s=3600.0)
    assert hour[-1].net == 1200


def test_after_a_reset_what_was_pending_counts_from_there() -> None:
    pending = after((500, 480), (505, 480), (2, 480))[-1].reset()
    assert pending.showing(pending.at + timedelta(seconds=10), 4, 480).net == 2


passages = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=6, max_size=40)
wraps = st.sampled_from([2**16, 2**32])
below = st.integers(0, 2**16)


def shown(begin: Pair, wrap: int, moves: Sequence[Pair]) -> list[Pair]:
    """The totals of a counter of so many bits, before anybody passes and after each move."""
    totals = [begin]
    for came, went in moves:
        totals.append(((totals[-1][0] + came) % wrap, (totals[-1][1] + went) % wrap))
    return totals


def passed(moves: Sequence[Pair]) -> int:
    return sum(came - went for came, went in moves)


@given(passages, wraps, st.tuples(below, below), st.data())
def test_repeats_losses_and_wraps_cost_nobody(
    moves: list[Pair], wrap: int, begin: Pair, data: st.DataObject
) -> None:
    """Whatever is lost on the way or delivered again, the room's count is right when a newer total
    comes.
    """
    begin = (begin[0] % wrap, (wrap - begin[1]) % wrap)
    totals = [*shown(begin, wrap, moves), *shown(shown(begin, wrap, moves)[-1], wrap, [(1, 1)])[1:]]
    door, sent = Door(START, *begin), [begin]
    for number, total in enumerate(totals[1:], 1):
        # What is lost takes its time all the same.
        at = START + timedelta(seconds=10.0 * number)
        is_last = number >= len(moves)
        arrives = is_last or data.draw(st.booleans(), label="arrives")
        if arrives:
            sent.append(total)
            door = door.showing(at, *total)
        # A repeat of the newest total, alone and long after it, cannot be told from a door at which nobody
        # passed meanwhile: whoever then goes by in seconds what took minutes may as well be a restart.
        if is_last or not arrives:
            continue
        again = data.draw(st.integers(0, min(6, len(sent))), label="delivered again")
        for before in list(dict.fromkeys(sent))[-again:] if again else []:
            sent.append(before)
            door = door.showing(at, *before)
    assert door.net == passed(moves)


@given(passages, passages, st.sampled_from(["in", "out", "both"]), st.integers(0, 5))
def test_a_restart_costs_no_more_than_what_was_never_shown(
    before: list[Pair], later: list[Pair], which: str, unseen: int
) -> None:
    totals = shown((3000, 2000), 2**32, before)
    last_in, last_out = totals[-1]
    # So many come in after the last message, before the counter loses its totals.
    begin = (0 if which != "out" else last_in + unseen, 0 if which != "in" else last_out)
    rest = shown(begin, 2**32, [*later, (1, 1), (1, 1)])[1:]
    missed = unseen if which != "out" else 0
    assert nets(*totals, *rest)[-1] == passed(before) + passed(later) + unseen - missed


@given(st.lists(st.tuples(st.integers(0, 2**33), st.integers(0, 2**33)), min_size=2, max_size=30))
def test_no_message_adds_more_than_a_door_lets_through(pairs: list[Pair]) -> None:
    whole = timedelta(seconds=10) * len(pairs)
    for number, door in enumerate(after(*pairs)):
        assert max(total.lead.passed for total in door.totals) <= (number * most_passages(whole))
        assert len(door.recent) <= REMEMBERED
