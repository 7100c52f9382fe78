"""What is wrong with a private event is told without what it is about: by its id."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from gateway.calendars.event import TITLE_LENGTH, shown
from gateway.calendars.splitter import Block
from gateway.domain.calendar.problem import CalendarProblem, ProblemCode

_ESCAPED = re.compile(r"\\(.)")
_SAYS_SOMETHING: Final[frozenset[ProblemCode]] = frozenset(
    {"bad_line", "no_organiser", "unreadable"}
)
"""Their details are the event's own words."""


def discreet(problems: Iterable[CalendarProblem], events: Iterable[Block]) -> list[CalendarProblem]:
    """The problems, those of private events without their title and words."""
    ids: dict[str, str] = {}
    for block in events:
        if _is_private(block):
            summary = _ESCAPED.sub(r"\1", block.value("SUMMARY"))
            uid = shown(block.value("UID"))
            ids |= {shown(summary, length): uid for length in (TITLE_LENGTH, 120) if summary}
            ids |= {shown(block.value("SUMMARY")): uid} if summary else {}
    return [_hidden(one, ids[one.event]) if one.event in ids else one for one in problems]


def _hidden(problem: CalendarProblem, uid: str) -> CalendarProblem:
    detail = "…" if problem.detail and problem.code in _SAYS_SOMETHING else problem.detail
    return replace(problem, event=uid, detail=detail)


def _is_private(block: Block) -> bool:
    said = (block.value(name).strip().upper() for name in ("CLASS", "X-CALENDARSERVER-ACCESS"))
    return any(word not in {"", "PUBLIC"} for word in said)
