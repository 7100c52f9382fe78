"""The web server: one process, one event loop, some threads for the pages.

Why this one: docs/decisions/0001-web-server.md. A viewer costs no thread, and neither does a request
that has not arrived whole.
"""

import asyncio
import functools
import logging
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from flask import Flask
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dashboard.serving.admission import Admission, Bounds
from dashboard.serving.application import Server
from dashboard.serving.connection import PATIENT, House, Patience
from dashboard.serving.hosts import KnownHosts
from dashboard.serving.listener import connections_that_fit
from dashboard.serving.proxies import TrustedProxies
from gateway.config import DashboardSettings
from sensors.systemd import ALIVE, READY, STOPPING, notify

PAGE_THREADS: Final = 8
KEEPALIVE_S: Final = 5
ALIVE_S: Final = 10.0
STOPS_WITHIN_S: Final = 1
STOP_LOOK_S: Final = 0.05

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What is served. ``end_streams`` lets every viewer go at once; ``close`` gives everything back at
    the end.
    """

    app: Flask
    end_streams: Callable[[], None]
    close: Callable[[], None]


def serve(
    listener: socket.socket,
    settings: DashboardSettings,
    running: Running,
    stop: threading.Event | None = None,
    patience: Patience = PATIENT,
) -> None:
    """Serve until told to stop, by a signal or by ``stop``; then streams are ended and pages finished.

    Raises:
        ConfigError: a proxy that is none.

    """
    proxies = TrustedProxies.of(settings.trusted_proxies)
    most = connections_that_fit(settings.connections)
    if most < settings.connections:
        _log.warning("the system lets us hold %d connections of %d", most, settings.connections)
    bounds = Bounds(most, min(settings.connections_per_address, most))
    house = House(Admission(bounds, proxies.trusts), patience)
    hosts = KnownHosts(settings.public_url, settings.bind, settings.hosts, socket.gethostname())
    threads = ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page")
    body_bytes = running.app.config["MAX_CONTENT_LENGTH"]
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _heard)  # uvicorn raises them again when it is done
    larger = running.app.config.get("LARGER_BODIES")
    asgi = Server(running.app, threads, house, hosts, proxies, body_bytes, larger)
    try:
        asyncio.run(_serve(listener, asgi, house, running, stop or threading.Event()))
    finally:
        running.close()
        threads.shutdown(wait=False, cancel_futures=True)


async def _serve(
    listener: socket.socket, asgi: Server, house: House, running: Running, stop: threading.Event
) -> None:
    def protocol(**given: Any) -> asyncio.Protocol:
        return house.connection(functools.partial(HttpToolsProtocol, **given))

    config = uvicorn.Config(
        asgi,
        http=cast("type[asyncio.Protocol]", protocol),  # called as a class would be
        ws="none", lifespan="off", log_config=None, access_log=False, proxy_headers=False,
        server_header=False, timeout_keep_alive=KEEPALIVE_S,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
    )  # fmt: skip
    server = uvicorn.Server(config)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    ending = asyncio.ensure_future(_end(server, stop, running.end_streams))
    telling = asyncio.ensure_future(_tell_systemd())
    try:
        await server.serve([listener])
    finally:
        notify(STOPPING)
        telling.cancel()
        ending.cancel()


async def _tell_systemd() -> None:
    """That we serve, and again and again that this loop turns."""
    notify(READY)
    while True:
        await asyncio.sleep(ALIVE_S)
        notify(ALIVE)


def _heard(_number: int, _frame: FrameType | None) -> None:
    """What ends us was done already."""


async def _end(
    server: uvicorn.Server, stop: threading.Event, end_streams: Callable[[], None]
) -> None:
    """Let viewers go as soon as the server is told to stop: it would wait for them."""
    while not (server.should_exit or stop.is_set()):  # noqa: ASYNC110 - a signal sets a plain value
        await asyncio.sleep(STOP_LOOK_S)
    server.should_exit = True
    end_streams()
