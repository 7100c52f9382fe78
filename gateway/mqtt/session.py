"""The gateway's place on the broker: one persistent session under a fixed client id, kept up.

MQTT 5 with a receive maximum where the broker has it, 3.1.1 where it has not. Every connection is a
new client; what was not acknowledged on the last one the broker sends again. Where a connection ends
the next address has its turn. A second gateway with
our client id is told apart from a bad network and reported, never fought with.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gateway.journal.interface import JournalClosed
from gateway.mqtt.connection import OPEN_S, Connection, Ended, Outgoing
from gateway.mqtt.connection_5 import Connection5
from gateway.mqtt.connection_311 import Connection311
from gateway.mqtt.manner import Manner
from gateway.mqtt.messages import Messages
from gateway.mqtt.packets import Login, Will
from gateway.mqtt.reach import PATIENT, Patience, Reach
from gateway.mqtt.short_sessions import SHORT_S, ShortSessions
from gateway.mqtt.subscriptions import Subscriptions
from gateway.mqtt.takeover_check import NORMAL, Heartbeat, is_alive, second_gateway
from gateway.outage import BackOff, Outage
from sensors.config import BrokerSettings
from sensors.mqtt.client import Address, login, new_client, open_socket
from sensors.mqtt.refusal import SESSION_TAKEN_OVER, BrokerRefusal
from sensors.mqtt.turns import BrokerTurns
from sensors.refusals import Refusals
from sensors.wire.topic import ALL_DEVICES, gateway_topic, is_check

KEEPALIVE_S = 20
BACK_OFF = BackOff(0.5, 30.0)
DRAIN_S = 2.0

log = logging.getLogger(__name__)


class SecondGateway(Exception):
    """Another gateway uses our client id; the message says what to do."""


class BrokerSession:
    """``run`` is the thread of the broker; ``publish`` may be called from any."""

    def __init__(
        self,
        settings: BrokerSettings,
        directory: Path,
        messages: Messages,
        *,
        venues: frozenset[str] | None = None,
        on_up: Callable[[int], None] = lambda _in_flight: None,
        on_subscribed: Callable[[], None] = lambda: None,
        on_down: Callable[[], None] = lambda: None,
        on_refused: Callable[[str, int], None] = lambda _packet, _code: None,
        drained: Callable[[], bool] = lambda: True,
        heartbeat: Heartbeat = NORMAL,
        patience: Patience = PATIENT,
        is_leased: bool = False,
    ) -> None:
        """``venues`` are the ones looked after, None for all; ``on_up`` is told how many messages
        the broker sends ahead of acknowledgements, ``on_subscribed`` that it keeps messages for us
        from now on, ``on_refused`` the packet and the code of each no; ``drained`` says whether all
        taken ones are safe. Where the client id ``is_leased`` nobody is looked for who may have it.
        """
        self.status_topic = gateway_topic(settings.client_id)
        self._settings = settings
        self._directory = directory
        self._messages = messages
        self._filters = [
            ALL_DEVICES if venue is None else f"luchtig/devices/{venue}/#"
            for venue in ([None] if venues is None else sorted(venues))
        ]
        self._on_up = on_up
        self._on_subscribed = on_subscribed
        self._on_down = on_down
        self._count = on_refused
        self._refusals = Refusals(log, "broker", on_refused)
        self.subscriptions = Subscriptions([*self._filters, self.status_topic])
        self._reach = Reach(log, self._filters, patience)
        self._short = ShortSessions(settings.client_id)
        self._drained = drained
        self._is_leased = is_leased
        self._heartbeat = heartbeat
        self._turns = BrokerTurns(settings)
        self._manners: dict[Address, Manner] = {}
        self._connection: Connection | None = None
        self._closing = False
        self._close_by: float | None = None
        self._said_goodbye = False
        self._outage = Outage(log, "broker", back="connected again")
        self._beat_at = 0.0

    @property
    def is_up(self) -> bool:
        connection = self._connection
        return connection is not None and connection.is_up

    @property
    def _manner(self) -> Manner:
        """Of the address whose turn it is."""
        return self._manners.setdefault(self._turns.address, Manner())

    def publish(self, message: Outgoing) -> bool:
        """Publish at QoS 1; whether there was a connection to hand it to."""
        connection = self._connection
        if connection is None or not connection.is_up:
            return False
        connection.publish(message)
        return True

    def run(self, stop: threading.Event) -> None:
        """Keep the session up until ``stop``, then acknowledge what is safe and say goodbye.

        Raises:
            SecondGateway: another one uses our client id.
            ConfigError: the address, a certificate or a password file is wrong.

        """
        failures = 0
        checked = self._is_leased
        while not stop.is_set():
            ended = Ended()
            try:
                if not checked:
                    self._yield_to_another(stop)
                    self._short.is_no_gateway()
                    checked = True
                ended = self._session(stop)
            except (OSError, UnicodeError) as error:
                ended = Ended(reached=False, error=f"cannot be reached: {error}")
            if stop.is_set():
                break
            self._short.ended(ended)
            checked = self._is_leased or (checked and not self._short.are_suspicious)
            at_once = self._judge(ended)
            failures = 1 if ended.connected and not self._short.was_told_why else failures + 1
            if not at_once:  # all have their turn before the wait grows
                stop.wait(BACK_OFF.wait_s(-(-failures // self._turns.count)))

    def _session(self, stop: threading.Event) -> Ended:
        connection = self._new_connection()
        self._connection = connection
        try:
            connection.open(self._turns.keepalive_s(KEEPALIVE_S))
            connection.run(lambda: self._is_over(connection, stop))
        finally:
            self._connection = None
            connection.close()
            self._reach.connection_lost()
            self._on_down()
        return connection.ended

    def _new_connection(self) -> Connection:
        settings, address, retain = self._settings, self._turns.address, self._manner.retain
        will = Will(self.status_topic, b"offline", retain)
        if self._manner.is_5:
            known_as = login(settings, self._directory)
            return Connection5(
                settings.client_id,
                lambda: open_socket(settings, address, self._directory, OPEN_S),
                will,
                None if known_as is None else Login(*known_as),
                self,
            )
        client = new_client(
            settings, self._directory, settings.client_id, clean=False, manual_ack=True
        )
        client.will_set(will.topic, will.payload, 1, will.retain)
        return Connection311(client, address.host, address.port, self, retain=retain)

    def up(self, connection: Connection, *, session_present: bool) -> None:
        self.subscriptions.start_over()
        self.subscriptions.ask(connection)
        self._say_online(connection)
        self._messages.connected(session_present=session_present)
        known = "session continued" if session_present else "new session"
        if not self._short.is_told:  # or it may be told again in a moment
            self._outage.ends()
        url = self._turns.address.url
        log.info("broker: connected to %s, %s, %s", url, connection.version, known)
        if not connection.keeps_retained:
            self._refusals.no_retained()
        self._on_up(connection.in_flight)

    def subscribed(self, topic: str, refused: BrokerRefusal | None) -> None:
        if refused is not None:
            self.subscriptions.refused(topic)
            self._refusals.refused(refused)
            return
        self._refusals.taken(topic)
        if self.subscriptions.granted(topic) and self.subscriptions.has_all(self._filters):
            self._reach.begin(self.publish)
            self._on_subscribed()

    def answered(self, message: Outgoing, refused: BrokerRefusal | None) -> None:
        if is_check(message.topic):
            self._reach.answered(taken=refused is None, certain=self._manner.is_5)
        elif refused is not None:
            self._refusals.refused(refused)
        else:
            self._refusals.taken(message.topic)

    def received(
        self,
        connection: Connection,
        topic: str,
        payload: bytes,
        packet: int | None,
        *,
        retained: bool,
        again: bool,
    ) -> None:
        if self._closing:
            return
        done = None if packet is None else partial(connection.acknowledge, packet)
        if topic == self.status_topic:
            # The will of a connection that the broker gave up late must not be the last word.
            if payload == b"offline":
                self._say_online(connection)
            _safe(done)
            return
        if self._reach.heard(topic):
            _safe(done)
            return
        self._handed_in(
            partial(
                self._messages.message,
                topic, payload, retained=retained, done=done, packet=packet, again=again,
            )
        )  # fmt: skip

    def _handed_in(self, call: Callable[[], None]) -> None:
        try:
            call()
        except JournalClosed:
            self._closing = True

    def _is_over(self, connection: Connection, stop: threading.Event) -> bool:
        now = time.monotonic()
        if connection.is_up and now - self._beat_at > self._heartbeat.every_s:
            self._say_online(connection)
        if connection.is_up:
            if self._outage.is_on and connection.lived_s > SHORT_S:
                self._outage.ends()
            self.subscriptions.ask(connection)
            self._reach.judge()
        if not self._closing:
            tick = partial(self._messages.tick, is_up=connection.is_up, ending=stop.is_set())
            self._handed_in(tick)
        if not stop.is_set():
            return False
        self._closing = True
        if self._close_by is None:
            self._close_by = now + DRAIN_S
        if self._said_goodbye or not connection.is_up:
            return connection.is_idle or not connection.is_up or now > self._close_by
        if self._drained() or now > self._close_by - DRAIN_S / 2:
            connection.publish(Outgoing(self.status_topic, b"offline", retain=True))
            self._said_goodbye = True
        return False

    def _say_online(self, connection: Connection) -> None:
        self._beat_at = time.monotonic()
        connection.publish(Outgoing(self.status_topic, b"online", retain=True))

    def _judge(self, ended: Ended) -> bool:
        """Draw the conclusion from a connection that ended: another manner, a message and the next
        address, giving up. Whether the same one is to be tried at once, in another manner.
        """
        no = ended.refusal
        if no is not None:
            self._count(no.packet, no.code)
        if (no is not None and no.code == SESSION_TAKEN_OVER) or self._short.are_hopeless:
            raise SecondGateway(second_gateway(self._turns.address.url, self._settings.client_id))
        wrong = self._manner.learn(ended)
        if not self._manner.retain:
            self._refusals.no_retained()
        if wrong is not None:
            self._outage.begins(f"{self._turns.address.url}: {wrong}")
            self._turns.leave(self._turns.address)
        return wrong is None

    def _yield_to_another(self, stop: threading.Event) -> None:
        wait_s, at = self._heartbeat.wait_s, self._turns.address
        says = not self._short.is_told
        if is_alive(
            self._settings, at, self._directory, self.status_topic, stop, wait_s, says=says
        ):
            raise SecondGateway(second_gateway(self._turns.address.url, self._settings.client_id))


def _safe(done: Callable[[], None] | None) -> None:
    """Nothing more is made of a message."""
    if done is not None:
        done()
