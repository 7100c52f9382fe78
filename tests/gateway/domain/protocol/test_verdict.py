"""Whether a meeting kept its protocol: a table of all there is, and what holds of any."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.protocol.protocol import (
    MEASURED_RULES,
    WHENS,
    Item,
    Protocol,
    Version,
    chosen_slug,
    version_at,
)
from gateway.domain.protocol.templates import BY_SLUG, MEASURED_ONLY, TEMPLATES
from gateway.domain.protocol.times import due
from gateway.domain.protocol.verdict import (
    UNKNOWN,
    Declaration,
    KeptProtocol,
    Measured,
    judge_protocol,
)
from gateway.domain.report.outcome import Verdict

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
CO2 = Item("co2", "measured", rule="co2")
OPEN = Item("windows-open", "declared", "break")
GEL = Item("gel", "declared", "before", required=False)

VERDICTS: tuple[Verdict, ...] = ("kept", "not_kept", "cannot_say")


def said(item: Item, declared: bool, at: datetime = START, note: str = "") -> Declaration:
    return Declaration(item.id, declared, "host", at, note)


def judged(
    items: tuple[Item, ...], measured: Measured = UNKNOWN, *declared: Declaration
) -> KeptProtocol:
    return judge_protocol(Protocol("p", items), START, END, measured, declared)


def expected(measured: Verdict, ticked: bool | None) -> Verdict:
    if measured == "not_kept" or ticked is False:
        return "not_kept"
    return "kept" if measured == "kept" and ticked else "cannot_say"


@pytest.mark.parametrize(("measured", "ticked"), list(product(VERDICTS, (True, False, None))))
def test_the_table_of_one_measured_and_one_declared(measured: Verdict, ticked: bool | None) -> None:
    ticks = () if ticked is None else (said(OPEN, ticked),)
    found = judged((CO2, OPEN), {"co2": measured}, *ticks)
    assert found.verdict == expected(measured, ticked)
    assert found.verdict_of("measured") == measured  # whatever was said


def test_what_is_only_advised_decides_nothing() -> None:
    found = judged((CO2, GEL), {"co2": "kept"}, said(GEL, declared=False, note="none left"))
    assert found.verdict == "kept"
    assert found.outcomes[1].verdict == "not_kept"
    assert found.verdict_of("declared") is None


def test_where_nothing_is_required_nothing_can_be_said() -> None:
    assert judged((GEL,), UNKNOWN, said(GEL, declared=True)).verdict == "cannot_say"
    assert judged(()).verdict == "cannot_say"


def test_a_rule_the_room_has_no_limit_for_cannot_be_said() -> None:
    assert judged((CO2,), {"co2": None}).verdict == "cannot_say"


def test_measured_only_asks_what_the_room_has_limits_for() -> None:
    limits: Measured = {"co2": "kept", "ventilation": None, "occupancy": None}
    found = judge_protocol(MEASURED_ONLY, START, END, limits, ())
    assert [one.item.id for one in found.outcomes] == ["co2"]
    assert found.verdict == "kept"


def test_the_last_word_on_an_item_counts() -> None:
    no, yes = said(OPEN, declared=False), said(OPEN, declared=True, at=END)
    assert judged((OPEN,), UNKNOWN, yes, no).verdict == "kept"


@pytest.mark.parametrize(
    ("when", "in_time", "late"),
    [
        ("before", START, START + timedelta(seconds=1)),
        ("start", START + timedelta(minutes=15), START + timedelta(minutes=16)),
        ("break", END, END + timedelta(seconds=1)),
        ("end", END + timedelta(hours=1), END + timedelta(hours=1, seconds=1)),
    ],
)
def test_a_late_tick_counts_and_is_marked(when: str, in_time: datetime, late: datetime) -> None:
    item = Item("i", "declared", next(one for one in WHENS if one == when))
    for at, is_late in ((in_time, False), (late, True)):
        found = judged((item,), UNKNOWN, said(item, declared=True, at=at))
        assert found.verdict == "kept"
        assert found.outcomes[0].late is is_late


def test_an_item_is_due_at_its_time() -> None:
    before = due("before", START, END)
    assert before.standing(START - timedelta(minutes=31)) == "later"
    assert before.standing(START - timedelta(minutes=30)) == "due"
    assert before.standing(START + timedelta(minutes=1)) == "overdue"
    assert due("break", START, END).standing(START + timedelta(minutes=59)) == "later"


items = st.builds(
    Item,
    st.sampled_from("abcdefgh"),
    st.just("declared"),
    st.sampled_from(WHENS),
    st.booleans(),
) | st.builds(
    Item,
    st.sampled_from("abcdefgh"),
    st.just("measured"),
    st.just("start"),
    st.booleans(),
    st.sampled_from(MEASURED_RULES),
    where_limited=st.booleans(),
)
protocols = st.lists(items, max_size=8, unique_by=lambda item: item.id).map(tuple)
measures = st.fixed_dictionaries(
    {rule: st.sampled_from((*VERDICTS, None)) for rule in MEASURED_RULES}
)
moments = st.integers(-60, 240).map(lambda minutes: START + timedelta(minutes=minutes))
ticks = st.lists(
    st.builds(Declaration, st.sampled_from("abcdefgh"), st.booleans(), st.just("host"), moments),
    max_size=8,
).map(tuple)


@given(protocols, measures, ticks)
def test_no_declaration_mends_a_measurement(
    asked: tuple[Item, ...], measured: Measured, declared: tuple[Declaration, ...]
) -> None:
    alone, with_ticks = judged(asked, measured), judged(asked, measured, *declared)
    assert with_ticks.of("measured") == alone.of("measured")
    if alone.verdict_of("measured") == "not_kept":
        assert with_ticks.verdict == "not_kept"


@given(protocols, measures, ticks)
def test_kept_is_all_that_is_required(
    asked: tuple[Item, ...], measured: Measured, declared: tuple[Declaration, ...]
) -> None:
    found = judged(asked, measured, *declared)
    required = [one.verdict for one in found.outcomes if one.item.required]
    assert (found.verdict == "kept") == (bool(required) and set(required) == {"kept"})
    assert (found.verdict == "not_kept") == ("not_kept" in required)


@given(protocols, measures, ticks, st.randoms())
def test_the_order_of_telling_changes_nothing(
    asked: tuple[Item, ...], measured: Measured, declared: tuple[Declaration, ...], dice: object
) -> None:
    once = {one.at: one for one in declared}
    shuffled = list(once.values())
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judged(asked, measured, *once.values()) == judged(asked, measured, *shuffled)


def test_the_version_that_held_is_the_last_one_before() -> None:
    versions = tuple(
        Version(Protocol("p", (), version=number), START + timedelta(days=number))
        for number in (1, 2, 3)
    )
    days = timedelta(days=1)
    held = [version_at(versions, START + number * days) for number in (0, 1, 2, 9)]
    assert [one and one.version for one in held] == [1, 1, 2, 3]
    assert version_at((), START) is None


def test_a_meeting_chooses_before_its_room_and_its_venue() -> None:
    assert chosen_slug("a", "b", "c") == "a"
    assert chosen_slug(None, "", "c") == "c"
    assert chosen_slug(None, None) is None


def test_templates_are_named_once_and_say_where_they_are_from() -> None:
    assert len(BY_SLUG) == len(TEMPLATES)
    for template in TEMPLATES:
        assert template.source
        assert template.dated
        assert len({item.id for item in template.items}) == len(template.items)
        assert any(item.required for item in template.items)
        assert all(item.rule for item in template.items if item.kind == "measured")
