"""`Idempotency-Key`: a `POST` that is sent again, as after a broken connection, does nothing twice.

What is done and what was answered are written in one transaction, so that whoever is killed in
between has done nothing. A refusal is not kept: the same request may succeed later.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from flask import Response, request
from sqlalchemy import Connection

from dashboard.web.identity.auth import current_user
from dashboard.web.problem import Mistake, Problem
from dashboard.web.services import Services
from gateway.registry import idempotency_keys as registry
from gateway.registry.database import Database, DatabaseAway
from sensors.clock import SYSTEM

HEADER = "Idempotency-Key"
LONGEST = 255


class OneTransaction(Database):
    """A database of which all that is read and written is part of a transaction that goes on."""

    def __init__(self, database: Database, conn: Connection) -> None:
        super().__init__(database.engine, None)
        self._conn = conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        yield self._conn


def once(services: Services, call: Callable[[Services], Response], *, secret: bool) -> Response:
    """The answer of ``call``, or the one that was given before under the same key. Of what is ``secret``
    nothing is kept but that it was done.

    Raises:
        Problem: the key is none, stands for something else, or what it stands for goes on still.

    """
    given = request.headers.get(HEADER)
    if given is None:
        return call(services)
    visitor = current_user()
    by, key, asked = "" if visitor is None else visitor.name, _key(given), _fingerprint()
    with services.database.write() as conn:
        before = registry.claim(conn, by, key, asked, SYSTEM.now())
    if before is not None:
        return _again(before, asked)
    try:
        with services.database.write() as conn:
            answer = call(replace(services, database=OneTransaction(services.database, conn)))
            body = None if secret else answer.get_data(as_text=True)
            location = answer.headers.get("Location")
            registry.keep(conn, by, key, answer.status_code, location, body)
    except BaseException:
        with suppress(DatabaseAway), services.database.write() as conn:
            registry.release(conn, by, key)
        raise
    return answer


def _key(given: str) -> str:
    """A key as it was given, or in quotes (a string of RFC 9651)."""
    key = given.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        expected = f"expected 1 to {LONGEST} printable characters"
        raise Problem(400, f"{HEADER}: {expected}", [Mistake(HEADER, expected)])
    return key


def _fingerprint() -> str:
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    asked.update(request.get_data())
    return asked.hexdigest()


def _again(before: registry.AskedBefore, asked: str) -> Response:
    if before.request != asked:
        said = f"this {HEADER} stands for another request: take a new one"
        raise Problem(422, said, [Mistake(HEADER, said)])
    if before.status is None:
        raise Problem(409, "the same is being done right now", headers={"Retry-After": "1"})
    if before.body is None:
        where = {} if before.location is None else {"Location": before.location}
        raise Problem(409, "that is done; what it showed is shown once", headers=where)
    answer = Response(before.body, before.status, mimetype="application/json")
    if before.location is not None:
        answer.headers["Location"] = before.location
    if before.status == 204:
        del answer.headers["Content-Type"]
    return answer
