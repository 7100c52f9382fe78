from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.audit import ADDRESS_KEPT, MASK, Change, address_shown, change_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECRET = "sehr geheim"

rows = st.dictionaries(
    st.sampled_from(("name", "seats", "seen")), st.integers(0, 3) | st.none(), min_size=1
)


def test_what_changed_is_told_and_what_did_not_is_not() -> None:
    before, after = {"name": "Zaal", "seats": 20}, {"name": "Zaal", "seats": 24}
    assert change_of([before], [after], (), ()) == Change("changed", {"seats": 20}, {"seats": 24})


def test_something_new_was_nothing_before_and_something_gone_is_nothing_after() -> None:
    row = {"name": "Zaal"}
    assert change_of([], [row], (), ()) == Change("made", None, row)
    assert change_of([row], [], (), ()) == Change("deleted", row, None)


def test_of_a_list_the_rows_that_differ_are_told() -> None:
    anna, bert, cees = {"name": "Anna"}, {"name": "Bert"}, {"name": "Cees"}
    found = change_of([anna, bert], [anna, cees], (), ())
    assert found == Change("changed", {"rows": [bert]}, {"rows": [cees]})


def test_a_secret_is_told_as_another_one_and_never_as_itself() -> None:
    before, after = {"url": SECRET, "name": "Agenda"}, {"url": "anders", "name": "Agenda"}
    assert change_of([before], [after], ("url",), ()) == Change(
        "changed", {"url": MASK}, {"url": MASK}
    )
    assert SECRET not in str(change_of([before], [], ("url",), ()))
    assert change_of([], [{"url": None}], ("url",), ()) == Change("made", None, {"url": None})


def test_what_programs_note_by_the_way_is_no_change() -> None:
    assert change_of([{"seen": 1}], [{"seen": 2}], (), ("seen",)) is None


@given(st.lists(rows, max_size=3))
def test_what_stays_as_it_was_leaves_no_trace(same: list[dict[str, Any]]) -> None:
    assert change_of(same, [dict(row) for row in same], (), ()) is None


@given(st.lists(rows, max_size=3), st.lists(rows, max_size=3))
def test_no_change_is_lost(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    assert (change_of(before, after, (), ()) is None) == (before == after)


def test_an_address_is_told_for_thirty_days() -> None:
    assert address_shown("192.0.2.7", NOW - timedelta(days=29), NOW) == "192.0.2.7"
    assert address_shown("192.0.2.7", NOW - ADDRESS_KEPT, NOW) == ""
