"""Who may do what: the roles that somebody has in each venue, and what a role allows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final, Literal

from gateway.domain.alerts.silence import LONGEST
from sensors.wire.topic import VenueSlug


class Need(Enum):
    """What one needs to be allowed for a thing. All but ``ACCOUNT`` are allowed in a venue."""

    ACCOUNT = "own account, sessions and tokens"
    BOARD = "look at rooms and their history"
    MEETINGS = "look at meetings and reports"
    ALERTS = "look at alerts and silences"
    OWN_MEETINGS = "make and change meetings that one organises, and take their readings away"
    ACKNOWLEDGE = "say that one is on it"
    SILENCE = "have nobody told for a while"
    PEOPLE = "say how many people are in"
    ANNOTATE = "note what happened in a room"
    DECLARE = "say how a meeting keeps its protocol"
    EVERY_MEETING = "make and change meetings of others"
    ADDRESSES = "see the addresses of organisers and hosts, and what was sent to them"
    EXPORT = "take readings away"
    SETTINGS = "set up rooms, devices, limits, calendars and who is told"
    ROLES = "say who may do what, give links to wall screens, read what was changed"
    USERS = "make, change and delete accounts"
    SYSTEM = "make venues, see to the whole house"


VenueRole = Literal["viewer", "host", "organiser", "manager"]
VENUE_ROLES: Final[tuple[VenueRole, ...]] = ("viewer", "host", "organiser", "manager")
ADMIN: Final = "admin"
"""The role over all venues."""
ROLES: Final[tuple[str, ...]] = (*VENUE_ROLES, ADMIN)

_VIEWER = frozenset({Need.BOARD, Need.MEETINGS, Need.ALERTS})
_HOST = _VIEWER | {
    Need.ACKNOWLEDGE, Need.SILENCE, Need.PEOPLE, Need.DECLARE, Need.ANNOTATE,
}  # fmt: skip
_ORGANISER = _VIEWER | {Need.OWN_MEETINGS, Need.DECLARE}
_MANAGER = (
    _HOST
    | _ORGANISER
    | {Need.EVERY_MEETING, Need.ADDRESSES, Need.EXPORT, Need.SETTINGS, Need.ROLES}
)
ALLOWED: Final[Mapping[VenueRole | Literal["kiosk"], frozenset[Need]]] = {
    "kiosk": frozenset({Need.BOARD}),
    "viewer": _VIEWER,
    "host": _HOST,
    "organiser": _ORGANISER,
    "manager": _MANAGER,
}

HOST_SILENCE: Final = timedelta(hours=4)
"""A host has the alerts of an evening silenced, and not those of the week after."""


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do: ``needs`` by venue, where they have a role; ``over_all`` whatever the venue.
    ``has_account`` is off for a wall screen.
    """

    needs: Mapping[VenueSlug, frozenset[Need]]
    over_all: bool = False
    has_account: bool = True

    def may(self, need: Need, venue: VenueSlug) -> bool:
        if need is Need.ACCOUNT:
            return self.has_account
        return self.over_all or need in self.needs.get(venue, ())

    def may_somewhere(self, need: Need) -> bool:
        """Whether there is a venue where that is allowed."""
        if need is Need.ACCOUNT:
            return self.has_account
        return self.over_all or any(need in allowed for allowed in self.needs.values())

    def venues(self, need: Need = Need.BOARD) -> frozenset[VenueSlug] | None:
        """Where that is allowed; None: everywhere."""
        if self.over_all:
            return None
        return frozenset(venue for venue, allowed in self.needs.items() if need in allowed)

    def reaches(self, venue: VenueSlug) -> bool:
        """Whether the venue is there at all, for who has it."""
        return self.over_all or bool(self.needs.get(venue))

    def only_in(self, venues: Collection[VenueSlug] | None) -> "Access":
        """The same in some venues alone; None: in all."""
        if venues is None:
            return self
        if self.over_all:
            return Access({venue: frozenset(Need) - {Need.SYSTEM, Need.USERS} for venue in venues})
        return Access({v: needs for v, needs in self.needs.items() if v in venues})

    def longest_silence(self, venue: VenueSlug) -> timedelta | None:
        """For how long nobody may be told; None: for ever."""
        if self.over_all:
            return None
        if self.may(Need.SETTINGS, venue):
            return LONGEST
        return HOST_SILENCE if self.may(Need.SILENCE, venue) else timedelta(0)


NOBODY: Final = Access({}, has_account=False)
OVER_ALL: Final = Access({}, over_all=True)


def granted(roles: Iterable[tuple[VenueSlug, VenueRole]], *, is_reached: bool) -> Access:
    """What roles allow together. An organiser is known by their e-mail address, and so looks on until
    it is verified (``is_reached``).
    """
    needs: dict[VenueSlug, frozenset[Need]] = {}
    for venue, role in roles:
        counts: VenueRole = "viewer" if role == "organiser" and not is_reached else role
        needs[venue] = needs.get(venue, frozenset()) | ALLOWED[counts]
    return Access(needs)


def wall_screen(venue: VenueSlug) -> Access:
    """A screen that hangs in a venue and shows its board."""
    return Access({venue: ALLOWED["kiosk"]}, has_account=False)
