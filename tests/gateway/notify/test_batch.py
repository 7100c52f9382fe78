"""What goes out together: laws over any outbox."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.notice import NoticeKind
from gateway.notify.batch import GATHER, Batch, batches, held_for
from gateway.registry.alerts.outbox import OutboxMessage
from sensors.wire.topic import VenueSlug
from tests.gateway.live_venue import START
from tests.gateway.notices import ANNA, notice

KINDS = get_args(NoticeKind)


def message(number: int, flag: str = "f1", kind: NoticeKind = "firing") -> OutboxMessage:
    told = notice(kind)
    return OutboxMessage(
        number, "m1", flag, kind, ANNA, VenueSlug("de-kade"), told, START, 0, False, False, None
    )  # fmt: skip


OUTBOXES = st.lists(
    st.tuples(st.sampled_from(["f1", "f2", "f3"]), st.sampled_from(KINDS)), unique=True
).map(lambda rows: tuple(message(n, flag, kind) for n, (flag, kind) in enumerate(rows)))


@given(waiting=OUTBOXES)
def test_everything_that_waits_is_in_one_parcel(waiting: tuple[OutboxMessage, ...]) -> None:
    made = [number for batch in batches(waiting) for number in batch.ids]
    assert sorted(made) == [one.id for one in waiting]


@given(waiting=OUTBOXES)
def test_what_is_of_no_flag_travels_alone_and_the_rest_together(
    waiting: tuple[OutboxMessage, ...],
) -> None:
    made = batches(waiting)
    assert sum(not batch.is_alone for batch in made) <= 1
    assert all(len(batch.messages) == 1 for batch in made if batch.is_alone)


@given(waiting=OUTBOXES)
def test_each_flag_is_told_once_as_it_stands(waiting: tuple[OutboxMessage, ...]) -> None:
    for batch in batches(waiting):
        told = {found.flag: found.kind for found in batch.notices}
        assert len(told) == len(batch.notices)
        assert told.keys() == batch.flags
        for flag, kind in told.items():
            kinds = {one.kind for one in batch.messages if one.flag == flag}
            if "resolved" in kinds:
                assert kind == "resolved"
            elif "escalated" in kinds:
                assert kind == "escalated"


@given(waiting=OUTBOXES.filter(bool))
def test_a_name_is_that_of_what_is_in_it(waiting: tuple[OutboxMessage, ...]) -> None:
    names = {Batch(waiting[:n]).name for n in range(1, len(waiting) + 1)}
    assert len(names) == len(waiting)
    assert Batch(waiting).name == Batch(waiting).name


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
