"""A real web server on loopback that answers as a test says."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]


Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class WebServer:
    """What it was asked, and by path how it answers; other paths are not there."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answering] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer a path with a body; a request whose If-None-Match is its ETag with 304."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            etag = headers.get("ETag")
            same = etag is not None and handler.headers.get("If-None-Match") == etag
            handler.send_response(304 if same else status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            shown = b"" if same else body
            handler.send_header("Content-Length", str(len(shown)))
            handler.end_headers()
            handler.wfile.write(shown)

        self.answers[path] = reply


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    web = WebServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(Asked(self.path, dict(self.headers)))
            answering = web.answers.get(self.path)
            try:
                if answering is None:
                    self.send_error(404, "Not Found")
                else:
                    answering(self)
            except OSError:  # whoever asked had enough
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
