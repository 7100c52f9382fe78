"""What differs between two versions of a protocol."""

from dataclasses import replace

from gateway.domain.protocol.changes import changes
from gateway.domain.protocol.protocol import Item, Protocol

AIR = Item("co2", "measured", rule="co2")
OPEN = Item("open", "declared", text="Ramen open")
GEL = Item("gel", "declared", text="Gel staat klaar")
BEFORE = Protocol("koor", (AIR, OPEN, GEL), "Koor")


def kinds(after: Protocol) -> list[tuple[str, str | None]]:
    return [(one.kind, None if one.item is None else one.item.id) for one in changes(BEFORE, after)]


def test_the_same_differs_in_nothing() -> None:
    assert kinds(replace(BEFORE, version=2)) == []


def test_each_thing_is_told_by_itself() -> None:
    mask = Item("mask", "declared", text="Masker")
    later = replace(OPEN, when="break", required=False, text="Alle ramen open")
    after = replace(BEFORE, name="Kooravond", dated="2021", items=(AIR, later, mask))
    assert kinds(after) == [
        ("name", None), ("source", None), ("text", "open"), ("when", "open"),
        ("required", "open"), ("added", "mask"), ("gone", "gel"),
    ]  # fmt: skip


def test_another_order_is_told_and_what_came_between_makes_none() -> None:
    assert kinds(replace(BEFORE, items=(OPEN, AIR, GEL))) == [("order", None)]
    assert kinds(replace(BEFORE, items=(AIR, GEL))) == [("gone", "open")]


def test_how_it_is_known_is_told() -> None:
    people = replace(AIR, rule="occupancy")
    assert kinds(replace(BEFORE, items=(people, OPEN, GEL))) == [("how", "co2")]
