"""Asking somebody in, or to choose another password: on record, and by mail or by a link to hand over."""

from dataclasses import dataclass
from typing import Literal

from dashboard.web.identity.auth import current_user
from dashboard.web.identity.people import Person
from dashboard.web.problem import Problem
from dashboard.web.reach import access, demand, too_small
from dashboard.web.services import Services
from gateway.domain.access import ADMIN, Need, VenueRole
from gateway.links import Links
from gateway.notify.at_once import NotSent
from gateway.notify.invitation import send_invitation
from gateway.registry.accounts import invitations as registry
from gateway.registry.accounts.invitations import Invitation
from gateway.registry.rooms import find_venue
from gateway.words.locale import DEFAULT_LANGUAGE
from sensors.wire.topic import VenueSlug


@dataclass(frozen=True, slots=True)
class Asked:
    """``link`` is to be handed over: None where it went out by mail, else ``why`` it did not."""

    invitation: Invitation
    link: str | None
    why: str = ""


def demand_role(role: str, venue: VenueSlug | None) -> None:
    """Make sure that the visitor may give a role there.

    Raises:
        Problem: 403 or 404.

    """
    if role == ADMIN or venue is None:
        if not access().may_somewhere(Need.USERS):
            raise too_small(Need.USERS)
        return
    demand(Need.ROLES, venue)


def ask_in(
    services: Services, email: str, venue: VenueSlug | None, role: VenueRole | Literal["admin"]
) -> Asked:
    """Invite somebody to a role that the visitor may give.

    Raises:
        Problem: 403 or 404.

    """
    demand_role(role, venue)
    runs_house = access().may_somewhere(Need.USERS)
    by_mail = bool(services.notify.mail)
    with services.database.write() as conn:
        place = None if venue is None else find_venue(conn, venue)
        if venue is not None and place is None:
            raise Problem(404, f"there is no venue {venue!r}")
        made = registry.invite(
            conn, email, venue, role, _by(), services.clock.now(), verifies=by_mail or runs_house
        )
    name, language = ("", DEFAULT_LANGUAGE) if place is None else (place.name, place.language)
    asked = _sent(services, made, name, language)
    if asked.link is not None and made.verifies and not runs_house:
        # Whoever hands the link over could follow it: it says nothing of the address.
        with services.database.write() as conn:
            registry.distrust(conn, made.id)
    return asked


def ask_to_choose(services: Services, person: Person) -> Asked:
    """Let somebody choose another password.

    Raises:
        Problem: 403, they have rights where the visitor gives none.

    """
    if not person.is_whole:
        raise Problem(403, "this account has rights elsewhere: ask an admin")
    with services.database.write() as conn:
        made = registry.ask_reset(conn, person.user, _by(), services.clock.now())
    return _sent(services, made, "", person.user.language or DEFAULT_LANGUAGE)


def _sent(services: Services, made: Invitation, place: str, language: str) -> Asked:
    links = Links(services.secret, services.settings.public_url)
    now = services.clock.now()
    try:
        send_invitation(made, place, language, links, services.notify, services.directory, now)
    except NotSent as error:
        return Asked(made, links.invite(made.id, language, made.expires), str(error))
    return Asked(made, None)


def _by() -> str:
    visitor = current_user()
    return "" if visitor is None else visitor.name
