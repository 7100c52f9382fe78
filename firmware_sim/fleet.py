"""The MQTT connections of many devices, all driven from the thread that calls.

One selector serves them all, since a thread for each of some hundreds would mostly wait for the others.
"""

import logging
import selectors
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from types import TracebackType
from typing import Self

from firmware_sim.connection import DeviceConnection
from firmware_sim.event import (
    ConnectionBack,
    ConnectionLost,
    DeviceMessage,
    Event,
    OtherMessage,
    Post,
)
from firmware_sim.station import MOST_CONNECTIONS, Station, status
from sensors.config import BrokerSettings, ConfigError
from sensors.mqtt.turns import BrokerTurns
from sensors.wire.topic import device_topic

log = logging.getLogger(__name__)

MAX_UNACKNOWLEDGED = 400
LOOK_EVERY = 50
"""After so many messages the fleet reads acknowledgements, however slow the broker is to send
them."""
TICK_S = 0.1
KEEP_ALIVE_EVERY_S = 1.0
RETRY_FIRST_S = 0.2
RETRY_MOST_S = 5
GOODBYE_WITHIN_S = 1.0


class Stopped(Exception):
    """The person who started it wants it to end."""


class BrokerRefused(Exception):
    """The broker takes no such device, and asking again would not help."""


class Fleet:
    """A context: its devices say goodbye at the end. Reconnects by itself when the broker was away.

    Raises:
        ConfigError: the broker's settings cannot be used, or there are too many connections.

    """

    def __init__(
        self, broker: BrokerSettings, directory: Path, stations: Sequence[Station], stop: Flag
    ) -> None:
        if len(stations) > MOST_CONNECTIONS:
            raise ConfigError([f"{len(stations)} devices: expected at most {MOST_CONNECTIONS}"])
        self._turns = BrokerTurns(broker)
        self._url = broker.shown
        self._stop = stop
        self._selector = selectors.DefaultSelector()
        self._all = [
            DeviceConnection(broker, self._turns, directory, station, self._selector)
            for station in stations
        ]
        self._connections = {key: one for one in self._all for key in one.station.speaks_for}
        self._retry_s = RETRY_FIRST_S
        self._retry_at = 0.0
        self._told_away = self._told_refused = False
        self._keep_alive_at = 0.0
        self.sent = 0
        self.lost = 0
        """Messages that were said while the broker was away, by devices that keep nothing."""

    @property
    def unacknowledged(self) -> int:
        return sum(len(c.waiting) + len(c.refused) for c in self._all)

    def connect(self) -> None:
        """Wait until every device is connected.

        Raises:
            Stopped: before that.
            BrokerRefused: the broker takes no such device.

        """
        connections = self._all
        for connection in connections:
            connection.wanted = True
        self._until(lambda: all(connection.ready for connection in connections))

    def do(self, event: Event) -> None:
        """Carry out one event; waits while the broker is away or has much to acknowledge.

        Raises:
            Stopped, BrokerRefused: as ``connect``.

        """
        connection = self._connections[event.venue, event.device]
        match event:
            case DeviceMessage(venue=venue, device=device, leaf=leaf, payload=payload):
                self._until(lambda: connection.ready)
                self._say(connection, (Post(device_topic(venue, device, leaf), payload),))
            case OtherMessage(posts=posts):
                if connection.ready:
                    self._say(connection, posts)
                elif connection.station.keeps:
                    connection.keep(posts)
                    self.sent += 1
                else:
                    self.lost += 1
            case ConnectionLost(venue=venue, device=device) if connection.station.is_shared:
                connection.publish(status(venue, device, b"offline"))
            case ConnectionBack(venue=venue, device=device) if connection.station.is_shared:
                connection.publish(status(venue, device, b"online"))
            case ConnectionLost():
                self._until(lambda: not connection.waiting)
                connection.drop()
                self._until(lambda: not connection.is_open)
            case ConnectionBack():
                connection.wanted = True
                self._until(lambda: connection.ready)

    def _say(self, connection: DeviceConnection, posts: Sequence[Post]) -> None:
        for post in posts:
            connection.publish(post)
        self.sent += 1
        if self.sent % LOOK_EVERY == 0:
            self.pump(0)
            self._until(lambda: self.unacknowledged < MAX_UNACKNOWLEDGED)

    def settle(self) -> None:
        """Wait until the broker has answered everything; what it refuses stays ``unacknowledged``.

        Raises:
            Stopped, BrokerRefused: as ``connect``.

        """
        self._until(lambda: all(c.is_settled for c in self._all))

    def pump(self, timeout_s: float) -> None:
        """Serve the connections; returns at once when something happened, or after
        ``timeout_s``.
        """
        now_s = time.monotonic()
        self._reconnect(now_s)
        for key, mask in self._selector.select(timeout_s):
            connection: DeviceConnection = key.data
            connection.serve(mask)
        if now_s >= self._keep_alive_at:
            self._keep_alive_at = now_s + KEEP_ALIVE_EVERY_S
            for connection in self._all:
                connection.keep_alive()
            self._tell_refused()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connections = self._all
        for connection in connections:
            connection.say_goodbye()
        self._for_a_while(lambda: not any(c.ready and c.waiting for c in connections))
        for connection in connections:
            connection.disconnect()
        self._for_a_while(lambda: not any(c.is_open for c in connections))
        self._selector.close()
        for connection in connections:
            connection.close()

    def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            if self._stop.is_set():
                raise Stopped
            self.pump(TICK_S)

    def _for_a_while(self, condition: Callable[[], bool]) -> None:
        until_s = time.monotonic() + GOODBYE_WITHIN_S / 2
        while not condition() and time.monotonic() < until_s:
            self.pump(TICK_S / 5)

    def _reconnect(self, now_s: float) -> None:
        """Connect who wants to be; after a failure nobody tries for a while, longer each time."""
        if now_s < self._retry_at:
            return
        for connection in self._all:
            if connection.refusal is not None:
                raise BrokerRefused(f"{self._url} refuses the devices: {connection.refusal}")
            if connection.wanted and not connection.is_open and now_s >= connection.try_again_at:
                try:
                    connection.open()
                except (OSError, ValueError) as error:
                    self._wait_for_broker(error)
                    return
        if self._told_away and all(c.ready for c in self._all if c.wanted):
            log.warning("broker %s is back", self._url)
            self._told_away = False
            self._retry_s = RETRY_FIRST_S

    def _tell_refused(self) -> None:
        """Say once that the broker does not take what a device says, until it does."""
        noes = [(c.station, c.no) for c in self._all if c.no is not None]
        if noes and not self._told_refused:
            station, no = noes[0]
            log.error(
                "broker %s refuses what %s says (%s): %s; trying again",
                self._url, station.client_id, no, no.mend,
            )  # fmt: skip
        elif self._told_refused and not noes:
            log.warning("broker %s takes what the devices say again", self._url)
        self._told_refused = bool(noes)

    def _wait_for_broker(self, error: Exception) -> None:
        if not self._told_away:
            self._told_away = True
            log.warning("broker %s is away (%s); trying until it is back", self._url, error)
        self._turns.away(self._turns.address)
        self._retry_at = time.monotonic() + self._retry_s
        self._retry_s = min(self._retry_s * 2, self._turns.longest_retry_s(RETRY_MOST_S))
