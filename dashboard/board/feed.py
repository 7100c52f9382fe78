"""The board fed by MQTT: retained room states in, what is shown out to every open board.

One paho thread hears; one watcher thread notices what time alone changes (a state grown old) and
what the registry says now. Both end with ``close``.
"""

import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from dashboard.board.port import FeedFigures, Guest, StreamEvent
from dashboard.board.room_states import Malformed, RoomAlert, RoomStates
from dashboard.board.viewers import Viewer, Viewers
from gateway.domain.room import in_order
from gateway.domain.room_state import RoomState, encode
from gateway.outage import Outage
from gateway.registry.database import Database, DatabaseAway
from gateway.registry.revision import current
from gateway.registry.rooms import all_rooms
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.mqtt.client import new_client
from sensors.mqtt.turns import BrokerTurns
from sensors.wire.topic import ALL_GATEWAYS, RoomKey, RoomSlug, VenueSlug

_log = logging.getLogger(__name__)

TOPICS = (("luchtig/rooms/+/+/state", 0), ("luchtig/rooms/+/+/alert", 1), (ALL_GATEWAYS, 1))
"""Each with its QoS: of a state there is always a newer one, and to confirm each costs a third of it."""
WATCH_S = 1.0
REGISTRY_S = 5.0
KEEPALIVE_S = 30
LOOKED_AT_ONCE = 500
"""So many rooms are looked at before a message may be taken again."""


class BoardFeed:
    """A ``Board``. Made still; ``start`` connects and ``close`` ends every follower's stream."""

    def __init__(
        self,
        broker: BrokerSettings,
        directory: Path,
        database: Database,
        clock: Clock,
        viewers: int,
        *,
        watch_s: float = WATCH_S,
    ) -> None:
        self._turns = BrokerTurns(broker)
        self._database = database
        self._clock = clock
        self._watch_s = watch_s
        self._lock = threading.Lock()
        self._room_states = RoomStates(clock.speed)
        self._shown: dict[RoomKey, RoomState] = {}
        self._events: dict[RoomKey, StreamEvent] = {}
        self._viewers = Viewers(viewers)
        self._listening: tuple[Callable[[], None], ...] = ()
        self._malformed = 0
        self._revision: int | None = None
        self._broker = Outage(_log, f"the broker {self._turns.address}", back="connected again")
        self._registry = Outage(_log, "the rooms of the registry", back="read again")
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="board-watcher", daemon=True)
        client_id = f"luchtig-board-{secrets.token_hex(4)}"  # 22 long: every broker takes 23
        self._client = new_client(broker, directory, client_id, clean=True)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, self._turns.longest_retry_s(30))

    def start(self) -> None:
        """Begin to listen; a broker that is away is asked again until it is there."""
        self._read_registry()
        self._update()
        self._aim()
        self._client.loop_start()
        self._watcher.start()

    def close(self) -> None:
        """End every stream and the connection; again is harmless."""
        self.end_streams()
        if not self._stop.is_set():
            self._stop.set()
            self._client.disconnect()
            self._client.loop_stop()
            if self._watcher.ident is not None:
                self._watcher.join()

    def end_streams(self) -> None:
        """Let every open board go; they ask again by themselves."""
        self._viewers.close()

    def rooms(self) -> tuple[RoomState, ...]:
        with self._lock:
            shown, places = tuple(self._shown.values()), self._room_states.places

        def order(state: RoomState) -> tuple[object, ...]:
            place = places.get((state.venue, state.room), math.inf)
            return state.venue, place, in_order(state.name), state.room

        return tuple(sorted(shown, key=order))

    def room(self, venue: VenueSlug, room: RoomSlug) -> RoomState | None:
        return self._shown.get((venue, room))

    def is_connected(self) -> bool:
        return bool(self._client.is_connected())

    def gateways(self) -> dict[str, bool]:
        with self._lock:
            return dict(self._room_states.gateways)

    def follow(self, venues: Collection[VenueSlug] | None = None) -> Viewer:
        viewer = self._viewers.add(venues)
        with self._lock:
            viewer.start_with(self._events.items())
        return viewer

    def enter(self, guest: Guest) -> Callable[[], None]:
        return self._viewers.enter(guest)

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        with self._lock:
            self._listening += (heard,)

        def leave() -> None:
            with self._lock:
                self._listening = tuple(one for one in self._listening if one is not heard)

        return leave

    def figures(self) -> FeedFigures:
        with self._lock:
            ages = dict(self._room_states.ages_s(self._clock.now()))
        return FeedFigures(len(self._viewers), self._malformed, self._viewers.dropped, ages)

    def _update(self, only: RoomKey | None = None) -> None:
        """Make what is shown of a room, or of all, true again, and tell the followers what changed."""
        if self._is_other_now(only):
            self._say_changed()

    def _say_changed(self) -> None:
        for heard in self._listening:
            heard()

    def _is_other_now(self, only: RoomKey | None) -> bool:
        if only is not None:
            return self._look((only,))
        with self._lock:
            keys = tuple(self._room_states.keys() | self._shown.keys())
        begins = range(0, len(keys), LOOKED_AT_ONCE)
        found = [self._look(keys[begin : begin + LOOKED_AT_ONCE]) for begin in begins]
        return any(found)

    def _look(self, keys: Sequence[RoomKey]) -> bool:
        """Whether any of these is shown otherwise than before."""
        is_other = False
        with self._lock:
            now = self._clock.now()
            for key in keys:
                before, state = self._shown.get(key), self._room_states.show(key, now)
                if state is before or state == before:
                    continue
                is_other = True
                if state is not None:
                    self._shown[key] = state
                    self._tell(key, state)
                elif before is not None:
                    self._take_away(key, before)
        return is_other

    def _tell(self, key: RoomKey, state: RoomState) -> None:
        self._events[key] = event = StreamEvent("room", encode(state))
        self._viewers.tell_room(key, event)

    def _take_away(self, key: RoomKey, last: RoomState) -> None:
        """A room that is gone: an open board must not go on showing it as it was."""
        del self._shown[key], self._events[key]
        gone = RoomState(last.venue, last.room, last.at, last.name, "unknown")
        self._viewers.tell_room(key, StreamEvent("room", encode(gone)))

    def _watch(self) -> None:
        next_registry = time.monotonic() + REGISTRY_S
        while not self._stop.wait(self._watch_s):
            try:
                if time.monotonic() >= next_registry:
                    next_registry = time.monotonic() + REGISTRY_S
                    self._read_registry()
                self._update()
            except Exception:  # noqa: BLE001 - the watcher must outlive whatever went wrong
                _log.exception("the board could not be brought up to date")

    def _read_registry(self) -> None:
        """The rooms as they are, where the configuration is another than when they were read."""
        try:
            with self._database.read() as conn:
                number = current(conn)
                rooms = None if number == self._revision else all_rooms(conn)
        except DatabaseAway as error:
            self._registry.begins(str(error))
            return
        self._registry.ends()
        if rooms is None:
            return
        self._revision = number
        with self._lock:
            self._room_states.know(rooms, self._clock.now())

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        try:
            with self._lock:
                taken = self._room_states.take(message.topic, bytes(message.payload))
            if isinstance(taken, RoomAlert):
                self._viewers.tell_alert(taken.venue, StreamEvent("alert", taken.to_json()))
            else:
                self._update(taken)
        except Malformed as error:
            self._malformed += 1
            if self._malformed == 1:
                _log.warning(
                    "%s: not a message of this version (%s); later ones are only counted",
                    message.topic,
                    error,
                )
        except Exception:  # noqa: BLE001 - one that left would end paho's thread in silence
            self._malformed += 1
            _log.exception("%s: could not be taken", message.topic)

    def _on_connect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._broker.begins(f"refuses the dashboard: {reason}")
            return
        self._broker.ends()
        _log.info("connected to the broker %s", self._turns.address)
        client.subscribe(list(TOPICS))
        self._say_changed()

    def _on_connect_fail(self, _client: mqtt.Client, _data: object) -> None:
        self._broker.begins("is not reached (luchtig check says why)")
        self._try_next()

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _data: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not self._stop.is_set():
            self._broker.begins(f"ended the connection: {reason}")
            self._say_changed()
            self._try_next()

    def _try_next(self) -> None:
        if self._turns.count > 1 and not self._stop.is_set():
            self._turns.leave(self._turns.address)
            self._aim()

    def _aim(self) -> None:
        address = self._turns.address
        self._client.connect_async(address.host, address.port, self._turns.keepalive_s(KEEPALIVE_S))
