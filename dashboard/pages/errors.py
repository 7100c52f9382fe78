"""When a page cannot be given: why, in the look of the house, and never a traceback."""

import logging
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from dashboard.pages.kept_form import kept_form
from dashboard.pages.parts.context import locale_at
from dashboard.web.identity.auth import is_own_form
from dashboard.web.problem import Problem, wants_icon
from gateway.registry.database import DatabaseAway
from gateway.store.interface import StoreError
from gateway.words.locale import PageLocale

logger = logging.getLogger(__name__)

BARE = "<!doctype html><meta charset=utf-8><title>Luchtig</title><p>{title}</p>"


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Problem, _problem)
    for away in (DatabaseAway, StoreError):
        app.register_error_handler(away, _away)
    app.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    answer = _page(error.code)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _problem(problem: Problem) -> Response:
    answer = _page(problem.status)
    answer.headers.update(problem.headers)
    return answer


def _away(error: Exception) -> Response:
    logger.warning("%s %s: %s", request.method, request.path, error)
    if isinstance(error, DatabaseAway) and request.method == "POST" and is_own_form():
        try:
            return kept_form()
        except Exception:  # the words of the page may be what is away
            logger.debug("a form is lost", exc_info=True)
    answer = _page(503)
    answer.headers["Retry-After"] = "10"
    return answer


def _unforeseen(error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _page(500)


def _page(code: int) -> Response:
    bare = BARE.format(title=f"{code} {HTTPStatus(code).phrase}")
    if wants_icon(request.path):
        return Response(bare, status=code, content_type="text/html; charset=utf-8")
    try:
        html = render_template("error.html", code=code, **_words(code, locale_at()))
    except Exception:  # the database that a template asks may be what is away
        logger.debug("no page for error %d", code, exc_info=True)
        html = bare
    return Response(html, status=code, content_type="text/html; charset=utf-8")


def _words(code: int, locale: PageLocale) -> dict[str, str]:
    """What happened, and what the visitor can do."""
    match code:
        case 404:
            title = locale.gettext("This page does not exist")
            advice = locale.gettext("The address may have changed. The board shows all rooms.")
        case 410 if request.path.startswith(("/k/", "/kiosk/")):
            title = locale.gettext("This screen is no longer let in")
            advice = locale.gettext(
                "Its link was taken back. Whoever looks after this venue can make another one."
            )
        case 410:
            title = locale.gettext("This link works no more")
            advice = locale.gettext("Ask whoever sent it for another one.")
        case 400 | 403:
            title = locale.gettext("This is not allowed")
            advice = locale.gettext("Go back, load the page again and try once more.")
        case 503:
            title = locale.gettext("A part of the system is away")
            advice = locale.gettext("It mostly comes back by itself. Try again in a moment.")
        case _ if code < 500:
            title = locale.gettext("That did not work")
            advice = locale.gettext("Go back and try it another way.")
        case _:
            title = locale.gettext("Something went wrong here")
            advice = locale.gettext("The log of the dashboard says what. Try again in a moment.")
    return {"title": title, "advice": advice}
