"""``/api/v1/stream``: the board's changes as server-sent events."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request

from dashboard.board.port import Follower, TooManyViewers
from dashboard.web.identity.auth import access_key
from dashboard.web.problem import Problem
from dashboard.web.reach import access
from dashboard.web.services import Services

HEARTBEAT_S = 15.0
RETRY_MS = 3000
FULL_RETRY_S = 30
LASTS_S = 3600.0
"""The browser asks again by itself after that, and so whoever lost the right to watch is out."""
HANDOVER = "luchtig.handover"
"""In a request's environment: what takes a ``Followed``. Who serves it sends the events."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Events to be sent to who asked, as they come, after ``begin``; ``heartbeat`` when none came for
    ``heartbeat_s``. Whoever takes it closes ``events``.
    """

    events: Follower
    heartbeat_s: float
    lasts_s: float = LASTS_S
    begin: bytes = b"retry: %d\n\n" % RETRY_MS
    heartbeat: bytes = b": still here\n\n"


def register(app: Flask, services: Services, heartbeat_s: float = HEARTBEAT_S) -> None:
    def stream() -> Response:
        return streamed(services, lambda: services.board.follow(access().venues()), heartbeat_s)

    app.add_url_rule("/api/v1/stream", "stream", stream, methods=["GET"])


def streamed(
    services: Services, follow: Callable[[], Follower], heartbeat_s: float = HEARTBEAT_S
) -> Response:
    """The answer that goes on with what ``follow`` finds, for as long as who asks may watch.

    Raises:
        Problem: no place is free.

    """
    try:
        events = follow()
    except TooManyViewers as error:
        raise Problem(
            503,
            f"all {services.settings.viewers} places on the live stream are taken: "
            "ask /api/v1/rooms now and then instead",
            headers={"Retry-After": str(FULL_RETRY_S)},
        ) from error
    key = access_key()
    if services.access is not None and key is not None:
        services.access.watch(key, events)
    request.environ[HANDOVER](Followed(events, heartbeat_s, LASTS_S))
    return Response(
        mimetype="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )
