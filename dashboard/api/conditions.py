"""What an answer is known by (`ETag`), and requests that depend on it (RFC 9110, 13).

The tag of a thing that can be put is `"VERSION-BODY"`: the first part changes with what a `PUT` sets,
the second with anything that is shown. `If-Match` asks for the version alone, so that a room's next
state, or a meeting's next flag, keeps nobody from changing their settings. It is looked at in the
transaction that writes.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from flask import Response, request
from sqlalchemy import Connection

from dashboard.web.problem import Problem
from gateway.registry.database import Database

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"[ \t]*(?:,|$)')
_LENGTH: Final = 16

Version = Callable[[Connection], object | None]
"""All that a ``PUT`` would replace, None where the thing is not there."""


class CheckedDatabase(Database):
    """A database for one request: its transaction begins with a look at what is asked to be there
    (Problem 412 where it is not), and ends with one at what became of it: ``version``.
    """

    def __init__(self, database: Database, version_of: Version) -> None:
        super().__init__(database.engine, None)
        self._database = database
        self._version_of = version_of
        self.version: str | None = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._database.write() as conn:
            _check(version_tag(self._version_of(conn)))
            yield conn
            self.version = version_tag(self._version_of(conn))


def version_tag(found: object | None) -> str | None:
    """What a version is known by; None where the thing is not there."""
    return None if found is None else digest(msgspec.json.encode(found))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def tag(answer: Response, version: str | None) -> Response:
    """The answer with its tag; without a body where the asker has that already (304)."""
    body = digest(answer.get_data())
    name = body if version is None else f"{version}-{body}"
    answer.headers["ETag"] = f'"{name}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    asked = request.headers.get("If-None-Match")
    has_it = asked is not None and (asked.strip() == "*" or name in _TAG.findall(asked))
    if request.method in ("GET", "HEAD") and has_it:
        answer.status_code = 304
        answer.set_data(b"")
        del answer.headers["Content-Type"]
    return answer


def _check(version: str | None) -> None:
    """Raises Problem where the request's If-Match or If-None-Match is not so."""
    asked = request.headers.get("If-Match")
    if asked is not None:
        known = {name.partition("-")[0] for name in _TAG.findall(asked)}
        if version is None or (asked.strip() != "*" and version not in known):
            raise Problem(412, "it was changed meanwhile: read it again, and then change it")
    if request.headers.get("If-None-Match", "").strip() == "*" and version is not None:
        raise Problem(412, "it is there already")
