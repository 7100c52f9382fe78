"""The broker: reached, let in, which MQTT it speaks, which gateways it knows of, and whether what
devices send reaches the gateway.
"""

from typing import Final

from paho.mqtt.enums import MQTTProtocolVersion

from dashboard.checks.dialogue import Dialogue, NoAnswer
from dashboard.checks.finding import Finding, fail, note, ok
from dashboard.checks.round_trip import check_round_trip
from gateway.config import Settings
from sensors.broker_refusal import UNSUPPORTED_PROTOCOL, BrokerRefusal
from sensors.config import BrokerSettings
from sensors.wire.topic import ALL_GATEWAYS, gateway_topic

SETTLE_S: Final = 0.5  # retained messages follow the subscription at once
V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
SPOKEN: Final = {V5: "MQTT 5", V311: "MQTT 3.1.1"}


def check_broker(settings: Settings, device: BrokerSettings | None = None) -> list[Finding]:
    """What is found with the gateway's login; a ``device``'s is tried too where it is given."""
    url = settings.broker.url
    try:
        protocol = V5
        no, gateway = _ask(settings, protocol)
        if no is not None and no.code == UNSUPPORTED_PROTOCOL:
            protocol = V311
            no, gateway = _ask(settings, protocol)
        if no is not None:
            return [fail("broker", f"{url} says: {no}", no.mend)]
        let_in = ok("broker", f"{url} lets us in, {SPOKEN[protocol]}")
        tried = check_round_trip(settings.broker, device, settings.directory, protocol)
    except OSError as error:
        mend = "start the broker, or correct broker.url (mqtts:// where it wants TLS)"
        return [fail("broker", f"{url} is not reached: {error}", mend)]
    except NoAnswer as error:
        mend = "is it an MQTT broker, and does it want TLS (mqtts://)?"
        return [fail("broker", f"{url} {error}", mend)]
    return [let_in, gateway, *tried]


def _ask(settings: Settings, protocol: MQTTProtocolVersion) -> tuple[BrokerRefusal | None, Finding]:
    """The broker's no to our connection, and how our gateway is."""
    ours = settings.broker.client_id
    with Dialogue(settings.broker, settings.directory, protocol) as asked:
        no = asked.connected() or asked.subscribe(ALL_GATEWAYS)
        if no is None:
            asked.hears(lambda heard: heard.topic == gateway_topic(ours), SETTLE_S)
        said = [heard.payload for heard in asked.heard if heard.topic == gateway_topic(ours)]
    if said and said[-1] == b"online":
        return no, ok("gateway", f"{ours} is online")
    how = "offline" if said else "never seen on this broker"
    return no, note("gateway", f"{ours} is {how}", "start it: luchtig gateway --config FILE")
