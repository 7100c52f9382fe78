"""One text for one document, whatever lies between its parts: what a digest or signature is made of.

JSON as RFC 8785 writes it: keys in order, no blanks, UTF-8. Figures have few decimals and no exponent,
so that Python's shortest form is that of the standard.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

LARGEST_BYTES: Final = 4 * 1024 * 1024
"""Longer than any season's."""
Document = Mapping[str, Any]


class NotReadable(Exception):
    """The bytes are no document of ours; the message says why."""


def canonical(value: object) -> bytes:
    """The one text of a value made of what JSON has.

    Raises:
        NotReadable: it holds what JSON has not.

    """
    try:
        return json.dumps(
            _plain(value),
            sort_keys=True,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        ).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise NotReadable(f"cannot be written as JSON: {error}") from error


def digest_of(value: object) -> str:
    """SHA-256 of its canonical text, in hexadecimal digits."""
    return sha256(canonical(value)).hexdigest()


def read_document(data: bytes) -> dict[str, Any]:
    """The JSON object in bytes; one that names a key twice is refused, since readers would differ in
    which they believe.

    Raises:
        NotReadable: there is none.

    """
    if len(data) > LARGEST_BYTES:
        raise NotReadable("is too long for a season")
    try:
        found = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise NotReadable("is no JSON object")
    return found


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")
