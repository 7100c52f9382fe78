"""What boards show, rendered once for all who look, and which parts of it changed since when.

Editions are counted over the whole process: with each change of any part the next one begins. A page
that has an edition needs the parts with a later one, and no other. Every method may be called from
any thread.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sensors.wire.topic import RoomKey

KEPT: Final = 50_000
GONE_KEPT: Final = 1_000

Parts = Mapping[str, str]
Made = tuple[tuple[object, ...], Callable[[], Parts]]
"""All that a rendering is made from, and how it is made."""


@dataclass(slots=True)
class Rendering:
    """``parts`` by name, each with the edition in which it became what it is."""

    made_from: tuple[object, ...]
    parts: Parts = field(default_factory=dict)
    editions: dict[str, int] = field(default_factory=dict)
    newest: int = 0

    def later_than(self, edition: int) -> dict[str, str]:
        return {name: said for name, said in self.parts.items() if self.editions[name] > edition}


class Renderings:
    """The newest rendering of each thing, as long as somebody looks at such things."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.RLock()
        self._most = kept
        self._kept: OrderedDict[Hashable, Rendering] = OrderedDict()
        self._gone: OrderedDict[RoomKey, int] = OrderedDict()
        self._known: frozenset[RoomKey] = frozenset()
        self._epoch = secrets.token_hex(4)
        self._edition = 0

    @property
    def edition(self) -> int:
        """The newest: all parts that became what they are in it, or before, can be read."""
        with self._lock:
            return self._edition

    def get(self, key: Hashable, look: Callable[[], Made]) -> Rendering:
        """The rendering of a thing as it is now. ``look`` is called before anybody else looks at
        anything, so that what is older never takes the place of what is newer.
        """
        with self._lock:
            made_from, render = look()
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = Rendering(())
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            if found.made_from != made_from:
                self._renew(found, render())
                found.made_from = made_from
            self._kept.move_to_end(key)
            return found

    def know(self, rooms: frozenset[RoomKey]) -> None:
        """These rooms there are: the others are gone."""
        with self._lock:
            lost = self._known - rooms
            self._known = rooms
            for key in rooms & self._gone.keys():
                del self._gone[key]
            if not lost:
                return
            self._edition += 1
            for key in lost:
                self._gone[key] = self._edition
                self._gone.move_to_end(key)
            while len(self._gone) > GONE_KEPT:
                self._gone.popitem(last=False)

    def gone_later_than(self, edition: int) -> list[RoomKey]:
        with self._lock:
            return [key for key, since in self._gone.items() if since > edition]

    def name_of(self, edition: int) -> str:
        """An edition as a page keeps it; that of another process is no edition of ours."""
        return f"{self._epoch}.{edition}"

    def edition_of(self, name: str) -> int:
        """0, before everything, where the name is none of ours."""
        epoch, _, number = name.partition(".")
        is_ours = epoch == self._epoch and number.isdecimal() and len(number) < 16
        return min(int(number), self._edition) if is_ours else 0

    def _renew(self, found: Rendering, parts: Parts) -> None:
        changed = [name for name, said in parts.items() if found.parts.get(name) != said]
        if changed:
            self._edition += 1
            found.newest = self._edition
        found.editions = {name: found.editions.get(name, self._edition) for name in parts}
        found.editions |= dict.fromkeys(changed, self._edition)
        found.parts = parts
