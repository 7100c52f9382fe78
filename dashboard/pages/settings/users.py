"""Who there is: their roles by venue, invitations, and letting somebody choose another password."""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.web.identity.auth import current_user
from dashboard.web.identity.inviting import Asked, ask_in, ask_to_choose
from dashboard.web.identity.people import Person, find_person, people
from dashboard.web.reach import access, demand, may, may_somewhere
from dashboard.web.services import services
from dashboard.words.roles import role_hint, role_words
from gateway.domain.access import ADMIN, VENUE_ROLES, Need, VenueRole
from gateway.domain.room import Venue
from gateway.registry.accounts import grants, invitations, users
from gateway.registry.accounts.invitations import Invitation
from gateway.words.locale import PageLocale
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("users", __name__)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in words; ``roles`` are a sentence for each venue."""

    person: Person
    roles: tuple[str, ...]
    since: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    invitation: Invitation
    role: str
    until: str


@blueprint.get("/settings/users")
def list_users() -> str:
    return _page(Form({"role": "viewer"}))


@blueprint.post("/settings/users/invite")
def invite() -> ResponseReturnValue:
    form, locale = Form(request.form), locale_at()
    email = form.address("email", locale)
    if email is None and "email" not in form.wrong:
        form.wrong["email"] = locale.gettext("Fill this in.")
    role = form.chosen("role", {role: role for role in _roles()}, locale)
    venue = None
    if role != ADMIN:
        venue = form.chosen("venue", {one.slug: one for one in _venues()}, locale)
        if venue is None and "venue" not in form.wrong:
            form.wrong["venue"] = locale.gettext("Fill this in.")
    if form.wrong or email is None or role is None:
        return _page(form), 422
    chosen = cast("VenueRole", role)
    asked = ask_in(services(), email, None if venue is None else venue.slug, chosen)
    return _asked(asked, email)


@blueprint.post("/settings/users/withdraw")
def withdraw() -> ResponseReturnValue:
    with services().database.write() as conn:
        found = invitations.find_invitation(conn, request.form.get("invitation", ""))
        if found is None or not _may_see(found):
            abort(404)
        invitations.withdraw(conn, found.id)
    flash(locale_at().gettext("That link works no more."))
    return redirect(url_for("users.list_users"), 303)


@blueprint.post("/settings/users/roles")
def set_roles() -> ResponseReturnValue:
    """Say what somebody is in a venue; what was open in their name ends."""
    venue = VenueSlug(request.form.get("venue", ""))
    chosen = [role for role in VENUE_ROLES if role in request.form.getlist("roles")]
    with services().database.write() as conn:
        person = find_person(conn, request.form.get("user", ""))
        demand(Need.ROLES, venue)
        grants.set_roles(conn, person.user.name, venue, chosen)
    flash(locale_at(venue).gettext("Kept for %(name)s.", name=person.user.name))
    return redirect(url_for("users.list_users"), 303)


@blueprint.post("/settings/users/reset")
def reset() -> ResponseReturnValue:
    """Let somebody choose another password."""
    with services().database.read() as conn:
        person = find_person(conn, request.form.get("user", ""))
    asked = ask_to_choose(services(), person)
    return _asked(asked, person.user.email or "")


@blueprint.post("/settings/users/change")
def change() -> ResponseReturnValue:
    """Let an account in no more, or again; make it an admin, or no longer; delete it."""
    locale, do = locale_at(), request.form.get("do", "")
    try:
        with services().database.write() as conn:
            name = find_person(conn, request.form.get("user", "")).user.name
            if do in ("disable", "delete", "no_admin"):
                grants.keep_an_admin(conn, name)
            match do:
                case "disable":
                    users.disable(conn, name, now())
                case "enable":
                    users.enable(conn, name)
                case "admin" | "no_admin":
                    grants.set_admin(conn, name, is_admin=do == "admin")
                case "delete":
                    users.delete_user(conn, name)
                case _:
                    abort(404)
    except grants.LastAdmin:
        flash(
            locale.gettext("Nobody would be left who may do everything: make another admin first.")
        )
    else:
        flash(locale.gettext("Kept for %(name)s.", name=name))
    return redirect(url_for("users.list_users"), 303)


def _asked(asked: Asked, email: str) -> ResponseReturnValue:
    """Tell that the link went out, or show it to be handed over: on this answer alone."""
    if asked.link is None:
        flash(locale_at().gettext("A link is on its way to %(email)s.", email=email))
        return redirect(url_for("users.list_users"), 303)
    return _page(Form({"role": "viewer"}), asked), 201


def _page(form: Form, asked: Asked | None = None) -> str:
    locale, visitor = locale_at(), current_user()
    own = "" if visitor is None else visitor.name
    with services().database.read() as conn:
        found = people(conn)
        invited = invitations.open_invitations(conn, now(), access().venues(Need.ROLES))
    return render_template(
        "settings/users.html",
        lines=[_line(person, locale, own) for person in found],
        invited=[_invited(one, locale) for one in invited],
        venues=_venues(),
        roles=[(role, role_words(role, locale), role_hint(role, locale)) for role in _roles()],
        in_venue=[(role, role_words(role, locale)) for role in VENUE_ROLES],
        runs_house=may_somewhere(Need.USERS),
        form=form,
        asked=asked,
    )


def _venues() -> list[Venue]:
    """Where the visitor gives roles."""
    return [venue for venue in registry_view().venues.values() if may(Need.ROLES, venue.slug)]


def _roles() -> tuple[str, ...]:
    """Those that the visitor may give."""
    return (*VENUE_ROLES, ADMIN) if may_somewhere(Need.USERS) else VENUE_ROLES


def _may_see(invitation: Invitation) -> bool:
    if invitation.venue is None:
        return may_somewhere(Need.USERS)
    return may(Need.ROLES, invitation.venue)


def _line(person: Person, locale: PageLocale, own: str) -> PersonLine:
    said = [
        locale.gettext(
            "%(roles)s in %(venue)s",
            roles=", ".join(role_words(role, locale) for role in roles),
            venue=registry_view().venue(venue).name,
        )
        for venue, roles in person.roles.items()
    ]
    if person.is_admin:
        said.insert(0, role_words(ADMIN, locale))
    since = locale.date(person.user.created)
    return PersonLine(person, tuple(said), since, is_own=person.user.name == own)


def _invited(invitation: Invitation, locale: PageLocale) -> InvitationLine:
    role = role_words(invitation.role, locale)
    if invitation.venue is not None:
        venue = registry_view().venue(invitation.venue).name
        role = locale.gettext("%(roles)s in %(venue)s", roles=role, venue=venue)
    return InvitationLine(invitation, role, locale.date(invitation.expires))
