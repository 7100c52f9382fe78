"""Seasons as they were shown: each with its version, and what changed from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select

from gateway.domain.season.changes import Change, changes_between
from gateway.registry.tables.seasons import seasons
from gateway.registry.upsert import put
from sensors.wire.instant import from_ns, to_ns

KEPT_SPANS: Final = 2_000
"""Of one venue or organisation; what was longest not made anew goes first."""
KEPT_VERSIONS: Final = 50


class Version(msgspec.Struct, frozen=True):
    """``revised`` is how many meetings had their report made again since the version before, by why;
    ``figures`` what is otherwise.
    """

    version: int
    at: datetime
    revised: Mapping[str, int]
    figures: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """``history`` begins with the second version."""

    version: int
    made: datetime
    history: tuple[Version, ...] = ()


_decode_history = msgspec.json.Decoder(tuple[Version, ...]).decode


def last_made(conn: Connection, scope: str, from_: date, to: date) -> datetime | None:
    """When the version that was last shown was made; None where none was."""
    made_ns = conn.execute(select(seasons.c.made_ns).where(_is_it(scope, from_, to))).scalar()
    return None if made_ns is None else from_ns(made_ns)


def shown_as(
    conn: Connection,
    scope: str,
    span: tuple[date, date],
    body: Mapping[str, Any],
    revised: Mapping[str, int],
    now: datetime,
) -> Shown:
    """Which version a season is: the one that was shown, where it is still the same, else the next."""
    from_, to = span
    row = conn.execute(select(seasons).where(_is_it(scope, from_, to))).one_or_none()
    if row is None:
        return _keep(conn, scope, span, body, Shown(1, now))
    before = msgspec.json.decode(row.body)
    history = _decode_history(row.history)
    if before == msgspec.json.decode(msgspec.json.encode(body)):
        return Shown(row.version, from_ns(row.made_ns), history)
    number = row.version + 1
    new = Version(number, now, revised, changes_between(before, body))
    return _keep(conn, scope, span, body, Shown(number, now, (*history, new)[-KEPT_VERSIONS:]))


def _keep(
    conn: Connection, scope: str, span: tuple[date, date], body: Mapping[str, Any], shown: Shown
) -> Shown:
    from_, to = span
    row = {
        "scope": scope,
        "from_day": from_.isoformat(),
        "to_day": to.isoformat(),
        "version": shown.version,
        "made_ns": to_ns(shown.made),
        "body": msgspec.json.encode(body).decode(),
        "history": msgspec.json.encode(shown.history).decode(),
    }
    put(conn, seasons, row)
    _forget_oldest(conn, scope)
    return shown


def _forget_oldest(conn: Connection, scope: str) -> None:
    made = select(seasons.c.made_ns).where(seasons.c.scope == scope)
    oldest = conn.execute(made.order_by(seasons.c.made_ns.desc()).offset(KEPT_SPANS).limit(1))
    limit_ns = oldest.scalar()
    if limit_ns is not None:
        gone = (seasons.c.scope == scope) & (seasons.c.made_ns <= limit_ns)
        conn.execute(delete(seasons).where(gone))


def _is_it(scope: str, from_: date, to: date) -> Any:
    c = seasons.c
    of_days = (c.from_day == from_.isoformat()) & (c.to_day == to.isoformat())
    return (c.scope == scope) & of_days
