"""What a request gives, read into the structs that a route declares; all mistakes told together."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, get_args

import msgspec
from flask import request
from msgspec import Meta

from dashboard.api.fields import EARLIEST, LATEST
from dashboard.web.problem import Mistake, Problem

_DATED = re.compile(r"[0-9]{4}-")


def query_as(*kinds: type[msgspec.Struct]) -> tuple[msgspec.Struct, ...]:
    """The query of the current request as one of each kind, by its names.

    Raises:
        Problem: it is not right.

    """
    rest = request.args.to_dict()
    shares: list[dict[str, str]] = []
    for kind in kinds[1:]:
        names = kind.__struct_encode_fields__
        shares.append({name: rest.pop(name) for name in names if name in rest})
    shares.insert(0, rest)
    pairs = list(zip(kinds, shares, strict=True))
    known = tuple(name for kind in kinds for name in kind.__struct_encode_fields__)
    mistakes = tuple(
        mistake
        for kind, share in pairs
        for mistake in mistakes_of(kind, share, strict=False, prefix="", known=known)
    )
    if mistakes:
        raise Problem(400, f"the query is not right: {_said(mistakes)}", mistakes)
    return tuple(msgspec.convert(share, kind, strict=False) for kind, share in pairs)


def body_as(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """The JSON body of the current request; none is an empty one, where nothing in it is needed.

    Raises:
        Problem: it is not right.

    """
    if _is_left_out() and not any(one.required for one in msgspec.structs.fields(kind)):
        return kind()
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


def _is_left_out() -> bool:
    return not request.mimetype and not request.get_data()


def mistakes_of(
    kind: type[msgspec.Struct],
    given: Mapping[str, Any],
    *,
    strict: bool,
    prefix: str,
    known: Collection[str] = (),
) -> tuple[Mistake, ...]:
    """Everything that keeps ``given`` from being a ``kind``, key by key; ``known`` are the keys that
    are told of where one is not. msgspec alone would tell the first mistake only.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [
        Mistake(
            f"{prefix}{name}",
            f"is not known here; known are {', '.join(known or fields) or 'none'}",
        )
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
