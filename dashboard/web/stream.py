"""``/api/v1/stream``: the board's changes as server-sent events."""

import time
from collections.abc import Iterator

from flask import Flask, Response

from dashboard.board.port import StreamEvent, TooManyViewers
from dashboard.web.problem import Problem
from dashboard.web.services import Services

HEARTBEAT_S = 15.0
RETRY_MS = 3000
FULL_RETRY_S = 30
LASTS_S = 3600.0
"""The browser asks again by itself after that, and so whoever lost the right to watch is out."""


def register(app: Flask, services: Services, heartbeat_s: float = HEARTBEAT_S) -> None:
    def stream() -> Response:
        try:
            events = services.board.follow(heartbeat_s)
        except TooManyViewers as error:
            raise Problem(
                503,
                f"all {services.settings.viewers} places on the live stream are taken: "
                "ask /api/v1/rooms now and then instead",
                headers={"Retry-After": str(FULL_RETRY_S)},
            ) from error
        answer = Response(_sent(events), mimetype="text/event-stream")
        answer.headers["X-Accel-Buffering"] = "no"
        # Not the generator's own end: one that was never begun would keep its place for ever.
        close = getattr(events, "close", None)
        if close is not None:
            answer.call_on_close(close)
        return answer

    app.add_url_rule("/api/v1/stream", "stream", stream, methods=["GET"])


def _sent(events: Iterator[StreamEvent | None]) -> Iterator[bytes]:
    yield b"retry: %d\n\n" % RETRY_MS
    until_s = time.monotonic() + LASTS_S
    for event in events:
        if event is None:
            yield b": still here\n\n"
        else:
            yield b"event: %b\ndata: %b\n\n" % (event.name.encode(), event.data)
        if time.monotonic() > until_s:
            return
