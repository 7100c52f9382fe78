"""Kinds of which a gateway's store takes nothing, and what a person gives up of them.

The gateway tells it as a gauge, ``STORE_REFUSES``; a request to give up is a row that it consumes.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from gateway.metrics import STORE_REFUSES
from gateway.registry.tables.flags import operator_requests
from gateway.registry.tables.live_state import metric_totals
from sensors.wire.instant import to_ns

RELEASE = "release"


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """``gateway`` keeps every line of ``kind``: its store takes none."""

    gateway: str
    kind: str


class _Release(msgspec.Struct, frozen=True):
    gateway: str
    kind: str


def refused_kinds(conn: Connection) -> tuple[RefusedKind, ...]:
    """What the gateways say that their stores refuse, by kind."""
    query = select(metric_totals.c.gateway, metric_totals.c.label).where(
        metric_totals.c.name == STORE_REFUSES, metric_totals.c.value > 0
    )
    ordered = query.order_by(metric_totals.c.label, metric_totals.c.gateway)
    return tuple(RefusedKind(gateway, kind) for gateway, kind in conn.execute(ordered))


def ask_release(conn: Connection, kind: str, by: str, at: datetime) -> int:
    """Ask every gateway whose store refuses ``kind`` to give up what it keeps of it; how many
    are.
    """
    refusing = [found for found in refused_kinds(conn) if found.kind == kind]
    for found in refusing:
        body = msgspec.json.encode(_Release(found.gateway, kind)).decode()
        row = {"kind": RELEASE, "body": body, "by": by, "at_ns": to_ns(at)}
        conn.execute(insert(operator_requests).values(**row))
    return len(refusing)


def release_asked(conn: Connection, gateway: str) -> dict[int, str]:
    """What was asked of a gateway and is not done yet: requests and their kinds."""
    waiting = select(operator_requests).where(
        operator_requests.c.done_ns.is_(None), operator_requests.c.kind == RELEASE
    )
    found: dict[int, str] = {}
    for row in conn.execute(waiting.order_by(operator_requests.c.id)):
        try:
            asked = msgspec.json.decode(row.body, type=_Release)
        except msgspec.DecodeError:
            continue
        if asked.gateway == gateway:
            found[row.id] = asked.kind
    return found


def release_done(conn: Connection, requests: dict[int, str], at: datetime) -> None:
    done = update(operator_requests).where(operator_requests.c.id.in_(list(requests)))
    conn.execute(done.values(done_ns=to_ns(at)))
