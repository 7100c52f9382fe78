"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``part`` of the set-up is fine, worth knowing (``note``) or wrong; ``mend`` says what to
    do.
    """

    part: str
    verdict: Verdict
    found: str
    mend: str = ""


def ok(part: str, found: str) -> Finding:
    return Finding(part, "ok", found)


def note(part: str, found: str, mend: str) -> Finding:
    return Finding(part, "note", found, mend)


def fail(part: str, found: str, mend: str) -> Finding:
    return Finding(part, "fail", found, mend)
