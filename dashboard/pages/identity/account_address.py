"""The e-mail address of one's own account: it counts once a link that went there was followed."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.identity import account
from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form
from dashboard.web.identity.account import own_account
from dashboard.web.identity.address_token import address_token, confirmed_address
from dashboard.web.judge import NotRight, judge
from dashboard.web.services import services
from gateway.notify.address_check import write_address_check
from gateway.notify.at_once import NotSent, send_at_once
from gateway.registry.accounts import users
from gateway.registry.accounts.users import User

blueprint = Blueprint("account_address", __name__)


@blueprint.post("/account/email")
def change() -> ResponseReturnValue:
    """Ask the owner of an address whether it is theirs; until then the one there was counts."""
    user, form, locale = _own(), Form(request.form), locale_at()
    email = form.address("email", locale)
    if user.has_password and not form.wrong:
        try:
            judge().judge(user.name, request.form.get("current_password", ""), request)
        except NotRight as error:
            form.wrong["current_password"] = (
                locale.gettext("That is not your password.")
                if error.error == "wrong"
                else locale.gettext("Too many tries. Wait a moment, then try again.")
            )
    if form.wrong:
        return account.page(address=form), 422
    if email is None:
        _keep(user, None, verified=False)
        flash(locale.gettext("No address is known of you any more."))
    elif email == user.email and user.verified:
        flash(locale.gettext("That is your address already."))
    elif judge().may_mail(user.name):
        flash(_asked(user, email))
    else:
        form.wrong["email"] = locale.gettext("Too many tries. Wait a moment, then try again.")
        return account.page(address=form), 429
    return redirect(url_for("account.account", _anchor="address"), 303)


@blueprint.get("/account/email/<token>")
def confirm(token: str) -> ResponseReturnValue:
    return render_template("confirm_address.html", email=_mailed(token), token=token)


@blueprint.post("/account/email/<token>")
def confirmed(token: str) -> ResponseReturnValue:
    """Believe that the address is theirs."""
    email = _mailed(token)
    _keep(_own(), email, verified=True)
    flash(locale_at().gettext("%(email)s is known to be yours.", email=email))
    return redirect(url_for("account.account", _anchor="address"), 303)


def _asked(user: User, email: str) -> str:
    """What became of the mail to an address."""
    locale, its = locale_at(), services()
    token = address_token(its.secret, user.name, email, now())
    home = its.settings.public_url.rstrip("/")
    link = home + url_for("account_address.confirm", token=token)
    message = write_address_check(user.name, locale.language, link, f"{home}/")
    number = f"address-{secrets.token_hex(8)}"
    try:
        send_at_once(message, email, number, its.notify, its.directory, now())
    except NotSent as error:
        _keep(user, email, verified=False)
        return locale.gettext(
            "Kept, but no mail went there (%(why)s): an admin can say that it is yours.", why=error
        )
    return locale.gettext("A mail is on its way to %(email)s. Follow its link.", email=email)


def _mailed(token: str) -> str:
    email = confirmed_address(services().secret, token, own_account(), now())
    if email is None:
        abort(410)
    return email


def _own() -> User:
    with services().database.read() as conn:
        found = users.find_user(conn, own_account())
    if found is None:
        abort(404)
    return found


def _keep(user: User, email: str | None, *, verified: bool) -> None:
    with services().database.write() as conn:
        users.set_email(conn, user.name, email, verified=verified)
