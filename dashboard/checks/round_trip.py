"""A message through the broker: published as a device would, seen as the gateway does, retained and
not; and what the gateway itself publishes.

On ``luchtig/devices/luchtig-check/probe/`` and ``luchtig/rooms/luchtig-check/probe/``, which gateways and
boards pass over; what is retained there is taken away again.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from paho.mqtt.enums import MQTTProtocolVersion

from dashboard.checks.dialogue import Dialogue, Heard, NoAnswer
from dashboard.checks.finding import Finding, fail, note, ok
from sensors.config import BrokerSettings
from sensors.mqtt.client import Address
from sensors.mqtt.refusal import NOT_AUTHORIZED, UNSPECIFIED, BrokerRefusal
from sensors.wire.topic import (
    ALL_DEVICES,
    CHECK,
    RoomSlug,
    VenueSlug,
    is_check,
    probe_topic,
    room_topic,
)

Connect = Callable[[BrokerSettings], Dialogue]

DEVICE_RULE: Final = f"topic write luchtig/devices/{CHECK}/#"
GATEWAY_RULE: Final = f"topic read {ALL_DEVICES}"
TRY_DEVICE: Final = "try a device's: luchtig check --device-login NAME --password-file FILE"
KEEP: Final = "set retain_available true in mosquitto.conf"
KEEPS_NONE: Final = "the broker keeps no retained messages"
LEFT_S: Final = 0.5  # retained messages follow the subscription at once


def check_round_trip(
    broker: BrokerSettings,
    device: BrokerSettings | None,
    address: Address,
    directory: Path,
    protocol: MQTTProtocolVersion,
) -> list[Finding]:
    """What comes of it with the gateway's login, and with a ``device``'s where that is given."""

    def connect(settings: BrokerSettings) -> Dialogue:
        return Dialogue(settings, address, directory, protocol)

    findings = list(_gateway_publishes(broker, connect))
    try:
        findings += _Trip(broker, device, connect, protocol).findings()
    except NoAnswer as error:
        findings.append(fail("way in", f"the broker {error}", "the broker's own log says why"))
    return findings


def _gateway_publishes(broker: BrokerSettings, connect: Connect) -> Iterator[Finding]:
    """Empty messages, which leave nothing behind."""
    probe = (VenueSlug(CHECK), RoomSlug("probe"))
    with connect(broker) as gateway:
        try:
            gateway.connected()
            noes = [gateway.publish(room_topic(*probe, leaf), b"") for leaf in ("state", "alert")]
        except NoAnswer as error:
            mend = "the broker's own log says why"
            yield fail("way out", f"the broker {error} to what the gateway publishes", mend)
            return
    no = next((no for no in noes if no is not None), None)
    if no is None:
        yield ok("way out", "the broker takes what the gateway publishes")
    else:
        yield fail("way out", f"the broker refuses what the gateway publishes: {no}", _mend(no))


class _Trip:
    """``mouth`` speaks as a device, ``ear`` listens as the gateway."""

    def __init__(
        self,
        broker: BrokerSettings,
        device: BrokerSettings | None,
        connect: Connect,
        protocol: MQTTProtocolVersion,
    ) -> None:
        self._broker = broker
        self._device = device
        self._connect = connect
        self._tells_noes = protocol == MQTTProtocolVersion.MQTTv5
        self._status, self._air = probe_topic("status"), probe_topic("air")

    def findings(self) -> list[Finding]:
        speaker = self._device or self._broker
        with self._connect(speaker) as mouth:
            no = mouth.connected()
            if no is not None:
                who = f"the device's login {speaker.username}"
                return [fail("way in", f"the broker refuses {who}: {no}", no.mend)]
            retains, no = self._leave_status(mouth)
        with self._connect(speaker) as mouth, self._connect(self._broker) as ear:
            mouth.connected()
            ear.connected()
            deaf = ear.subscribe(ALL_DEVICES)
            if deaf is not None:
                return [fail("way in", f"the gateway may not subscribe: {deaf}", _mend(deaf))]
            try:
                if no is not None:
                    return [self._may_not_write(ear, no), *self._keeps(retains)]
                return self._sent(mouth, ear, retains=retains)
            finally:
                if retains:
                    with suppress(NoAnswer):
                        mouth.publish(self._status, b"", retain=True)

    def _leave_status(self, mouth: Dialogue) -> tuple[bool | None, BrokerRefusal | None]:
        """Whether the broker keeps it, None where that is not known, and its no to a device's writing."""
        if not mouth.keeps_retained:
            return False, mouth.publish(self._status, b"online")
        try:
            no = mouth.publish(self._status, b"online", retain=True)
        except NoAnswer:
            return False, None  # as 3.1.1 says that it keeps none
        if no is not None and no.packet == "disconnect" and no.code not in _FORBIDDEN:
            return False, None
        return (True if no is None else None), no

    def _sent(self, mouth: Dialogue, ear: Dialogue, *, retains: bool | None) -> list[Finding]:
        token = f'{{"check":"{uuid4().hex}"}}'.encode()
        no = mouth.publish(self._air, token)
        if no is not None:
            return [self._may_not_write(ear, no), *self._keeps(retains)]
        if not ear.hears(lambda heard: heard.payload == token):
            return [self._nothing_came(ear), *self._keeps(retains)]
        who = "our own login" if self._device is None else f"the login {self._device.username}"
        found = [ok("way in", f"what a device publishes with {who} reaches the gateway")]
        if retains:
            retains = ear.hears(
                lambda heard: heard.topic == self._status and heard.retained, LEFT_S
            )
        return [*found, *self._keeps(retains)]

    def _keeps(self, retains: bool | None) -> list[Finding]:
        return [fail("retained", KEEPS_NONE, KEEP)] if retains is False else []

    def _may_not_write(self, ear: Dialogue, no: BrokerRefusal) -> Finding:
        if self._device is not None:
            found = f"the broker refuses what {self._device.username} publishes: {no}"
            return fail("way in", found, _mend(no))
        if ear.hears(_is_a_devices, LEFT_S):
            return ok("way in", "the gateway sees what devices send")
        found = f"our own login may not publish as a device ({no}), so the way in was not tried"
        return note("way in", found, f"it takes `{GATEWAY_RULE}` for the gateway; {TRY_DEVICE}")

    def _nothing_came(self, ear: Dialogue) -> Finding:
        found = "what a device publishes does not reach the gateway"
        if ear.hears(_is_a_devices, 0):
            mend = (
                f"its access rules need `topic read luchtig/devices/{CHECK}/#`, or `{GATEWAY_RULE}`"
            )
            return note("way in", "the gateway sees what devices send, but not what we send", mend)
        if self._tells_noes:
            return fail("way in", found, f"the gateway's access rules need `{GATEWAY_RULE}`")
        # The broker may have dropped it: 3.1.1 has no word for that.
        mend = f"access rules need `{GATEWAY_RULE}` for the gateway, `{DEVICE_RULE}` for the device"
        if self._device is None:
            return note("way in", f"{found}, or our own login may not publish as one", TRY_DEVICE)
        return fail("way in", found, mend)


_FORBIDDEN: Final = (NOT_AUTHORIZED, UNSPECIFIED)


def _is_a_devices(heard: Heard) -> bool:
    return not is_check(heard.topic)


def _mend(no: BrokerRefusal) -> str:
    if no.code in _FORBIDDEN and no.topic.startswith(f"luchtig/devices/{CHECK}/"):
        return f"its access rules need `{DEVICE_RULE}`"
    return no.mend
