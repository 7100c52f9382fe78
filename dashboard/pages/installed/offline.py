"""What an installed board shows where there is no connection: what it showed last, and how old that is.

A page keeps what its rooms say in the browser; this page is kept there too (``static/worker.js``), and holds
nothing of anybody.
"""

from flask import Blueprint, Response, make_response, render_template, url_for

blueprint = Blueprint("offline", __name__)


@blueprint.get("/offline")
def offline() -> str:
    return render_template("offline.html")


@blueprint.get("/worker.js")
def worker() -> Response:
    """At the root, since a worker has no say about what lies above it."""
    files = ("style.css", "more.css", "offline.js", "icon.svg")
    kept = [url_for("static", filename=name) for name in files]
    icon = url_for("static", filename="icon-192.png")
    answer = make_response(render_template("worker.js", kept=kept, icon=icon))
    answer.content_type = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
