"""The OpenAPI document as people read it: operations by what they are about, and the kinds of things
that go in and out. Made from the document that programs get, so that both say the same.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value in words; ``kind`` is the one among ``Reference.kinds`` that it leads to,
    empty where it is none.
    """

    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a key of an object. ``where`` a parameter stands: path, query or header."""

    name: str
    type: Type
    required: bool
    says: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What may come: with which status, when, and as what; ``example`` is empty where there is
    none.
    """

    status: str
    says: str
    type: Type
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address; ``body`` is None where it takes none."""

    name: str
    method: str
    path: str
    summary: str
    says: str
    parameters: tuple[Field, ...]
    body: Answer | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    says: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """``groups`` are the operations by the first word of their path."""

    version: str
    says: str
    groups: Mapping[str, tuple[Operation, ...]]
    kinds: tuple[Kind, ...]


def reference(document: bytes) -> Reference:
    """The whole document."""
    whole = json.loads(document)
    groups: dict[str, tuple[Operation, ...]] = {}
    for path, methods in whole["paths"].items():
        for method in _METHODS:
            if method in methods:
                told = _operation(method, path, methods[method])
                group = methods[method]["tags"][0]
                groups[group] = (*groups.get(group, ()), told)
    schemas = whole["components"]["schemas"]
    kinds = tuple(
        Kind(name, schema.get("description", ""), tuple(_fields(schema)))
        for name, schema in sorted(schemas.items())
    )
    return Reference(whole["info"]["version"], whole["info"]["description"], groups, kinds)


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    body = None
    if "requestBody" in told:
        body = _answer("", {"description": ""} | told["requestBody"])
    return Operation(
        told["operationId"],
        method.upper(),
        path,
        told["summary"],
        told.get("description", ""),
        tuple(
            Field(
                one["name"],
                _type(_given(one["schema"])),
                one["required"],
                _said(one.get("description"), one["schema"], one.get("example")),
                one["in"],
            )
            for one in told["parameters"]
        ),
        body,
        tuple(_answer(status, one) for status, one in sorted(told["responses"].items())),
    )


def _given(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter that is not given is left out: there is no null in a query."""
    some = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return {"anyOf": some} if some else schema


def _answer(status: str, told: Mapping[str, Any]) -> Answer:
    content: Mapping[str, Any] = next(iter(told.get("content", {}).values()), {})
    example = content.get("example")
    shown = "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
    return Answer(status, told["description"], _type(content.get("schema", {})), shown)


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, kind in schema.get("properties", {}).items():
        yield Field(name, _type(kind), name in required, _said(None, kind, None))


def _said(said: str | None, schema: Mapping[str, Any], example: Any) -> str:
    """What is to be known of a value beside its type."""
    parts = [said or _description(schema)]
    if "default" in schema and schema["default"] not in (None, "", [], {}):
        parts.append(f"usually {_shown(schema['default'])}")
    if example not in (None, ""):
        parts.append(f"as {_shown(example)}")
    return "; ".join(filter(None, parts))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _description(schema: Mapping[str, Any]) -> str:
    own: str = schema.get("description", "")
    inner = (one.get("description", "") for one in schema.get("anyOf", ()))
    return own or next(filter(None, inner), "")


def _type(schema: Mapping[str, Any]) -> Type:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Type(name, name)
    if "anyOf" in schema:
        found = [_type(one) for one in schema["anyOf"]]
        kind = next((one.kind for one in found if one.kind), "")
        return Type(" or ".join(one.words for one in found), kind)
    if "enum" in schema:
        return Type("one of " + ", ".join(str(one) for one in schema["enum"]))
    match schema.get("type"):
        case "array":
            inner = _type(schema.get("items") or {})
            return Type(f"list of {inner.words}" if inner.words else "list", inner.kind)
        case "string":
            return Type("date and time" if schema.get("format") == "date-time" else "text")
        case "integer" | "number" as number:
            return Type(f"{number}{_bounds(schema)}")
        case "boolean":
            return Type("true or false")
        case other:
            return Type(other or "")


def _bounds(schema: Mapping[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f" from {low}"
    return "" if high is None else f" up to {high}"
