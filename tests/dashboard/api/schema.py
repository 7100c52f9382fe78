"""Checks a value against the part of JSON Schema that the OpenAPI document uses."""

import re
from datetime import datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
    "integer": (int,), "number": (int, float), "null": (type(None),),
}  # fmt: skip
_KNOWN = {
    "type", "title", "description", "default", "properties", "required", "items", "prefixItems",
    "additionalProperties", "$ref", "anyOf", "enum", "pattern", "format", "minLength",
    "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
}  # fmt: skip


def mistakes(value: Any, schema: dict[str, Any], components: dict[str, Any], at: str) -> list[str]:
    """Where ``value`` is not as ``schema`` says; a word that is not known here is one too."""
    if unknown := set(schema) - _KNOWN:
        return [f"{at}: this check does not know {sorted(unknown)}"]
    if "$ref" in schema:
        target = components[schema["$ref"].removeprefix("#/components/schemas/")]
        return mistakes(value, target, components, at)
    if "anyOf" in schema:
        tries = [mistakes(value, one, components, at) for one in schema["anyOf"]]
        return [] if [] in tries else [f"{at}: {value!r} is none of {schema['anyOf']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is not one of {schema['enum']}"]
    if "type" in schema and not _is(value, schema["type"]):
        return [f"{at}: {value!r} is no {schema['type']}"]
    if isinstance(value, dict):
        return _object(value, schema, components, at)
    if isinstance(value, list):
        kinds = schema.get("prefixItems") or [schema.get("items", {})] * len(value)
        if len(kinds) != len(value):
            return [f"{at}: {len(value)} items instead of {len(kinds)}"]
        return [
            m
            for i, (one, kind) in enumerate(zip(value, kinds, strict=True))
            for m in mistakes(one, kind, components, f"{at}[{i}]")
        ]
    if isinstance(value, str):
        return _text(value, schema, at)
    return []


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _object(
    value: dict[str, Any], schema: dict[str, Any], components: dict[str, Any], at: str
) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{at}.{name}: is missing" for name in schema.get("required", []) if name not in value]
    other = schema.get("additionalProperties")
    for name, one in value.items():
        if name in properties:
            found += mistakes(one, properties[name], components, f"{at}.{name}")
        elif isinstance(other, dict):
            found += mistakes(one, other, components, f"{at}.{name}")
        elif properties:
            found.append(f"{at}.{name}: is not described")
    return found


def _text(value: str, schema: dict[str, Any], at: str) -> list[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at}: {value!r} does not match {schema['pattern']}"]
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        return [f"{at}: {value!r} names no zone"]
    return []
