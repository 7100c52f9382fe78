"""Asking people in, and to choose another password."""

from datetime import datetime
from typing import Literal

import msgspec

from dashboard.api.fields import Instant, MailAddress, VenueRef
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.identity.inviting import Asked, ask_in, ask_to_choose
from dashboard.web.identity.people import find_person
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import access
from dashboard.web.services import Services
from gateway.domain.access import ADMIN, Need, VenueRole
from gateway.registry.accounts import invitations as registry
from gateway.registry.accounts.invitations import Invitation
from sensors.wire.instant import to_wire


class InvitationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``venue`` is where the role is given; null for an admin."""

    email: MailAddress
    role: VenueRole | Literal["admin"]
    venue: VenueRef | None = None


class InvitationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``role`` is null where it lets ``user`` choose another password. ``sent`` is whether the link went
    out by mail; where not, ``link`` is to be handed over, and is told this once.
    """

    id: str
    user: str | None
    email: str | None
    role: VenueRole | Literal["admin"] | None
    venue: VenueRef | None
    by: str
    made: Instant
    expires: Instant
    sent: bool | msgspec.UnsetType = msgspec.UNSET
    link: str | msgspec.UnsetType | None = msgspec.UNSET


class Invitations(msgspec.Struct, frozen=True):
    invitations: tuple[InvitationAnswer, ...]


def get_invitations(services: Services) -> Invitations:
    venues = access().venues(Need.ROLES)
    with services.database.read() as conn:
        found = registry.open_invitations(conn, services.clock.now(), venues)
    return Invitations(tuple(map(_answer, found)))


def get_invitation(services: Services, invitation: str) -> InvitationAnswer:
    return _answer(_open(services, invitation))


def make_invitation(services: Services, body: InvitationBody) -> InvitationAnswer:
    if (body.role == ADMIN) != (body.venue is None):
        expected = "expected none with the role admin, and one with the others"
        raise Problem(422, f"venue: {expected}", [Mistake("/venue", expected)])
    return _told(ask_in(services, body.email, body.venue, body.role))


def withdraw_invitation(services: Services, invitation: str) -> None:
    found = _open(services, invitation)
    with services.database.write() as conn:
        registry.withdraw(conn, found.id)


def reset_user(services: Services, user: str) -> InvitationAnswer:
    with services.database.read() as conn:
        person = find_person(conn, user)
    return _told(ask_to_choose(services, person))


def _open(services: Services, key: str) -> Invitation:
    found = get_open(services, key, services.clock.now())
    if found is None:
        raise Problem(404, f"there is no invitation {key!r}")
    return found


def get_open(services: Services, key: str, at: datetime) -> Invitation | None:
    """An invitation that is out and that the visitor may withdraw."""
    venues = access().venues(Need.ROLES)
    with services.database.read() as conn:
        found = registry.open_invitations(conn, at, venues)
    return next((one for one in found if one.id == key), None)


def _told(asked: Asked) -> InvitationAnswer:
    return msgspec.structs.replace(
        _answer(asked.invitation), sent=asked.link is None, link=asked.link
    )


def _answer(invitation: Invitation) -> InvitationAnswer:
    return InvitationAnswer(
        id=invitation.id,
        user=invitation.user,
        email=invitation.email,
        role=invitation.role or None,
        venue=invitation.venue,
        by=invitation.by,
        made=to_wire(invitation.made),
        expires=to_wire(invitation.expires),
    )


ROUTES = (
    Route(
        "GET",
        "/invitations",
        get_invitations,
        "invitations that nobody followed yet, newest first",
        Invitations,
        paging=Paging("invitations", lambda one: (one.id,), tuple[str]),
    ),
    Route(
        "POST",
        "/invitations",
        make_invitation,
        "invite somebody; what was out to the same address there works no more",
        InvitationAnswer,
        body=InvitationBody,
        problems=(404,),
        made_at=lambda made: f"/invitations/{made.id}",
        secret=True,
    ),
    Route(
        "GET",
        "/invitations/{invitation}",
        get_invitation,
        "one of them",
        InvitationAnswer,
        problems=(404,),
    ),
    Route(
        "DELETE",
        "/invitations/{invitation}",
        withdraw_invitation,
        "let its link work no more",
        problems=(404,),
    ),
    Route(
        "POST",
        "/users/{user}/reset",
        reset_user,
        "let somebody choose another password",
        InvitationAnswer,
        problems=(404,),
        secret=True,
    ),
)
