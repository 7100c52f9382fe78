"""What is wrong with a calendar, event by event, and with fetching one; each is one clear line."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

ProblemCode = Literal[
    "unreadable",
    "no_uid",
    "no_start",
    "no_end",
    "ends_before_start",
    "too_long",
    "unknown_zone",
    "same_id",
    "bad_line",
    "rubbish",
    "no_organiser",
    "bad_rule",
    "too_often",
    "too_slow",
    "too_many",
    "more_mistakes",
]
FailureCode = Literal[
    "bad_address",
    "not_found",
    "not_allowed",
    "unreachable",
    "bad_certificate",
    "refused",
    "status",
    "redirects",
    "too_large",
    "timeout",
    "not_a_calendar",
    "too_much",
    "broke_off",
    "cut_short",
]
PROBLEMS: Final[tuple[ProblemCode, ...]] = get_args(ProblemCode)
FAILURES: Final[tuple[FailureCode, ...]] = get_args(FailureCode)


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """What is wrong with ``event`` (its title, else its id; empty for the calendar itself);
    ``detail`` is the word or line it is about.
    """

    code: ProblemCode
    event: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a calendar could not be had at all. ``retry_after_s`` is what its server asked for."""

    code: FailureCode
    detail: str = ""
    retry_after_s: float | None = None


_PROBLEM_LINES: Final[dict[ProblemCode, str]] = {
    "unreadable": "cannot be read ({detail}): left out; save it again in its calendar",
    "no_uid": "has no UID, so it could not be kept in step: left out; give it one",
    "no_start": "has no start that can be read: left out; give it one",
    "no_end": "has no end: left out; give it an end or a duration",
    "ends_before_start": "does not end after it begins: left out; correct its end",
    "too_long": "lasts over three days: left out; split it by day",
    "unknown_zone": "names the time zone {detail}, which nothing defines: its times were taken in the"
    " zone of the calendar or the venue; choose another zone",
    "same_id": "has the id of another event: the newest of them counts; give each its own",
    "bad_line": "has a line that cannot be read, which was skipped: {detail}",
    "rubbish": "has a part that is miswritten or means nothing; the rest is read: {detail}",
    "no_organiser": "has an organiser without an e-mail address ({detail}), who hears of nothing by"
    " mail: give one",
    "bad_rule": "recurs by a rule that cannot be followed ({detail}): left out; simplify it",
    "too_often": "recurs more often than hourly ({detail}): left out; let it recur by the day or longer",
    "too_slow": "recurs by a rule that takes too long to work out: left out; simplify it",
    "too_many": "has more than {detail} meetings ahead: the later ones wait",
    "more_mistakes": "has {detail} more mistakes that are not listed",
}
_FAILED: Final[dict[FailureCode, str]] = {
    "bad_address": "the address is not one of a calendar: expected https://… or webcal://…",
    "not_found": "the name {detail} does not exist: check the address",
    "not_allowed": "{detail} is in a private network: set calendar.allow_private where that is meant",
    "unreachable": "no connection to {detail}: its server is away, or the address is wrong",
    "bad_certificate": "the certificate of {detail} is not valid: no calendar is taken from there",
    "refused": "the server asks for a login ({detail}): give the calendar's public or secret address",
    "status": "the server answers {detail}",
    "redirects": "the address leads on and on, or from https to http ({detail}): check it",
    "too_large": "the calendar is larger than {detail}: publish less of its past",
    "timeout": "it took longer than {detail}",
    "not_a_calendar": "it is no iCalendar file: look for the one that ends in .ics",
    "too_much": "the calendar takes more time or memory than it may: publish less of it",
    "broke_off": "the answer broke off ({detail})",
    "cut_short": "it stops before its end (no END:VCALENDAR): nothing of it is taken",
}


def problem_line(problem: CalendarProblem) -> str:
    """A problem in English: which event, what, what to do."""
    what = _PROBLEM_LINES[problem.code].format(detail=problem.detail)
    return f"{problem.event or 'the calendar'} {what}"


def failure_line(failure: Failure) -> str:
    """A failure in English: what happened, and what to do where a person can do something."""
    return _FAILED[failure.code].format(detail=failure.detail)
