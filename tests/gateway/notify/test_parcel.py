"""What goes out together: laws over any outbox."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.notice import NoticeKind
from gateway.notify.parcel import GATHER, Parcel, held_for, parcels
from gateway.registry.outbox import Message
from tests.gateway.live_venue import START
from tests.gateway.notices import ANNA, notice

KINDS = get_args(NoticeKind)


def message(number: int, flag: str = "f1", kind: NoticeKind = "firing") -> Message:
    told = notice(kind)
    return Message(
        number, "m1", flag, kind, ANNA, "de-kade", told, START, 0, False, False, None
    )  # fmt: skip


OUTBOXES = st.lists(
    st.tuples(st.sampled_from(["f1", "f2", "f3"]), st.sampled_from(KINDS)), unique=True
).map(lambda rows: tuple(message(n, flag, kind) for n, (flag, kind) in enumerate(rows)))


@given(waiting=OUTBOXES)
def test_everything_that_waits_is_in_one_parcel(waiting: tuple[Message, ...]) -> None:
    made = [number for parcel in parcels(waiting) for number in parcel.ids]
    assert sorted(made) == [one.id for one in waiting]


@given(waiting=OUTBOXES)
def test_a_report_travels_alone_and_the_rest_together(waiting: tuple[Message, ...]) -> None:
    made = parcels(waiting)
    assert sum(not parcel.is_report for parcel in made) <= 1
    assert all(len(parcel.messages) == 1 for parcel in made if parcel.is_report)


@given(waiting=OUTBOXES)
def test_each_flag_is_told_once_as_it_stands(waiting: tuple[Message, ...]) -> None:
    for parcel in parcels(waiting):
        told = {found.flag: found.kind for found in parcel.notices}
        assert len(told) == len(parcel.notices)
        assert told.keys() == parcel.flags
        for flag, kind in told.items():
            kinds = {one.kind for one in parcel.messages if one.flag == flag}
            if "resolved" in kinds:
                assert kind == "resolved"
            elif "escalated" in kinds:
                assert kind == "escalated"


@given(waiting=OUTBOXES.filter(bool))
def test_a_name_is_that_of_what_is_in_it(waiting: tuple[Message, ...]) -> None:
    names = {Parcel(waiting[:n]).name for n in range(1, len(waiting) + 1)}
    assert len(names) == len(waiting)
    assert Parcel(waiting).name == Parcel(waiting).name


@pytest.mark.parametrize(
    ("since_s", "held_s"),
    [(0, 60), (1, 59), (59.5, 0.5), (60, 0), (3600, 0), (-1, 0), (-3600, 0)],
)
def test_a_minute_is_counted_from_the_last_message(since_s: float, held_s: float) -> None:
    held = held_for(START - timedelta(seconds=since_s), START)
    assert held == timedelta(seconds=held_s)


def test_the_first_is_not_held() -> None:
    assert held_for(None, START) == timedelta()


@given(since_s=st.floats(-1e6, 1e6))
def test_nothing_is_held_for_longer_than_a_minute(since_s: float) -> None:
    held = held_for(START - timedelta(seconds=since_s), START)
    assert timedelta() <= held <= GATHER
