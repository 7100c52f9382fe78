"""What differs between two versions of a protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.domain.protocol.protocol import Item, Protocol

ChangeKind = Literal["name", "source", "added", "gone", "text", "how", "when", "required", "order"]


@dataclass(frozen=True, slots=True)
class Change:
    """``item`` is the one that it is about, as it is now, or as it was where it is gone."""

    kind: ChangeKind
    item: Item | None = None


def changes(before: Protocol, after: Protocol) -> tuple[Change, ...]:
    """Of the whole first, then item by item; an item is the same where its id is."""
    return tuple(_changes(before, after))


def _changes(before: Protocol, after: Protocol) -> Iterator[Change]:
    if (before.name, before.names) != (after.name, after.names):
        yield Change("name")
    if (before.source, before.dated) != (after.source, after.dated):
        yield Change("source")
    was = {item.id: item for item in before.items}
    for item in after.items:
        if item.id in was:
            yield from _of_item(was[item.id], item)
        else:
            yield Change("added", item)
    yield from (Change("gone", item) for item in before.items if after.item(item.id) is None)
    kept = [item.id for item in after.items if item.id in was]
    if kept != [item.id for item in before.items if item.id in set(kept)]:
        yield Change("order")


def _of_item(before: Item, after: Item) -> Iterator[Change]:
    if (before.text, before.texts) != (after.text, after.texts):
        yield Change("text", after)
    how = [(one.kind, one.rule, one.where_limited) for one in (before, after)]
    if how[0] != how[1]:
        yield Change("how", after)
    if before.when != after.when:
        yield Change("when", after)
    if before.required != after.required:
        yield Change("required", after)
