"""What is wrong with a calendar, and why a meeting has no room, in the visitor's words."""

from collections.abc import Callable
from typing import Final

from dashboard.i18n import Speech
from gateway.domain.calendar.mistake import Failure, FailureCode, Mistake, MistakeCode
from gateway.domain.calendar.placing import Reason

_MISTAKES: Final[dict[MistakeCode, Callable[[Speech], str]]] = {
    "unreadable": lambda say: say.gettext(
        "Cannot be read (%(detail)s). Save it again in its calendar."
    ),
    "no_uid": lambda say: say.gettext(
        "Has no id (UID), so it cannot be kept in step. Give it one."
    ),
    "no_start": lambda say: say.gettext("Has no start that can be read. Give it one."),
    "no_end": lambda say: say.gettext("Has no end. Give it one."),
    "ends_before_start": lambda say: say.gettext("Does not end after it begins. Correct its end."),
    "too_long": lambda say: say.gettext("Lasts over three days. Split it by day."),
    "unknown_zone": lambda say: say.gettext(
        "The time zone %(detail)s is not known. Choose another one."
    ),
    "same_id": lambda say: say.gettext(
        "Has the id of another event; the newest counts. Make one anew."
    ),
    "bad_line": lambda say: say.gettext("One line cannot be read and was skipped: %(detail)s"),
    "bad_rule": lambda say: say.gettext(
        "Its recurrence cannot be followed (%(detail)s). Simplify it."
    ),
    "too_often": lambda say: say.gettext(
        "Recurs many times a day (%(detail)s). Let it recur by the day."
    ),
    "too_slow": lambda say: say.gettext("Its recurrence takes too long to work out. Simplify it."),
    "too_many": lambda say: say.gettext(
        "More than %(detail)s meetings ahead. The later ones wait."
    ),
    "more_mistakes": lambda say: say.gettext("And %(detail)s more."),
}
_FAILURES: Final[dict[FailureCode, Callable[[Speech], str]]] = {
    "bad_address": lambda say: say.gettext(
        "This is no address of a calendar. It begins with https or webcal."
    ),
    "not_found": lambda say: say.gettext("The name %(detail)s does not exist. Check the address."),
    "not_allowed": lambda say: say.gettext(
        "%(detail)s is in a private network. If that is meant, allow it in the configuration."
    ),
    "unreachable": lambda say: say.gettext("No connection to %(detail)s. Is its server away?"),
    "bad_certificate": lambda say: say.gettext("The certificate of %(detail)s is not valid."),
    "refused": lambda say: say.gettext(
        "The server asks for a login (%(detail)s). Use the calendar's public or secret address."
    ),
    "status": lambda say: say.gettext("The server answers: %(detail)s."),
    "redirects": lambda say: say.gettext(
        "The address leads on to where it cannot be followed (%(detail)s)."
    ),
    "too_large": lambda say: say.gettext(
        "The calendar is larger than %(detail)s. Publish less of its past."
    ),
    "timeout": lambda say: say.gettext("It took longer than %(detail)s."),
    "not_a_calendar": lambda say: say.gettext(
        "There is no calendar there. Look for the address that ends in .ics."
    ),
    "too_much": lambda say: say.gettext(
        "The calendar takes too much time or memory. Publish less of it."
    ),
    "broke_off": lambda say: say.gettext("The answer broke off (%(detail)s)."),
}


def mistake_words(mistake: Mistake, say: Speech) -> str:
    """What is wrong and what to do, without the event that it is about."""
    return _MISTAKES[mistake.code](say) % {"detail": mistake.detail}


def failure_words(failure: Failure, say: Speech) -> str:
    """Why a calendar could not be read, and what to do about it."""
    return _FAILURES[failure.code](say) % {"detail": failure.detail}


def reason_words(reason: Reason, say: Speech) -> str:
    """Why a meeting was given no room."""
    match reason:
        case "no_location":
            return say.gettext("names no location")
        case "unknown_location":
            return say.gettext("names no room of this venue")
        case "several_rooms":
            return say.gettext("names several rooms")
        case "room_gone":
            return say.gettext("its room is not there any more")
