"""The broker: reached, let in, which MQTT it speaks, and which gateways it knows of."""

import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTProtocolVersion

from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings
from sensors.broker import Address, new_client, parse_address
from sensors.wire.topic import ALL_GATEWAYS, parse_gateway_topic

WAIT_S = 5.0
SETTLE_S = 0.5  # retained messages follow the subscription at once


@dataclass
class _Answer:
    """What one connection heard."""

    connected: threading.Event = field(default_factory=threading.Event)
    refused: str = ""
    gateways: dict[str, bool] = field(default_factory=dict)


def check_broker(settings: Settings) -> list[Finding]:
    address = parse_address(settings.broker.url)
    try:
        answer = _ask(settings, address, MQTTProtocolVersion.MQTTv5)
        spoken = "MQTT 5"
        if answer.refused and "version" in answer.refused.lower():
            answer = _ask(settings, address, MQTTProtocolVersion.MQTTv311)
            spoken = "MQTT 3.1.1"
    except OSError as error:
        return [
            fail(
                "broker",
                f"{settings.broker.url} is not reached: {error}",
                "start the broker, or correct broker.url (mqtts:// where it wants TLS)",
            )
        ]
    if answer.refused:
        mend = "correct broker.username and broker.password (or password_file)"
        return [fail("broker", f"{settings.broker.url} says: {answer.refused}", mend)]
    if not answer.connected.is_set():
        mend = "is it an MQTT broker, and does it want TLS (mqtts://)?"
        return [fail("broker", f"{settings.broker.url} does not answer the CONNECT", mend)]
    return [ok("broker", f"{settings.broker.url} lets us in, {spoken}"), _gateway(settings, answer)]


def _gateway(settings: Settings, answer: _Answer) -> Finding:
    ours = settings.broker.client_id
    if answer.gateways.get(ours):
        return ok("gateway", f"{ours} is online")
    said = "offline" if ours in answer.gateways else "never seen on this broker"
    return note("gateway", f"{ours} is {said}", "start it: luchtig gateway --config FILE")


def _ask(settings: Settings, address: Address, protocol: MQTTProtocolVersion) -> _Answer:
    client_id = f"luchtig-check-{uuid4().hex[:8]}"
    client = new_client(
        settings.broker, settings.directory, client_id, clean=True, protocol=protocol
    )
    answer = _Answer()
    done = threading.Event()

    def connected(_c: mqtt.Client, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            answer.refused = str(reason)
            done.set()
        else:
            answer.connected.set()
            client.subscribe(ALL_GATEWAYS, qos=1)

    def heard(_c: mqtt.Client, _u: Any, message: mqtt.MQTTMessage) -> None:
        gateway = parse_gateway_topic(message.topic)
        if gateway is not None:
            answer.gateways[gateway] = message.payload == b"online"

    def subscribed(*_: Any) -> None:
        threading.Timer(SETTLE_S, done.set).start()

    client.on_connect, client.on_message, client.on_subscribe = connected, heard, subscribed
    client.connect_timeout = WAIT_S
    client.connect(address.host, address.port, keepalive=10)
    client.loop_start()
    done.wait(WAIT_S)
    client.disconnect()
    client.loop_stop()
    return answer
