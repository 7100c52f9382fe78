"""The documentation, for whoever may reach the dashboard: also who cannot log in."""

from functools import cache

from flask import Blueprint, Response, abort, render_template

from dashboard.manual.manual import Manual, folder
from dashboard.manual.rendering import INDEX
from dashboard.pages.parts.context import locale_at

blueprint = Blueprint("docs", __name__)
ROOT = "/docs"


@blueprint.get("/docs")
@blueprint.get("/docs/<path:page>")
def docs(page: str = INDEX) -> str:
    manual = _manual()
    if page not in manual.names:
        abort(404)
    return render_template("docs.html", locale=locale_at(), **manual.described(page))


@blueprint.get("/docs/words.js")
def words() -> Response:
    answer = Response(_manual().words, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer


@cache
def _manual() -> Manual:
    return Manual(folder(), lambda to, _of: ROOT if to == INDEX else f"{ROOT}/{to}")
