"""An HTTP server that answers by script: for what a real InfluxDB of this version cannot be made to say."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def lines(self) -> list[str]:
        return self.body.decode().splitlines()


@dataclass(frozen=True)
class Said:
    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def json_said(status: int, document: object, **headers: str) -> Said:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, json.dumps(document), {"Content-Type": "application/json", **named})


NO_ROUTE = Said(404, "404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"})
EMPTY = json_said(200, {"results": [{"statement_id": 0}]})
Script = Callable[[Asked], Said]


@dataclass
class ScriptedServer:
    """``script`` may be replaced while it runs; ``asked`` holds every request so far."""

    script: Script
    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    def url(self, database: str = "luchtig") -> str:
        return f"influxdb://127.0.0.1:{self.port}/{database}"

    def answer(self, asked: Asked) -> Said:
        """Which days are no longer down-sampled is no part of any script: that is taken."""
        if asked.body.startswith(b"downsampled,"):
            return Said(204)
        self.asked.append(asked)
        return self.script(asked)

    def writes(self) -> list[Asked]:
        """The writes that held lines."""
        return [asked for asked in self.asked if asked.path.endswith("/write") and asked.body]


def influxdb_2(write: Script) -> Script:
    """An InfluxDB 2.7 that answers a write of lines by ``write``."""

    def script(asked: Asked) -> Said:
        if asked.path == "/ping":
            return Said(204, "", {"X-Influxdb-Version": "v2.7.11"})
        if asked.path == "/query":
            return EMPTY
        if asked.path != "/api/v2/write":
            return NO_ROUTE
        if not asked.body:
            return json_said(400, {"code": "invalid", "message": "writing requires points"})
        return write(asked)

    return script


@contextmanager
def scripted(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    served = ScriptedServer(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            address = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(address.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            asked = Asked(self.command, address.path, query, dict(self.headers), body)
            said = served.answer(asked)
            content = said.body.encode()
            self.send_response_only(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if said.status != 204:
                self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            pass  # a client that hangs up during a TLS handshake is the point of some tests

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
