"""One row of the API's route table, and how a request becomes a call of its handler.

The same rows make the OpenAPI document, so that it says what the code does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from flask import Response, request
from msgspec import Meta

from dashboard.api.fields import EARLIEST, LATEST
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from sensors.wire.topic import CHECK, is_slug

Method = Literal["GET", "PUT", "POST", "DELETE"]
SLUGS = ("venue", "room", "device", "policy", "feed")
_DATED = re.compile(r"[0-9]{4}-")


@dataclass(frozen=True, slots=True)
class Route:
    """``handler(services, **parts of the path, query=…, body=…)`` gives a struct, or None (204).

    ``path`` is below ``/api/v1``. ``query`` and ``body`` are given to the handler where they are
    declared. ``media`` is what it answers with, in a Response of its own, where that is not JSON.
    ``problems`` are the statuses it may answer beside those that every route may.
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
        given: dict[str, Any] = dict(parts)
        _check_slugs(self, parts)
        if self.query is not None:
            given["query"] = _query(self.query)
        if self.body is not None:
            given["body"] = _body(self.body)
        answer = self.handler(services, **given)
        if answer is None:
            return Response(status=204)
        if isinstance(answer, Response):
            return answer
        return Response(msgspec.json.encode(answer), mimetype="application/json")


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


def _query(kind: type[msgspec.Struct]) -> msgspec.Struct:
    given = request.args.to_dict()
    mistakes = mistakes_of(kind, given, strict=False, prefix="")
    if mistakes:
        raise Problem(400, f"the query is not right: {_said(mistakes)}", mistakes)
    return msgspec.convert(given, kind, strict=False)


def _body(kind: type[msgspec.Struct]) -> msgspec.Struct:
    if not request.is_json:
        raise Problem(415, "expected a JSON body: Content-Type: application/json")
    try:
        given = msgspec.json.decode(request.get_data())
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise Problem(422, "expected a JSON object", [Mistake("", "expected a JSON object")])
    mistakes = mistakes_of(kind, given, strict=True, prefix="/")
    if mistakes:
        raise Problem(422, f"the body is not right: {_said(mistakes)}", mistakes)
    return msgspec.convert(given, kind)


def mistakes_of(
    kind: type[msgspec.Struct], given: Mapping[str, Any], *, strict: bool, prefix: str
) -> tuple[Mistake, ...]:
    """Everything that keeps ``given`` from being a ``kind``, key by key.

    msgspec alone would tell the first one only.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [
        Mistake(f"{prefix}{name}", f"is not known here; known are {', '.join(fields) or 'none'}")
        for name in given
        if name not in fields
    ]
    for name, field in fields.items():
        if name not in given:
            if field.required:
                found.append(Mistake(f"{prefix}{name}", "is missing"))
            continue
        try:
            value = msgspec.convert(given[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            message, _, where = str(error).partition(" - at `$")
            inner = where.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
            said = _expected(field.type) or _plain(message)
            found.append(Mistake(f"{prefix}{name}{inner}", said))
            continue
        if isinstance(value, datetime):
            found += [
                Mistake(f"{prefix}{name}", said) for said in _moment_faults(given[name], value)
            ]
    return tuple(found)


def _expected(hint: Any) -> str:
    """What a type says of itself that is expected; empty where it leaves that to msgspec."""
    own = getattr(hint, "__metadata__", ())
    told = [meta.extra["expected"] for meta in own if isinstance(meta, Meta) and meta.extra]
    parts = (_expected(part) for part in get_args(hint))
    return next((f"expected {one}" for one in told), "") or next(filter(None, parts), "")


def _moment_faults(given: object, at: datetime) -> list[str]:
    """What is wrong with a moment that msgspec takes: it reads a number as seconds since 1970."""
    if not _DATED.match(str(given)):
        return ["expected ISO 8601 with Z or an offset"]
    if not EARLIEST <= at <= LATEST:
        return [f"expected a moment between {EARLIEST.year} and {LATEST.year}"]
    return []


def _plain(message: str) -> str:
    return message[0].lower() + message[1:].replace("`", "")


def _said(mistakes: tuple[Mistake, ...]) -> str:
    return "; ".join(f"{mistake.pointer.lstrip('/')} {mistake.message}" for mistake in mistakes)
