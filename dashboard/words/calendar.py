"""What is wrong with a calendar, and why a meeting has no room, in the visitor's words."""

from collections.abc import Callable
from typing import Final

from gateway.domain.calendar.problem import CalendarProblem, Failure, FailureCode, ProblemCode
from gateway.domain.calendar.room_matching import Reason
from gateway.words.locale import PageLocale

_PROBLEMS: Final[dict[ProblemCode, Callable[[PageLocale], str]]] = {
    "unreadable": lambda locale: locale.gettext(
        "Cannot be read (%(detail)s). Save it again in its calendar."
    ),
    "no_uid": lambda locale: locale.gettext(
        "Has no id (UID), so it cannot be kept in step. Give it one."
    ),
    "no_start": lambda locale: locale.gettext("Has no start that can be read. Give it one."),
    "no_end": lambda locale: locale.gettext("Has no end. Give it one."),
    "ends_before_start": lambda locale: locale.gettext(
        "Does not end after it begins. Correct its end."
    ),
    "too_long": lambda locale: locale.gettext("Lasts over three days. Split it by day."),
    "unknown_zone": lambda locale: locale.gettext(
        "Nothing defines the time zone %(detail)s. Its times are read in the calendar's or the"
        " venue's. Choose another one."
    ),
    "same_id": lambda locale: locale.gettext(
        "Has the id of another event; the newest counts. Make one anew."
    ),
    "bad_line": lambda locale: locale.gettext(
        "One line cannot be read and was skipped: %(detail)s"
    ),
    "rubbish": lambda locale: locale.gettext(
        "A part is miswritten or means nothing; the rest is read: %(detail)s"
    ),
    "no_organiser": lambda locale: locale.gettext(
        "Its organiser (%(detail)s) has no e-mail address, so hears nothing. Give one."
    ),
    "bad_rule": lambda locale: locale.gettext(
        "Its recurrence cannot be followed (%(detail)s). Simplify it."
    ),
    "too_often": lambda locale: locale.gettext(
        "Recurs many times a day (%(detail)s). Let it recur by the day."
    ),
    "too_slow": lambda locale: locale.gettext(
        "Its recurrence takes too long to work out. Simplify it."
    ),
    "too_many": lambda locale: locale.gettext(
        "More than %(detail)s meetings ahead. The later ones wait."
    ),
    "more_mistakes": lambda locale: locale.gettext("And %(detail)s more."),
}
_FAILURES: Final[dict[FailureCode, Callable[[PageLocale], str]]] = {
    "bad_address": lambda locale: locale.gettext(
        "This is no address of a calendar. It begins with https or webcal."
    ),
    "not_found": lambda locale: locale.gettext(
        "The name %(detail)s does not exist. Check the address."
    ),
    "not_allowed": lambda locale: locale.gettext(
        "%(detail)s is in a private network. If that is meant, allow it in the configuration."
    ),
    "unreachable": lambda locale: locale.gettext(
        "No connection to %(detail)s. Is its server away?"
    ),
    "bad_certificate": lambda locale: locale.gettext("The certificate of %(detail)s is not valid."),
    "refused": lambda locale: locale.gettext(
        "The server asks for a login (%(detail)s). Use the calendar's public or secret address."
    ),
    "status": lambda locale: locale.gettext("The server answers: %(detail)s."),
    "redirects": lambda locale: locale.gettext(
        "The address leads on to where it cannot be followed (%(detail)s)."
    ),
    "too_large": lambda locale: locale.gettext(
        "The calendar is larger than %(detail)s. Publish less of its past."
    ),
    "timeout": lambda locale: locale.gettext("It took longer than %(detail)s."),
    "not_a_calendar": lambda locale: locale.gettext(
        "There is no calendar there. Look for the address that ends in .ics."
    ),
    "too_much": lambda locale: locale.gettext(
        "The calendar takes too much time or memory. Publish less of it."
    ),
    "broke_off": lambda locale: locale.gettext("The answer broke off (%(detail)s)."),
    "cut_short": lambda locale: locale.gettext(
        "The calendar came in part only, its end is missing. Nothing of it was taken."
    ),
}


def problem_words(problem: CalendarProblem, locale: PageLocale) -> str:
    """What is wrong and what to do, without the event that it is about."""
    return _PROBLEMS[problem.code](locale) % {"detail": problem.detail}


def failure_words(failure: Failure, locale: PageLocale) -> str:
    """Why a calendar could not be read, and what to do about it."""
    return _FAILURES[failure.code](locale) % {"detail": failure.detail}


def reason_words(reason: Reason, locale: PageLocale) -> str:
    """Why a meeting was given no room."""
    match reason:
        case "no_location":
            return locale.gettext("names no location")
        case "unknown_location":
            return locale.gettext("names no room of this venue")
        case "several_rooms":
            return locale.gettext("names several rooms")
        case "room_gone":
            return locale.gettext("its room is not there any more")
        case "room_declined":
            return locale.gettext("its room has declined")
