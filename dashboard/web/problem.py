"""What the API answers when it cannot do what was asked: RFC 9457 problem documents."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from flask import Response, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, NotFound

from gateway.registry.database import DatabaseAway
from gateway.store.interface import StoreError, StoreUnavailable

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_S = 5


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: where (a JSON pointer into the body, or the name of a
    query parameter) and what was expected.
    """

    pointer: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True):
    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: tuple[Mistake, ...] = ()


class Problem(Exception):
    """Raised by a view of the API; becomes a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        document = ProblemDocument(
            HTTPStatus(self.status).phrase, self.status, self.detail, errors=self.errors
        )
        answer = Response(
            msgspec.json.encode(document), status=self.status, content_type=MEDIA_TYPE
        )
        answer.headers.update(self.headers)
        return answer


def wants_problem(path: str) -> bool:
    """Whether an address answers programs, and so errors with documents rather than pages."""
    return path.startswith("/api/") or path == "/metrics"


def wants_icon(path: str) -> bool:
    """Whether a browser asks for it by itself: a page is for nobody there, and its forms come with a
    cookie.
    """
    return path.startswith(("/favicon.ico", "/apple-touch-icon"))


def problem_answer(error: Exception) -> Response:
    """The document for whatever a view raised; what nobody foresaw is logged and told as a 500."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return Response(status=error.code, headers=dict(error.get_headers(request.environ)))
    return _problem(error).answer()


def _problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case NotFound() if request.url_rule is None:
            return Problem(404, f"nothing is at {request.path}; see /api/v1/openapi.json")
        case HTTPException():
            headers = {
                name: value
                for name, value in error.get_headers()
                if name.lower() not in ("content-type", "content-length")
            }
            return Problem(error.code or 500, error.description or error.name, headers=headers)
        case IntegrityError():
            return Problem(409, "something that this refers to is not there, or still in use")
        case StoreUnavailable():
            return _away("the store of readings is away or busy", error.retry_after_s, error)
        case StoreError():
            return _away("the store of readings does not serve us", None, error)
        case DatabaseAway():
            return _away("the database is busy or away", None, error)
        case _:
            _log.exception("%s %s failed", request.method, request.path, exc_info=error)
            return Problem(500, "that went wrong on our side; the log of the dashboard says how")


def _away(what: str, retry_s: float | None, error: Exception) -> Problem:
    _log.warning("%s %s: %s: %s", request.method, request.path, what, error)
    return Problem(
        503, f"{what}: try again", headers={"Retry-After": f"{max(1, round(retry_s or RETRY_S))}"}
    )
