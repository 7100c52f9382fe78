"""What is otherwise in a season than when it was made before."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

MOST: Final = 60
"""So many figures are named; more are no reading any more."""


class Change(msgspec.Struct, frozen=True):
    """``what`` is the way to the figure, as ``months/2026-10/kept``; None where it was not there."""

    what: str
    before: float | None
    after: float | None


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The figures that differ between two bodies, the totals first."""
    old, new = dict(_figures(before)), dict(_figures(after))
    names = sorted(
        {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)},
        key=lambda name: (name.count("/"), name),
    )
    return tuple(Change(name, old.get(name), new.get(name)) for name in names[:MOST])


def _figures(body: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for name, value in body.items():
        if name == "months":
            for month in value:
                yield from _leaves(f"months/{month['month']}", month)
        elif name != "version":
            yield from _leaves(name, value)


def _leaves(way: str, value: Any) -> Iterator[tuple[str, float | None]]:
    if isinstance(value, bool | str):
        return
    if isinstance(value, int | float):
        yield way, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(f"{way}/{name}", part)
