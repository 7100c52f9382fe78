"""The page that an invitation leads to: somebody chooses a name and a password, and is let in."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.pages.identity.account_form import read_new_account
from dashboard.pages.parts.context import locale_at, now, parts
from dashboard.pages.parts.form import Form
from dashboard.pages.parts.signed import SignedLinks, refusal
from dashboard.web.acting import act_as
from dashboard.web.identity.auth import current_user
from dashboard.web.identity.entrance import entrance
from dashboard.web.services import services
from dashboard.words.locale import asked_language
from dashboard.words.passwords import weakness_words
from gateway.links import InviteToken, check_invite_token
from gateway.registry.accounts import invitations as registry
from gateway.registry.accounts import users
from gateway.registry.accounts.invitations import Invitation
from gateway.registry.accounts.passwords import weakness
from gateway.registry.accounts.users import User


def register(app: Flask) -> None:
    page = _Invite()
    app.add_url_rule("/invite/<token>", "invite", page.show, methods=["GET"])
    app.add_url_rule("/invite/<token>", "invite_post", page.come_in, methods=["POST"])


class _Invite:
    def __init__(self) -> None:
        self._links = SignedLinks("expired_invitation")

    def show(self, token: str) -> ResponseReturnValue:
        found = self._find(token)
        return _page(found, Form({})) if isinstance(found, Invitation) else found

    def come_in(self, token: str) -> ResponseReturnValue:
        """Use the invitation up, and let in whoever followed it."""
        found = self._find(token)
        if not isinstance(found, Invitation):
            return found
        form = Form(request.form)
        own = None if found.user is not None or "own" not in form.values else _own_account()
        if own is not None:
            act_as(own.name, "link")
            return _with_own(found, own)
        make = _choose_password if found.user is not None else _make_account
        act_as(found.user or form.text("name")[:100] or "-", "link")
        return make(found, form)

    def _find(self, token: str) -> Invitation | ResponseReturnValue:
        """The invitation, or the page that says why the link is worth nothing."""
        checked = self._links.check(lambda secret, at: check_invite_token(secret, token, at))
        if not isinstance(checked, InviteToken):
            return checked
        with services().database.read() as conn:
            found = registry.find_invitation(conn, checked.invitation)
            user = found and found.user and users.find_user(conn, found.user)
        if found is None or found.is_over(now()) or (user and user.disabled):
            return _over()
        return found


def _with_own(invitation: Invitation, own: User) -> ResponseReturnValue:
    """Give the role to the account that is logged in."""
    with services().database.write() as conn:
        if not registry.take(conn, invitation.id, now()):
            return _over()
        registry.give_role(conn, invitation, own.name)
        if own.email is None and invitation.verifies:
            users.set_email(conn, own.name, invitation.email, verified=True)
    return entrance().let_in(own, "/", stays=False)


def _make_account(invitation: Invitation, form: Form) -> ResponseReturnValue:
    locale = locale_at()
    asked = read_new_account(form, locale)
    if form.wrong:
        return _page(invitation, form), 422
    try:
        with services().database.write() as conn:
            if not registry.take(conn, invitation.id, now()):
                return _over()
            user = registry.come_in(conn, invitation, asked.name, asked.password, now())
    except users.UserExists:
        form.wrong["name"] = locale.gettext("Somebody has this name already.")
        return _page(invitation, form), 422
    return entrance().let_in(user, "/", stays=False)


def _choose_password(invitation: Invitation, form: Form) -> ResponseReturnValue:
    name, password = invitation.user or "", form.values.get("password", "")
    weak = weakness(password, name)
    if weak is not None:
        form.wrong["password"] = weakness_words(weak, locale_at())
        return _page(invitation, form), 422
    with services().database.write() as conn:
        user = users.find_user(conn, name)
        if user is None or not registry.take(conn, invitation.id, now()):
            return _over()
        users.set_password(conn, name, password)
    return entrance().let_in(user, "/", stays=False)


def _over() -> ResponseReturnValue:
    whole = parts().registry_cache.registry_view()
    return refusal("used", asked_language(whole.venue(None).language)), 410


def _own_account() -> User | None:
    visitor = current_user()
    if visitor is None or services().settings.demo:
        return None
    with services().database.read() as conn:
        return users.find_user(conn, visitor.name)


def _page(invitation: Invitation, form: Form) -> str:
    venues = parts().registry_cache.registry_view().venues
    place = "Luchtig" if invitation.venue is None else venues[invitation.venue].name
    own = None if invitation.user is not None else _own_account()
    return render_template(
        "invite.html",
        invitation=invitation,
        form=form,
        place=place,
        own=own,
        here=request.path,
    )
