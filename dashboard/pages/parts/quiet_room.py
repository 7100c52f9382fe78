"""Why a room is unknown: what the board and the registry know of it."""

from datetime import UTC, datetime, timedelta

from dashboard.board.room_states import STALE_S
from dashboard.pages.parts.context import now
from dashboard.web.services import services
from dashboard.words.card import Silence
from gateway.domain.room_state import RoomState
from gateway.registry.devices import Device, all_devices
from sensors.wire.instant import from_wire

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def silence_of(state: RoomState) -> Silence:
    """The nearest cause first: our own connection, the gateway, the sensor."""
    board = services().board
    if not board.is_connected():
        return Silence("broker")
    if state.gateway is not None and not board.gateways().get(state.gateway, True):
        return Silence("gateway", state.gateway)
    # Nothing retained stays fresh: a gateway that hangs says nothing of it.
    stale = timedelta(seconds=STALE_S * services().clock.speed)
    if state.gateway is not None and now() - from_wire(state.at) > stale:
        return Silence("gateway", state.gateway)
    flag = next((f for f in state.flags if f.rule == "no_data" and f.state != "resolved"), None)
    # The last reading may be older than the gateway's own watch over the room.
    since = state.co2_at or (None if flag is None else flag.since)
    if since is None or state.level != "unknown":
        return Silence("never")
    device = _quietest(state)
    return Silence("sensor", None if device is None else device.slug, from_wire(since))


def _quietest(state: RoomState) -> Device | None:
    """The device of a room that has been silent longest."""
    with services().database.read() as conn:
        devices = all_devices(conn)
    here = [d for d in devices if (d.venue, d.room) == (state.venue, state.room)]
    return min(here, key=lambda device: device.last_seen or LONG_AGO, default=None)
