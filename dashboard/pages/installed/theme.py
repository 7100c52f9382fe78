"""Light or dark by choice: kept by the browser, and said in the page itself, so that nothing flashes."""

from typing import Final

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.web.identity.entrance import is_local_path

blueprint = Blueprint("theme", __name__)

COOKIE: Final = "luchtig_theme"
THEMES: Final = ("light", "dark")
SYSTEM: Final = "system"
KEPT_S: Final = 365 * 24 * 3600


@blueprint.post("/theme/<theme>")
def choose(theme: str) -> ResponseReturnValue:
    """``system`` is as the device of the visitor has it."""
    if theme not in (*THEMES, SYSTEM):
        abort(404)
    target = request.form.get("next", "/")
    answer = redirect(target if is_local_path(target) else url_for("board.board"), 303)
    if theme == SYSTEM:
        answer.delete_cookie(COOKIE)
    else:
        answer.set_cookie(
            COOKIE,
            theme,
            max_age=KEPT_S,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        )
    return answer


def chosen_theme() -> str:
    """Of the request that is being answered; empty: as the system has it."""
    asked = request.cookies.get(COOKIE, "")
    return asked if asked in THEMES else ""
