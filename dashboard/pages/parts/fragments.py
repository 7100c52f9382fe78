"""Boards already rendered: fifty viewers of the same state cost one rendering."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 32


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of HTML and the tag that browsers know it by."""

    html: str
    etag: str


class Fragments:
    """The newest fragments, by all that went into them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Fragment] = OrderedDict()

    def get(self, key: tuple[object, ...], render: Callable[[], str]) -> Fragment:
        with self._lock:
            found = self._kept.get(key)
        if found is not None:
            return found
        html = render()
        digest = hashlib.blake2b(html.encode(), digest_size=12).hexdigest()
        fragment = Fragment(html, digest)
        with self._lock:
            self._kept[key] = fragment
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return fragment
