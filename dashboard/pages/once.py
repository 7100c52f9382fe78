"""A form that is sent twice does its work once: a double click, or a page that is loaded again.

A form that makes something carries a key of its own. What came of it is kept under that key and what was
filled in, so that the same again leads where it led; anything else under the key is another wish.
"""

import hashlib
import secrets
import time
from contextlib import suppress
from typing import Final

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.pages.kept_form import kept_form
from dashboard.web.identity.auth import current_user, is_own_form
from dashboard.web.services import services
from gateway.registry import idempotency_keys as registry
from gateway.registry.database import DatabaseAway
from sensors.clock import SYSTEM

FIELD: Final = "once"
KEY_LENGTH: Final = 64
LOOKS: Final = 20
LOOK_EVERY_S: Final = 0.1


def register(app: Flask) -> None:
    """After what guards the application: a form of others is never asked for its key."""
    app.jinja_env.globals["once"] = _field
    app.before_request(_begin)
    app.after_request(_end)


def _field() -> Markup:
    key = secrets.token_urlsafe(12)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, key)


def _begin() -> ResponseReturnValue | None:
    """Take the key of a form, or lead to what came of the same form before."""
    if request.method != "POST" or not is_own_form() or FIELD not in request.form:
        return None
    visitor = current_user()
    by, key = "" if visitor is None else visitor.name, _key()
    for _ in range(LOOKS):
        with services().database.write() as conn:
            before = registry.claim(conn, by, key, key[-64:], SYSTEM.now())
        if before is None:
            g.once = (by, key)
            return None
        if before.status is not None:
            return redirect(before.location or "/", 303)
        time.sleep(LOOK_EVERY_S)  # the first of the two is under way
    return kept_form()


def _end(answer: Response) -> Response:
    """What led somewhere is kept; what did not (a mistake in it) may be sent again."""
    claimed: tuple[str, str] | None = g.pop("once", None)
    if claimed is None:
        return answer
    with suppress(DatabaseAway), services().database.write() as conn:
        if 300 <= answer.status_code < 400:
            registry.keep(conn, *claimed, answer.status_code, answer.location, None)
        else:
            registry.release(conn, *claimed)
    return answer


def _key() -> str:
    sent = hashlib.sha256(request.path.encode("utf-8", "surrogatepass"))
    for name, value in sorted(request.form.items(multi=True)):
        if name != "csrf_token":
            sent.update(f"\n{len(name)} {name}={value}".encode("utf-8", "surrogatepass"))
    own = request.form[FIELD][:KEY_LENGTH]
    plain = "".join(sign for sign in own if sign.isascii() and sign.isprintable())
    return f"form:{plain}:{sent.hexdigest()}"
