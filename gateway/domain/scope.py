"""What a token may be limited to: it never may more than its user, and less where it says so. Pure."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

Scope = Literal["read", "export", "write", "metrics", "ingest"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
_ORDER: Final = {scope: place for place, scope in enumerate(SCOPES)}


class UnknownScope(Exception):
    """A token cannot be limited to that."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no scope: known are {', '.join(SCOPES)}")
        self.name = name


def read_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes of these names, each once and in the order of ``SCOPES``.

    Raises:
        UnknownScope: one of them is none.

    """
    found: set[Scope] = set()
    for name in names:
        known = next((scope for scope in SCOPES if scope == name), None)
        if known is None:
            raise UnknownScope(name)
        found.add(known)
    return tuple(sorted(found, key=_ORDER.__getitem__))
