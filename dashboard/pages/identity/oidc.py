"""Logging in by a provider: there, and back. Nobody gets in who has no role here."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import now
from dashboard.web.acting import act_as
from dashboard.web.identity.entrance import entrance, local_target
from dashboard.web.identity.oidc import NotVouchedFor, Oidc, oidc
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.registry.accounts.grants import access_of
from gateway.registry.accounts.identities import account_of, verify_address
from sensors.mail_address import is_mail_address

blueprint = Blueprint("oidc", __name__)

NEXT = "next"
"""In the cookie of a browser on its way: where it was going."""


@blueprint.get("/login/oidc")
def leave() -> ResponseReturnValue:
    session[NEXT] = local_target(request.args.get("next", ""))
    try:
        back = services().settings.public_url.rstrip("/") + url_for("oidc.come_back")
        return _provider().send_there(back)
    except NotVouchedFor:
        return redirect(url_for("login", error="provider"), 303)


@blueprint.get("/login/oidc/callback")
def come_back() -> ResponseReturnValue:
    """Let in whom the provider vouches for, where they have a role here."""
    target = local_target(str(session.pop(NEXT, "")))
    try:
        person = _provider().person()
    except NotVouchedFor:
        return redirect(url_for("login", error="provider"), 303)
    act_as(person.name[:100] or person.subject[:100], "session")
    with services().database.write() as conn:
        user = account_of(conn, person.issuer, person.subject, person.name, now())
        if person.email is not None and is_mail_address(person.email):
            user = verify_address(conn, user, person.email)
        access = access_of(conn, user)
    if user.disabled or not access.may_somewhere(Need.BOARD):
        return render_template("no_role.html", account=user), 403
    return entrance().let_in(user, target, stays=False)


def _provider() -> Oidc:
    found = oidc()
    if found is None:
        abort(404)
    return found
