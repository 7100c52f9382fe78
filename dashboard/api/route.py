"""One row of the API's route table, and how a request becomes a call of its handler.

The same rows make the OpenAPI document, so that it says what the code does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from flask import Response
from sqlalchemy import Connection

from dashboard.api.conditions import CheckedDatabase, tag, version_tag
from dashboard.api.given import body_as, query_as
from dashboard.api.idempotency import once
from dashboard.api.paging import PageQuery, Paging, link_on
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from sensors.wire.topic import CHECK, is_slug

Method = Literal["GET", "PUT", "POST", "DELETE"]
SLUGS = ("organisation", "venue", "room", "device", "policy", "protocol", "feed")
PREFIX = "/api/v1"
LARGEST_NUMBER = 999_999_999
"""Of what is known by a number."""


class NoQuery(msgspec.Struct, frozen=True):
    """Of a route that takes none of its own."""


@dataclass(frozen=True, slots=True)
class Route:
    """``handler(services, **parts of the path, query=…, body=…)`` gives a struct, or None (204).

    ``path`` is below ``/api/v1``. ``query`` and ``body`` are given to the handler where they are
    declared. ``media`` is what it answers with, in a Response of its own, where that is not JSON.
    ``problems`` are the statuses it may answer beside those that every route may. ``paging`` is how a
    list is told in pieces. ``version(conn, **parts of the path)`` is all that a ``PUT`` there replaces.
    ``made_at`` gives the path of what a ``POST`` made, from its answer, which is told once and never
    again where it is ``secret``. What is ``taken`` (202) is handed on to others, twice as well as once.
    ``or_answer`` is what it answers else, by what was asked.
    """

    method: Method
    path: str
    handler: Callable[..., msgspec.Struct | Response | None]
    summary: str
    answer: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    problems: tuple[int, ...] = ()
    media: str | None = None
    paging: Paging | None = None
    version: Callable[..., object | None] | None = None
    made_at: Callable[[Any], str] | None = None
    secret: bool = False
    taken: bool = False
    or_answer: type[msgspec.Struct] | None = None

    @property
    def name(self) -> str:
        """As ``url_for`` and OpenAPI's operationId know it."""
        return self.handler.__name__

    @property
    def parts(self) -> tuple[str, ...]:
        """The names in braces of the path, in order."""
        return tuple(piece.strip("{}") for piece in self.path.split("/") if piece.startswith("{"))

    def call(self, services: Services, parts: Mapping[str, str]) -> Response:
        """Answer the current request.

        Raises:
            Problem: the request is not as this route takes it, or what the handler raised.

        """
        _check_slugs(self, parts)
        if self.method == "POST" and not self.taken:
            return once(services, lambda its: self._call(its, parts), secret=self.secret)
        return self._call(services, parts)

    def _call(self, services: Services, parts: Mapping[str, str]) -> Response:
        given: dict[str, Any] = dict(parts)
        cursor: str | None = None
        if self.paging is not None:
            query, asked = query_as(self.query or NoQuery, PageQuery)
            page = self.paging.page(msgspec.convert(asked, PageQuery))
            given |= {"query": query} if self.query is not None else {}
            given |= {"page": page} if self.paging.by_handler else {}
        elif self.query is not None:
            (given["query"],) = query_as(self.query)
        if self.body is not None:
            given["body"] = body_as(self.body)
        answer, version = self._answer(services, parts, given)
        if answer is None:
            return Response(status=204)
        if isinstance(answer, Response):
            return answer
        if self.paging is not None:
            answer, cursor = self.paging.cut(answer, page)
        made = Response(msgspec.json.encode(answer), mimetype="application/json")
        link_on(made, cursor)
        if self.taken:
            made.status_code = 202
            return made
        if self.made_at is not None:
            made.status_code = 201
            made.headers["Location"] = PREFIX + self.made_at(answer)
            return made
        return tag(made, version) if self.method != "POST" else made

    def _answer(
        self, services: Services, parts: Mapping[str, str], given: dict[str, Any]
    ) -> tuple[msgspec.Struct | Response | None, str | None]:
        """What the handler gives, and which version of the thing that is."""
        version_of = self.version
        if version_of is None:
            return self.handler(services, **given), None

        def found(conn: Connection) -> object | None:
            return version_of(conn, **parts)

        if self.method == "GET":  # an older version than what is shown only makes a PUT ask again
            with services.database.read() as conn:
                before = version_tag(found(conn))
            return self.handler(services, **given), before
        checked = CheckedDatabase(services.database, found)
        answer = self.handler(replace(services, database=checked), **given)
        return answer, checked.version


def _check_slugs(route: Route, parts: Mapping[str, str]) -> None:
    """A part that names something new must be able to stand in a topic."""
    named = [name for name in route.parts if name in SLUGS]
    mistakes = [
        Mistake(f"/{name}", f"{parts[name]!r} is not a slug: small letters, digits and '-'")
        for name in named
        if not is_slug(parts[name])
    ]
    mistakes += [
        Mistake(f"/{name}", f"{CHECK!r} is the name of trials: choose another")
        for name in named
        if parts[name] == CHECK
    ]
    if mistakes:
        raise Problem(404 if route.method == "GET" else 422, mistakes[0].message, mistakes)
