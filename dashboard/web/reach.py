"""What of the house is there for whoever asks, and what they may do with it."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Problem
from gateway.domain.access import NOBODY, Access, Need
from gateway.domain.alerts.silence import Silence
from gateway.domain.meeting import Meeting
from sensors.wire.topic import VenueSlug


class Placed(Protocol):
    @property
    def venue(self) -> VenueSlug: ...


class Owned(Protocol):
    @property
    def venue(self) -> VenueSlug | None: ...
    @property
    def organisation(self) -> str | None: ...
    @property
    def venues(self) -> tuple[VenueSlug, ...]: ...


P = TypeVar("P", bound=Placed)


def access() -> Access:
    """What the visitor may do; nothing without a log-in."""
    visitor = current_user()
    return NOBODY if visitor is None else visitor.access


def may(need: Need, venue: VenueSlug) -> bool:
    return access().may(need, venue)


def may_somewhere(need: Need) -> bool:
    return access().may_somewhere(need)


def demand(need: Need, venue: VenueSlug) -> None:
    """Make sure that the visitor may do this in a venue.

    Raises:
        Problem: 404 where the venue is none of theirs, 403 where their role there is too small.

    """
    if not access().reaches(venue):
        raise Problem(404, f"there is no venue {venue!r}")
    if not may(need, venue):
        raise too_small(need)


def too_small(need: Need) -> Problem:
    return Problem(403, f"your role does not let you {need.value}")


def within(found: Iterable[P], need: Need = Need.BOARD) -> tuple[P, ...]:
    """Those in venues where the visitor may do this."""
    venues = access().venues(need)
    return tuple(one for one in found if venues is None or one.venue in venues)


def in_reach(found: P | None) -> P | None:
    """What was found, where its venue is one of the visitor's: None as for what is not there."""
    return found if found is not None and access().reaches(found.venue) else None


def sees(one: Owned) -> bool:
    """Whether limits or house rules are there for the visitor: the whole house's, and those of their
    venues and of the organisations that these belong to.
    """
    visitor = access()
    if one.organisation is not None:
        return visitor.over_all or any(map(visitor.reaches, one.venues))
    return one.venue is None or visitor.reaches(one.venue)


def may_keep(one: Owned) -> bool:
    """Whether the visitor may keep limits or house rules: managers those of their venues, and of an
    organisation who manages each of its venues; admins all.
    """
    if may_somewhere(Need.SYSTEM):
        return True
    if one.organisation is not None:
        return bool(one.venues) and all(may(Need.SETTINGS, venue) for venue in one.venues)
    return one.venue is not None and may(Need.SETTINGS, one.venue)


def demand_keeping(one: Owned) -> None:
    """Make sure of that.

    Raises:
        Problem: 404 or 403.

    """
    if one.venue is not None:
        demand(Need.SETTINGS, one.venue)
    elif not sees(one):
        raise Problem(404, f"there is no organisation {one.organisation!r}")
    elif not may_keep(one):
        raise Problem(403, "your role lets you keep the policies of your venues: name one as venue")


def is_own(meeting: Meeting) -> bool:
    """Whether the visitor organises it, by an address that is known to be theirs."""
    return meeting.organiser is not None and _is_of_visitor(meeting.organiser)


def may_change(meeting: Meeting) -> bool:
    if may(Need.EVERY_MEETING, meeting.venue):
        return True
    return is_own(meeting) and may(Need.OWN_MEETINGS, meeting.venue)


def demand_change(meeting: Meeting) -> None:
    """Make sure that the visitor may make or change a meeting.

    Raises:
        Problem: 404 or 403.

    """
    demand(Need.OWN_MEETINGS, meeting.venue)
    if not may_change(meeting):
        raise Problem(403, "your role lets you make and change the meetings that you organise")


def may_declare(meeting: Meeting) -> bool:
    """Whether the visitor may say how a meeting keeps its protocol: hosts of the venue of any, and
    organisers of their own.
    """
    if not may(Need.DECLARE, meeting.venue):
        return False
    return may(Need.PEOPLE, meeting.venue) or is_own(meeting)


def demand_declaring(meeting: Meeting) -> None:
    """Make sure of that.

    Raises:
        Problem: 403.

    """
    if not may_declare(meeting):
        raise too_small(Need.DECLARE)


def may_read_words(meeting: Meeting) -> bool:
    """Whether the visitor is told who said what of a meeting, and why."""
    return not meeting.private or may_change(meeting) or may_declare(meeting)


def demand_silence(silence: Silence) -> None:
    """Make sure that the visitor may make a silence as long as this, or end it.

    Raises:
        Problem: 403.

    """
    if not is_short_enough(silence):
        raise Problem(403, "your role does not let you have nobody told for as long as that")


def is_short_enough(silence: Silence) -> bool:
    """Whether the visitor may have nobody told for so long."""
    longest = access().longest_silence(silence.venue)
    return longest is None or silence.until - silence.since <= longest


def shown_address(address: str | None, meeting: Meeting) -> str | None:
    """An organiser's or host's address, for managers and whom it is of."""
    if address is None or may(Need.ADDRESSES, meeting.venue) or is_own(meeting):
        return address
    return address if _is_of_visitor(address) else None


def shown_name(name: str | None, venue: VenueSlug) -> str | None:
    """Who did something. Who came by the link of a message is known by their address."""
    if name is None or "@" not in name or may(Need.ADDRESSES, venue) or _is_of_visitor(name):
        return name
    return None


def _is_of_visitor(address: str) -> bool:
    visitor = current_user()
    if visitor is None or visitor.email is None:
        return False
    return address.casefold() == visitor.email.casefold()
