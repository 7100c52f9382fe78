"""The web server: gunicorn, one worker process, a thread for each viewer and some for the pages.

Why this one: docs/decisions/0001-web-server.md. The process that is started watches the worker; the
worker opens its own connections after the fork. Whichever of the two is told to stop or dies, the
other is gone within two seconds: open streams are ended rather than waited for.
"""

import ctypes
import errno
import logging
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import TConn, ThreadWorker

from sensors.config import ConfigError

_log = logging.getLogger(__name__)

PAGE_THREADS = 16
STOPS_WITHIN_S = 1
KEEPALIVE_S = 5
DEAD_VIEWER_S = 30
"""A viewer that takes no bytes for so long is gone; its place is free again."""
_PR_SET_PDEATHSIG = 1  # of prctl(2): the signal a process gets when its parent dies


@dataclass(frozen=True, slots=True)
class Running:
    """What the worker serves, made in the worker. ``end_streams`` lets every viewer go at once;
    ``close`` gives everything back at the end.
    """

    app: Flask
    end_streams: Callable[[], None]
    close: Callable[[], None]


def listen(bind: str) -> socket.socket:
    """A socket that listens on ``HOST:PORT`` (``[::1]:8080`` for IPv6).

    Raises:
        ConfigError: not such an address, or it cannot be had.

    """
    host, _, port_text = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not port_text.isdecimal() or int(port_text) > 65_535:
        raise ConfigError([f"dashboard.bind = {bind!r}: expected HOST:PORT like 127.0.0.1:8080"])
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _notice_dead_viewers(listener)
        listener.bind((host, int(port_text)))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise ConfigError(
            [f"dashboard.bind = {bind!r}: {error.strerror or error}: choose another port"]
        ) from error
    return listener


def serve(listener: socket.socket, viewers: int, open_: Callable[[], Running]) -> None:
    """Serve until told to stop; ``open_`` is called in the worker. Ends this process."""
    _Server(listener, viewers, open_).run()


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Stopping means: end the streams, finish the pages."""

    app: "_Server"
    alive: bool
    nr_conns: int
    tpool: ThreadPoolExecutor
    poller: selectors.BaseSelector

    def run(self) -> None:
        """A signal may reach any of the threads: the pipe it is noted in wakes the main loop."""
        self.poller.register(self.PIPE[0], selectors.EVENT_READ, lambda pipe: os.read(pipe, 64))
        super().run()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C in a terminal reaches the worker too; a quick stop and a kind one are the same."""
        self.handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called when the main loop ends, and before whenever there are too many connections."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            self.app.running.end_streams()
            self.murder_keepalived(force=True)  # they wait for a next request: there is none

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """The end of a request, in the main loop. Closing waits up to 2 s for the other side to
        close, and would hold up everybody here: so a thread does it.
        """
        goes_on = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        if self.alive and goes_on:
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        if self.alive:
            self.tpool.submit(conn.close, graceful=True)
        else:
            conn.close()

    def handle_request(self, req: object, conn: TConn) -> object:
        """A viewer that took no bytes for long is gone like any other: no line in the log."""
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the viewer takes no bytes") from error

    def is_parent_alive(self) -> bool:
        if not super().is_parent_alive():
            self.alive = False
        return self.alive


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    running: Running

    def __init__(self, listener: socket.socket, viewers: int, open_: Callable[[], Running]) -> None:
        self._listener = listener
        self._viewers = viewers
        self._open = open_
        super().__init__()

    def load_config(self) -> None:
        threads = self._viewers + PAGE_THREADS
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": 1,  # the fan-out is one process's; more dashboards are more processes
            "worker_class": _Worker,
            "threads": threads,
            "worker_connections": 4 * threads,
            "keepalive": KEEPALIVE_S,
            "graceful_timeout": STOPS_WITHIN_S,
            "timeout": 30,
            "loglevel": "warning",
            "control_socket_disable": True,  # nobody steers this server from outside
            "proc_name": "luchtig dashboard",
            "post_fork": _die_with_parent,
            "worker_exit": _close,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:  # older gunicorns know fewer
                self.cfg.set(name, value)

    def load(self) -> Flask:
        self.running = self._open()
        return self.running.app


def _notice_dead_viewers(listener: socket.socket) -> None:
    """Accepted connections inherit these: a viewer that went without a word must not keep a
    thread.
    """
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, DEAD_VIEWER_S)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_VIEWER_S * 1000)


def _die_with_parent(_arbiter: Arbiter, _worker: ThreadWorker) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _close(_arbiter: Arbiter, worker: _Worker) -> None:
    running: Running | None = getattr(worker.app, "running", None)
    if running is not None:
        running.close()
        logging.shutdown()
        os._exit(0)  # a thread that still waits for the other side to close is not waited for
