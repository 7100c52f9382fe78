"""The messages that were refused."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.fields import Instant
from dashboard.api.route import Route
from dashboard.web.services import Services
from gateway.registry import quarantine as registry
from sensors.wire.instant import from_ns, to_wire


class QuarantineQuery(msgspec.Struct, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class RefusedAnswer(msgspec.Struct, frozen=True):
    """``payload`` is its beginning, bytes that are not text in hexadecimal."""

    at: Instant
    topic: str
    reason: str
    detail: str
    payload: str


class Quarantine(msgspec.Struct, frozen=True):
    """The newest refused messages, and how many there ever were by reason."""

    refused: tuple[RefusedAnswer, ...]
    by_reason: dict[str, int]


def get_quarantine(services: Services, query: QuarantineQuery) -> Quarantine:
    with services.database.read() as conn:
        found = registry.recent(conn, query.limit)
        totals = registry.by_reason(conn)
    return Quarantine(
        tuple(
            RefusedAnswer(
                to_wire(from_ns(message.at_ns)),
                message.topic,
                str(message.reason),
                message.detail,
                message.payload.decode("utf-8", "backslashreplace"),
            )
            for message in found
        ),
        totals,
    )


ROUTES = (
    Route(
        "GET",
        "/quarantine",
        get_quarantine,
        "messages that were refused, newest first",
        Quarantine,
        query=QuarantineQuery,
    ),
)
