"""A form that could not be kept because the database is busy or away: it is shown again as it was filled in,
whichever form it is. The page that holds it is made anew and filled; where even that cannot be, what was
sent stands on a page of its own, to be sent again.
"""

import logging
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from dashboard.pages.parts.context import locale_at
from dashboard.pages.parts.refill import OWN, refilled

RETRY_S: Final = 5
SECRET: Final = "password"  # noqa: S105 - how fields are named that are never shown again

_log = logging.getLogger(__name__)


def kept_form() -> Response:
    """The answer to the form that was sent with this request, filled in; 503."""
    notice = locale_at().gettext(
        "This is not kept yet: the database is busy. What you filled in still stands here. "
        "Wait a moment and send it again."
    )
    filled = request.form.to_dict(flat=False)
    html = None
    for path, query in _pages():
        page = _made(path, query)
        html = None if page is None else refilled(page, path, request.path, filled, notice)
        if html is not None:
            break
    if html is None:
        html = _sent_page(notice)
    answer = Response(html, status=503, content_type="text/html; charset=utf-8")
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _pages() -> list[tuple[str, str]]:
    """Where a page with this form may stand, as path and query: where it posts to, and where it came
    from.
    """
    came_from = urlsplit(request.referrer or "")
    found = [(request.path, request.query_string.decode("ascii", "replace"))]
    if came_from.netloc == request.host and came_from.path:
        found.append((came_from.path, came_from.query))
    return [place for place in found if _is_page(place[0])]


def _is_page(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, "GET")
    except (HTTPException, RequestRedirect):
        return False
    return not path.startswith(("/static/", "/api/"))


def _made(path: str, query: str) -> str | None:
    """A page as its visitor would get it now; None where that is none."""
    kept = ("wsgi.", "SERVER_", "REMOTE_", "HTTP_HOST", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE")
    environ: dict[str, Any] = {
        name: value for name, value in request.environ.items() if name.startswith(kept)
    }
    environ |= {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
    }
    try:
        with current_app.request_context(environ):
            answer = current_app.full_dispatch_request()
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            return answer.get_data(as_text=True) if is_page else None
    except Exception:  # noqa: BLE001 - what is away for the form may be away for its page
        _log.debug("no page %s for a form that was not kept", path, exc_info=True)
        return None


def _sent_page(notice: str) -> str:
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in OWN and SECRET not in name
    ]
    return render_template(
        "sent_again.html",
        notice=notice,
        action=request.full_path.rstrip("?"),
        fields=fields,
        board=url_for("board.board"),
    )
