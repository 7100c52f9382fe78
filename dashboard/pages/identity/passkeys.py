"""Making and removing passkeys on one's account, and logging in by one. What a device answers comes as
JSON from ``static/passkeys.js``.
"""

from typing import Any, Final

import msgspec
from flask import Blueprint, abort, flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.pages.parts.context import locale_at, now
from dashboard.web.identity.account import own_account
from dashboard.web.identity.challenges import Stale
from dashboard.web.identity.entrance import entrance, local_target
from dashboard.web.identity.passkeys import (
    NotTaken,
    Site,
    asking_options,
    credential_id,
    made_key,
    making_options,
    site_of,
    uses_after,
)
from dashboard.web.judge import NotRight, judge
from dashboard.web.services import services
from gateway.registry.accounts import passkeys as registry
from gateway.registry.accounts.passkeys import LABEL_LENGTH, MOST, PasskeyExists
from gateway.registry.accounts.users import find_user
from sensors.wire.plain_line import is_plain_line

blueprint = Blueprint("passkeys", __name__)

KEPT: Final = "challenge"
"""In the cookie of a browser: what its device was asked to sign."""
MAKE, ENTER = "make", "enter"


@blueprint.post("/account/passkeys/options")
def options() -> ResponseReturnValue:
    """What a device is asked when it is to make a key; who has a password says it again."""
    name, site = own_account(), _site()
    given = _given()
    with services().database.read() as conn:
        user = find_user(conn, name)
        known = registry.passkeys_of(conn, name)
    if user is not None and user.has_password:
        try:
            judge().judge(name, str(given.get("current_password", "")), request)
        except NotRight as error:
            return _refused(error.error, 429 if error.wait_s else 422)
    if len(known) >= MOST:
        return _refused("many", 409)
    session[KEPT], challenge = entrance().challenges.make(f"{MAKE} {name}")
    return jsonify(making_options(site, services().secret, name, known, challenge))


@blueprint.post("/account/passkeys")
def make() -> ResponseReturnValue:
    """Keep the key that a device made."""
    name, site, given = own_account(), _site(), _given()
    label = str(given.get("label", "")).strip()[:LABEL_LENGTH]
    if not label or not is_plain_line(label):
        label = site.name
    try:
        challenge = entrance().challenges.take(session.pop(KEPT, None), f"{MAKE} {name}")
        key = made_key(site, given.get("credential"), challenge)
        with services().database.write() as conn:
            registry.add_passkey(conn, name, label, site.name, key, now())
    except (Stale, NotTaken, PasskeyExists):
        return _refused("not_taken", 422)
    flash(locale_at().gettext("From now on you log in by %(label)s too.", label=label))
    return jsonify({"next": url_for("account.account", _anchor="passkeys")}), 201


@blueprint.post("/account/passkeys/<passkey>/remove")
def remove(passkey: str) -> ResponseReturnValue:
    with services().database.write() as conn:
        if not registry.remove_passkey(conn, own_account(), passkey):
            abort(404)
    flash(locale_at().gettext("That passkey lets nobody in any more."))
    return redirect(url_for("account.account", _anchor="passkeys"), 303)


@blueprint.post("/login/passkey/options")
def ask() -> ResponseReturnValue:
    """What a device is asked when somebody logs in."""
    site = _site()
    session[KEPT], challenge = entrance().challenges.make(ENTER)
    return jsonify(asking_options(site, challenge))


@blueprint.post("/login/passkey")
def enter() -> ResponseReturnValue:
    """Let in whose device answered."""
    site, given = _site(), _given()
    try:
        challenge = entrance().challenges.take(session.pop(KEPT, None), ENTER)
        with services().database.read() as conn:
            found = registry.find_passkey(conn, credential_id(given.get("credential")))
        if found is None:
            return _refused("unknown", 401)
        user, passkey = found
        uses = uses_after(site, given.get("credential"), challenge, passkey)
    except (Stale, NotTaken):
        return _refused("not_taken", 401)
    with services().database.write() as conn:
        registry.note_passkey_used(conn, passkey.number, uses, now())
    target = local_target(str(given.get("next", "")))
    answer = entrance().let_in(user, target, stays=given.get("stay") is True)
    answer.status_code, answer.mimetype = 200, "application/json"
    del answer.headers["Location"]
    answer.set_data(msgspec.json.encode({"next": target}))
    return answer


def _site() -> Site:
    found = site_of(request, services().settings.public_url)
    if not isinstance(found, Site):
        abort(409)
    return found


def _given() -> dict[str, Any]:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _refused(why: str, status: int) -> ResponseReturnValue:
    """``why`` names the sentence that the page holds for it."""
    return jsonify({"error": why}), status
