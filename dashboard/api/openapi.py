"""The OpenAPI 3.1 document, made from the route table and the structs it names."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from dashboard.api.examples import example_of
from dashboard.api.openapi_parameters import REF, parameters
from dashboard.api.route import Route
from dashboard.web.problem import MEDIA_TYPE, ProblemDocument
from gateway.domain.room_state import RoomState

_ALWAYS = (401, 403)
_PHRASES = {
    400: "the query is not right, or the body is not JSON",
    401: "no log-in and no token",
    403: "a token whose scope is too small; a browser's without X-CSRFToken, or from another site",
    404: "it is not there",
    409: "it contradicts what is there",
    410: "the signed link has expired or was withdrawn",
    412: "it is not as If-Match or If-None-Match asks",
    413: "the body is over 64 KiB",
    415: "the body is not application/json",
    422: "the body is JSON, but not as described",
    503: "the database or the store is away; Retry-After says when to ask again",
}


def document(routes: Sequence[Route], prefix: str) -> bytes:
    """The whole document as JSON."""
    components = _components(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(prefix + route.path, {})[route.method.lower()] = _operation(
            route, components
        )
    paths[f"{prefix}/stream"] = {"get": _stream()}
    paths[f"{prefix}/openapi.json"] = {"get": _itself()}
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "openapi": "3.1.0",
                "info": {
                    "title": "Luchtig",
                    "version": version("luchtig"),
                    "description": "Rooms, their air and people, meetings and flags. Times are "
                    "ISO 8601 in UTC; units stand in the names.",
                },
                "security": [{"token": []}, {"session": []}],
                "paths": paths,
                "components": {
                    "schemas": components,
                    "securitySchemes": {
                        "token": {"type": "http", "scheme": "bearer"},
                        "session": {"type": "apiKey", "in": "cookie", "name": "luchtig"},
                    },
                },
            }
        ),
        indent=1,
    )


def _components(routes: Sequence[Route]) -> dict[str, Any]:
    kinds: list[Any] = [ProblemDocument, RoomState]
    for route in routes:
        known = (route.answer, route.or_answer, route.body)
        kinds.extend(kind for kind in known if kind is not None)
    _, components = msgspec.json.schema_components(dict.fromkeys(kinds), ref_template=REF)
    for schema in components.values():
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
    return components


def _operation(route: Route, components: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if route.media is not None:
        content = {route.media: {"schema": {"type": "string"}}}
        answers["200"] = {"description": "as asked", "content": content}
    elif route.answer is None:
        answers["204"] = {"description": "done"}
    elif route.taken:
        answers["202"] = {"description": "the broker has it", "content": _of(route.answer)}
    elif route.made_at is not None:
        location = {"Location": _header("where what was made is")}
        answers["201"] = {
            "description": "made",
            "headers": location,
            "content": _of(route.answer, whole=route.secret),
        }
    else:
        answers["200"] = {
            "description": "as asked",
            "headers": _headers(route),
            "content": _either(route.answer, route.or_answer)
            if route.or_answer
            else _of(route.answer),
        }
        if route.method == "GET":
            answers["304"] = {"description": "it is as If-None-Match says"}
    for status in _statuses(route):
        answers[str(status)] = _problem(status)
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "parameters": parameters(route),
        "responses": answers,
    }
    if route.body is not None:
        needed = bool(components[route.body.__name__].get("required"))
        operation["requestBody"] = {"required": needed, "content": _of(route.body)}
    return operation


def _either(kind: type[msgspec.Struct], other: type[msgspec.Struct]) -> dict[str, Any]:
    """JSON of one of two kinds, with an example of the first."""
    schema = {"anyOf": [_ref(kind), _ref(other)]}
    return {"application/json": {"schema": schema, "example": example_of(kind)}}


def _statuses(route: Route) -> list[int]:
    statuses = {*_ALWAYS, 503, *route.problems}
    if route.method != "GET":
        statuses |= {422} if route.parts else set()
    if route.method == "POST":
        statuses |= {400, 409, 422}
    if route.method in ("PUT", "DELETE") and route.version is not None:
        statuses.add(412)
    if route.query is not None or route.paging is not None:
        statuses.add(400)
    if route.body is not None:
        statuses |= {400, 413, 415, 422}
    return sorted(statuses)


def _headers(route: Route) -> dict[str, Any]:
    found = {} if route.method == "POST" else {"ETag": _header("what this answer is known by")}
    if route.paging is not None:
        found["Link"] = _header('where the list goes on: <…>; rel="next"')
    return found


def _header(said: str) -> dict[str, Any]:
    return {"description": said, "schema": {"type": "string"}}


def _stream() -> dict[str, Any]:
    return {
        "operationId": "stream",
        "summary": "server-sent events: all rooms once, then each change",
        "description": "`event: room` carries a RoomState, `event: alert` the change of a flag "
        "with its venue and room. A comment comes when nothing else does for 15 s.",
        "tags": ["rooms"],
        "parameters": [],
        "responses": {
            "200": {
                "description": "a stream that does not end",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            "401": _problem(401),
            "503": _problem(503) | {"description": "all places are taken; poll rooms instead"},
        },
    }


def _itself() -> dict[str, Any]:
    return {
        "operationId": "openapi_json",
        "summary": "this document",
        "tags": ["openapi"],
        "parameters": [],
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": _json({"type": "object"})},
            "401": _problem(401),
        },
    }


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _PHRASES[status],
        "content": {MEDIA_TYPE: {"schema": _ref(ProblemDocument)}},
    }


def _of(kind: type[msgspec.Struct], *, whole: bool = False) -> dict[str, Any]:
    """JSON of this kind, with an example."""
    return {"application/json": {"schema": _ref(kind), "example": example_of(kind, whole=whole)}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _ref(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {"$ref": REF.format(name=kind.__name__)}
