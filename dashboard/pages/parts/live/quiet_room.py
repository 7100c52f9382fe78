"""Why a room is unknown: what the board and the registry know of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property

from dashboard.board.room_states import STALE_S
from dashboard.pages.parts.context import now
from dashboard.web.services import services
from dashboard.words.card import QuietRoom
from gateway.domain.room_state import RoomState
from gateway.registry.devices import Device, all_devices
from sensors.wire.instant import from_wire
from sensors.wire.topic import RoomKey

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class QuietRooms:
    """The rooms of one rendering: the registry is asked for devices once, where a sensor is
    quiet.
    """

    def why(self, state: RoomState) -> QuietRoom:
        """The nearest cause first: our own connection, the gateway, the sensor."""
        board = services().board
        if not board.is_connected():
            return QuietRoom("broker")
        if state.gateway is not None and not board.gateways().get(state.gateway, True):
            return QuietRoom("gateway", state.gateway)
        # Nothing retained stays fresh: a gateway that hangs says nothing of it.
        stale = timedelta(seconds=STALE_S * services().clock.speed)
        if state.gateway is not None and now() - from_wire(state.at) > stale:
            return QuietRoom("gateway", state.gateway)
        flag = next((f for f in state.flags if f.rule == "no_data" and f.state != "resolved"), None)
        # The last reading may be older than the gateway's own watch over the room.
        since = state.co2_at or (None if flag is None else flag.since)
        if since is None or state.level != "unknown":
            return QuietRoom("never")
        device = self._quietest.get((state.venue, state.room))
        return QuietRoom("sensor", None if device is None else device.slug, from_wire(since))

    @cached_property
    def _quietest(self) -> Mapping[RoomKey, Device]:
        """Of each room the device that has been quiet longest."""
        with services().database.read() as conn:
            devices = all_devices(conn)
        longest_first = sorted(devices, key=lambda device: device.last_seen or LONG_AGO)
        found: dict[RoomKey, Device] = {}
        for device in longest_first:
            if device.room is not None:
                found.setdefault((device.venue, device.room), device)
        return found
