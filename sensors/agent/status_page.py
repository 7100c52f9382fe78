"""What the agent says of itself on loopback: figures for Prometheus, and a page for a person."""

import html
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sensors.agent.device import Tally

logger = logging.getLogger(__name__)

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Figures:
    """One device at this moment; ``device`` with its venue."""

    device: str
    model: str
    port: str
    tally: Tally
    spooled: int
    present: bool | None


def metrics_text(devices: Sequence[Figures]) -> str:
    """The figures as Prometheus reads them."""
    lines = ["# TYPE luchtig_sensor_readings_total counter"]
    lines += [_line("readings_total", one.device, one.tally.readings) for one in devices]
    lines.append("# TYPE luchtig_sensor_bad_frames_total counter")
    lines += [
        _line("bad_frames_total", one.device, count, f',reason="{reason}"')
        for one in devices
        for reason, count in sorted(one.tally.bad.items())
    ]
    lines.append("# TYPE luchtig_sensor_up gauge")
    lines += [_line("up", one.device, int(bool(one.present))) for one in devices]
    lines.append("# TYPE luchtig_sensor_spool_entries gauge")
    lines.append(f"luchtig_sensor_spool_entries {sum(one.spooled for one in devices)}")
    return "\n".join(lines) + "\n"


def page_text(devices: Sequence[Figures]) -> str:
    """A page with a row for each device."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in _row(one)) + "</tr>"
        for one in devices
    )
    head = "".join(f"<th scope=col>{name}</th>" for name in _COLUMNS)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>luchtig sensor</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">'
        "<h1>luchtig sensor</h1>"
        f"<table border=1 cellpadding=6><tr>{head}</tr>{rows}</table>"
        '<p><a href="/metrics">metrics</a></p></html>'
    )


_COLUMNS = ("device", "model", "port", "answers", "readings", "bad answers", "waiting to be sent")


def _row(one: Figures) -> tuple[object, ...]:
    bad = (
        ", ".join(f"{count} {reason}" for reason, count in sorted(one.tally.bad.items())) or "none"
    )
    answers = {None: "not yet", True: "yes", False: "no"}[one.present]
    return one.device, one.model, one.port, answers, one.tally.readings, bad, one.spooled


def _line(name: str, device: str, value: int, more: str = "") -> str:
    return f'luchtig_sensor_{name}{{device="{device}"{more}}} {value}'


@contextmanager
def status_page(
    bind: tuple[str, int] | None, figures: Callable[[], list[Figures]]
) -> Iterator[int]:
    """Serve both while inside, on a thread; gives the port, 0 where nothing is served. An address that
    is taken is said, and the agent goes on without.
    """
    server = None if bind is None else _server(bind, figures)
    if server is None:
        yield 0
        return
    thread = threading.Thread(target=server.serve_forever, name="status page", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _server(
    bind: tuple[str, int], figures: Callable[[], list[Figures]]
) -> ThreadingHTTPServer | None:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._say(_PROMETHEUS, metrics_text(figures()))
            elif self.path == "/":
                self._say("text/html; charset=utf-8", page_text(figures()))
            elif self.path == "/healthz":
                self._say("text/plain; charset=utf-8", "ok\n")
            else:
                self.send_error(404)

        def _say(self, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            logger.debug(format, *args)

    try:
        server = ThreadingHTTPServer(bind, Handler)
    except OSError as error:
        logger.warning("sensor.bind = %s:%d: %s; going on without metrics", *bind, error.strerror)
        return None
    server.daemon_threads = True
    return server
