"""The parameters of a route in its path, query and headers, as OpenAPI describes them."""

from typing import Any, Final

import msgspec

from dashboard.api.examples import example_of, path_example
from dashboard.api.idempotency import LONGEST as LONGEST_KEY
from dashboard.api.paging import PageQuery
from dashboard.api.route import LARGEST_NUMBER, Route

REF: Final = "#/components/schemas/{name}"
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}
_PRINTABLE: Final = r"^[!-~]+$"


def parameters(route: Route) -> list[dict[str, Any]]:
    return [*_in_path(route), *_in_query(route), *_in_headers(route)]


def _in_path(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _NUMBER if name == "webhook" else {"type": "string"},
            "example": path_example(name),
        }
        for name in route.parts
    ]


def _in_query(route: Route) -> list[dict[str, Any]]:
    paged = None if route.paging is None else PageQuery
    found = []
    for query in (one for one in (route.query, paged) if one is not None):
        (_,), made = msgspec.json.schema_components([query], ref_template=REF)
        schema = made[query.__name__]
        required = schema.get("required", [])
        hints = {field.encode_name: field.type for field in msgspec.structs.fields(query)}
        for name, kind in schema["properties"].items():
            told = {"name": name, "in": "query", "required": name in required, "schema": kind}
            if name != "cursor":  # there is none before an answer gave it
                told["example"] = example_of(hints[name], name)
            found.append(told)
    return found


def _in_headers(route: Route) -> list[dict[str, Any]]:
    if route.taken:
        return []
    if route.method == "POST":
        kept = "answered a second time with what was answered first, for 24 hours"
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": _PRINTABLE}
        return [_header("Idempotency-Key", kept, schema)]
    tag = {"type": "string"}
    if route.method == "GET":
        known = "the ETag of what is known already"
        return [] if route.answer is None else [_header("If-None-Match", known, tag)]
    if route.version is None:
        return []
    return [_header("If-Match", "the ETag of what is to be changed", tag)]


def _header(name: str, said: str, schema: dict[str, Any]) -> dict[str, Any]:
    where = {"name": name, "in": "header", "required": False}
    return where | {"description": said, "schema": schema}
