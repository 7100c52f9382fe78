"""One's own account: where it is logged in, what programs get in by, its password and language."""

from datetime import timedelta
from typing import Final

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from dashboard.pages.identity.account_lines import (
    passkey_lines,
    scope_words,
    session_lines,
    token_lines,
)
from dashboard.pages.identity.push import own_venues, push_lines
from dashboard.pages.parts.context import locale_at, now, registry_view
from dashboard.pages.parts.form import Form
from dashboard.web.identity.account import own_account
from dashboard.web.identity.auth import SESSION
from dashboard.web.identity.entrance import entrance
from dashboard.web.identity.passkeys import Site, site_of
from dashboard.web.judge import NotRight, judge
from dashboard.web.push_devices import public_key
from dashboard.web.reach import access
from dashboard.web.services import services
from dashboard.words.browsers import browser_words
from dashboard.words.locale import keep_language
from dashboard.words.passwords import weakness_words
from gateway.domain.room import Venue
from gateway.domain.scope import SCOPES, UnknownScope, read_scopes
from gateway.registry.accounts import sessions, tokens, users
from gateway.registry.accounts.passwords import weakness
from gateway.registry.accounts.tokens import LABEL_LENGTH, Limits
from gateway.registry.accounts.users import NUMBER_LENGTH, secret_hash
from gateway.words.locale import LANGUAGES

blueprint = Blueprint("account", __name__)

LASTS_DAYS: Final = (30, 90, 365)
"""For how long a token may be asked for on the page."""


@blueprint.get("/account")
def account() -> str:
    return page()


@blueprint.post("/account/sessions/<session>/end")
def end_session(session: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        if not sessions.end_numbered(conn, own_account(), session):
            abort(404)
    flash(locale_at().gettext("That browser is logged out."))
    return redirect(url_for("account.account"), 303)


@blueprint.post("/account/sessions/end")
def end_others() -> ResponseReturnValue:
    """Log out everywhere but here."""
    name, locale = own_account(), locale_at()
    with services().database.write() as conn:
        ended = sessions.end_all(conn, name, but=_own_secret())
    flash(
        locale.ngettext(
            "%(number)s other browser is logged out.",
            "%(number)s other browsers are logged out.",
            ended,
        )
    )
    return redirect(url_for("account.account"), 303)


@blueprint.post("/account/tokens")
def make_token() -> ResponseReturnValue:
    """Show a token; it stands on this answer alone."""
    name, form, locale = own_account(), Form(request.form), locale_at()
    label = form.required("label", LABEL_LENGTH, locale)
    days = form.chosen("expires_days", {str(days): days for days in LASTS_DAYS}, locale)
    try:
        chosen = read_scopes(request.form.getlist("scopes"))
    except UnknownScope:
        abort(404)
    places = tuple(
        venue.slug for venue in _venues() if venue.slug in request.form.getlist("venues")
    )
    if form.wrong:
        return page(token=form), 422
    at = now()
    limits = Limits(
        chosen or None,
        places or None,
        None if days is None else at + timedelta(days=days),
    )
    with services().database.write() as conn:
        secret = tokens.new_token(conn, name, label, at, limits)
    return page(made=(label, secret)), 201


@blueprint.post("/account/tokens/<token>/revoke")
def revoke_token(token: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        if not tokens.revoke_token(conn, token, own_account()):
            abort(404)
    flash(locale_at().gettext("That token works no more."))
    return redirect(url_for("account.account", _anchor="tokens"), 303)


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Take another password; whoever else is logged in by the old one is out."""
    name, form, locale = own_account(), Form(request.form), locale_at()
    new = request.form.get("password", "")
    weak = weakness(new, name)
    if weak is not None:
        form.wrong["password"] = weakness_words(weak, locale)
    elif new != request.form.get("password_again", ""):
        form.wrong["password_again"] = locale.gettext("The two are not the same.")
    if form.wrong:
        return page(password=form), 422
    try:
        user = judge().judge(name, request.form.get("current_password", ""), request)
    except NotRight as error:
        form.wrong["current_password"] = (
            locale.gettext("That is not your password.")
            if error.error == "wrong"
            else locale.gettext("Too many tries. Wait a moment, then try again.")
        )
        return page(password=form), 429 if error.wait_s else 422
    with services().database.write() as conn:
        users.set_password(conn, name, new)
    entrance().begin(user, stays=session.permanent)
    flash(locale.gettext("You have another password. Everything else that was logged in is out."))
    return redirect(url_for("account.account"), 303)


@blueprint.post("/account/language")
def set_language() -> ResponseReturnValue:
    """Speak this language wherever one logs in."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(404)
    with services().database.write() as conn:
        users.set_language(conn, own_account(), language)
    answer = make_response(redirect(url_for("account.account"), 303))
    keep_language(answer, language)
    return answer


def _venues() -> list[Venue]:
    """Those that are there for the visitor."""
    return [venue for venue in registry_view().venues.values() if access().reaches(venue.slug)]


def _own_secret() -> str:
    secret = session.get(SESSION)
    return secret if isinstance(secret, str) else ""


def page(
    token: Form | None = None,
    password: Form | None = None,
    address: Form | None = None,
    made: tuple[str, str] | None = None,
) -> str:
    """The page, with a form as it was filled in, and once with a token that was ``made``."""
    name, at, locale = own_account(), now(), locale_at()
    site = site_of(request, services().settings.public_url)
    own = secret_hash(_own_secret())[:NUMBER_LENGTH]
    with services().database.read() as conn:
        found = users.find_user(conn, name)
        its_sessions = session_lines(conn, name, own, at, locale)
        its_tokens = token_lines(conn, name, at, locale)
        its_passkeys = passkey_lines(conn, name, at, locale)
        its_devices = push_lines(conn, name, at, locale)
    if found is None:
        abort(404)
    return render_template(
        "account.html",
        account=found,
        sessions=its_sessions,
        tokens=its_tokens,
        passkeys=its_passkeys,
        push_lines=its_devices,
        push_venues=own_venues(),
        push_key=public_key(),
        passkeys_missing=None if isinstance(site, Site) else site,
        here=browser_words(request.headers.get("User-Agent", ""), locale, own=False),
        made=made,
        scopes=[(scope, scope_words(scope, locale)) for scope in SCOPES],
        venues=_venues(),
        lasts_days=LASTS_DAYS,
        token_form=token or Form({}),
        password_form=password or Form({}),
        address_form=address or Form({"email": found.email or ""}),
    )
