"""The audit trail: who changed what, when and from where, with what was there before and after.

What is secret never gets in: of a password, a token or a calendar's address it says that it is
another one. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

How = Literal["session", "token", "link", "shell", "import", "demo", "visitor", "gateway"]
Verb = Literal["made", "changed", "deleted", "asked", "sent"]

VERBS: Final[tuple[Verb, ...]] = ("made", "changed", "deleted", "asked", "sent")
MASK: Final = "***"
ADDRESS_KEPT: Final = timedelta(days=30)
"""After so long an entry says no more from which address it was done."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Who is changing something now. ``label`` says more of ``how``: which token it was, which
    command; ``address`` is that of their machine, empty where they sit at ours.
    """

    who: str
    how: How
    at: datetime
    label: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one thing. ``before`` and ``after`` hold what differs, None where there was or
    is nothing; ``venue`` is None of what belongs to no venue.
    """

    act: Act
    noun: str
    verb: Verb
    venue: str | None
    object: str
    before: Row | None
    after: Row | None

    @property
    def what(self) -> str:
        return f"{self.noun}.{self.verb}"


@dataclass(frozen=True, slots=True)
class Change:
    verb: Verb
    before: Row | None
    after: Row | None


def change_of(
    before: Sequence[Row], after: Sequence[Row], secrets: Sequence[str], left_out: Sequence[str]
) -> Change | None:
    """What became of a thing, which may be one row or several; None where nothing that counts did.

    Of one row it says the columns that differ, of several the rows that do.
    """
    old, new = _without(before, left_out), _without(after, left_out)
    if old == new:
        return None
    if not old or not new:
        shown = [_masked(row, secrets) for row in old or new]
        held = shown[0] if len(shown) == 1 else {"rows": shown}
        return Change("made", None, held) if new else Change("deleted", held, None)
    if len(old) == len(new) == 1:
        ((was,), (now,)) = old, new
        names = [name for name in now if was.get(name) != now[name]]
        return Change(
            "changed",
            _masked({name: was.get(name) for name in names}, secrets),
            _masked({name: now[name] for name in names}, secrets),
        )
    gone = [_masked(row, secrets) for row in old if row not in new]
    come = [_masked(row, secrets) for row in new if row not in old]
    return Change("changed", {"rows": gone}, {"rows": come})


def _without(rows: Sequence[Row], left_out: Sequence[str]) -> list[Row]:
    return [{name: row[name] for name in row if name not in left_out} for row in rows]


def _masked(row: Row, secrets: Sequence[str]) -> Row:
    """A row as anybody may read it; a secret that is not there stays None."""
    return {
        name: MASK if name in secrets and value is not None else value
        for name, value in row.items()
    }


def address_shown(address: str, at: datetime, now: datetime) -> str:
    """From where something was done, as long as that may be told."""
    return address if now - at < ADDRESS_KEPT else ""
