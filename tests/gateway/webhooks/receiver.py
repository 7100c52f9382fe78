"""A real web server that takes webhooks, and checks them as a receiver should."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.domain.webhook import SECRET


@dataclass
class Got:
    """One message as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        """After Standard Webhooks, by hand: what a receiver without us would do."""
        key = base64.b64decode(secret.removeprefix(SECRET))
        signed = b".".join(
            (self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode())
        )
        made = hmac.new(key, signed + b"." + self.body, hashlib.sha256).digest()
        given = self.headers["webhook-signature"].split(",", 1)
        return given[0] == "v1" and hmac.compare_digest(base64.b64decode(given[1]), made)


@dataclass
class Receiver:
    """What it got, and with what it answers next: the statuses in order, then 204."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=1"


@contextmanager
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if kept.hold is not None:
                kept.hold.wait(60)
            self.send_response(kept.statuses.pop(0) if kept.statuses else 204)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        if kept.hold is not None:
            kept.hold.set()
        server.shutdown()
        server.server_close()
