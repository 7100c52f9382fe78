"""The broker: reached at each of its addresses, let in, which MQTT it speaks, which gateways it knows of, whether what
devices send reaches the gateway, and what comes of other makers' devices.
"""

from dataclasses import dataclass
from typing import Final

from paho.mqtt.enums import MQTTProtocolVersion

from dashboard.checks.dialogue import Dialogue, NoAnswer
from dashboard.checks.finding import Finding, fail, note, ok
from dashboard.checks.round_trip import check_round_trip
from dashboard.checks.sources import check_sources
from gateway.config import Settings
from sensors.config import BrokerSettings
from sensors.mqtt.client import Address, parse_addresses
from sensors.mqtt.refusal import UNSUPPORTED_PROTOCOL, BrokerRefusal
from sensors.wire.topic import ALL_GATEWAYS, gateway_topic

SETTLE_S: Final = 0.5  # retained messages follow the subscription at once
V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
SPOKEN: Final = {V5: "MQTT 5", V311: "MQTT 3.1.1"}


@dataclass(frozen=True, slots=True)
class _LetIn:
    """At which address, and how our gateway is there."""

    address: Address
    protocol: MQTTProtocolVersion
    gateway: Finding

    @property
    def finding(self) -> Finding:
        return ok("broker", f"{self.address.url} lets us in, {SPOKEN[self.protocol]}")


def check_broker(settings: Settings, device: BrokerSettings | None = None) -> list[Finding]:
    """What is found with the gateway's login; a ``device``'s is tried too where it is given. Where
    one address lets us in, others that do not are no failure: it stands in for them.
    """
    answers = [_try(settings, address) for address in parse_addresses(settings.broker)]
    first = next((answer for answer in answers if isinstance(answer, _LetIn)), None)
    if first is None:
        return [answer for answer in answers if isinstance(answer, Finding)]
    findings = [_beside_one_that_answers(answer) for answer in answers]
    try:
        tried = check_round_trip(
            settings.broker, device, first.address, settings.directory, first.protocol
        )
        tried += check_sources(settings, first.address, first.protocol)
    except (OSError, NoAnswer) as error:
        tried = [fail("way in", f"{first.address.url}: {error}", "the broker's own log says why")]
    return [*findings, first.gateway, *tried]


def _beside_one_that_answers(answer: _LetIn | Finding) -> Finding:
    if isinstance(answer, _LetIn):
        return answer.finding
    return note(answer.part, f"{answer.found}; another stands in", answer.mend)


def _try(settings: Settings, address: Address) -> _LetIn | Finding:
    """How one address answers, in MQTT 5 or, where it has not that, in 3.1.1."""
    url = address.url
    try:
        try:
            no, gateway = _ask(settings, address, protocol := V5)
        except NoAnswer:
            no, gateway = _ask(settings, address, protocol := V311)
        if no is not None and no.code == UNSUPPORTED_PROTOCOL and protocol == V5:
            no, gateway = _ask(settings, address, protocol := V311)
    except OSError as error:
        mend = "start the broker, or correct broker.url (mqtts:// where it wants TLS)"
        return fail("broker", f"{url} is not reached: {error}", mend)
    except NoAnswer as error:
        mend = "is it an MQTT broker, and does it want TLS (mqtts://)?"
        return fail("broker", f"{url} {error}", mend)
    if no is not None:
        return fail("broker", f"{url} says: {no}", no.mend)
    return _LetIn(address, protocol, gateway)


def _ask(
    settings: Settings, address: Address, protocol: MQTTProtocolVersion
) -> tuple[BrokerRefusal | None, Finding]:
    """The broker's no to our connection, and how our gateway is."""
    ours = settings.broker.client_id
    with Dialogue(settings.broker, address, settings.directory, protocol) as asked:
        no = asked.connected() or asked.subscribe(ALL_GATEWAYS)
        if no is None:
            asked.hears(lambda heard: heard.topic == gateway_topic(ours), SETTLE_S)
        said = [heard.payload for heard in asked.heard if heard.topic == gateway_topic(ours)]
    if said and said[-1] == b"online":
        return no, ok("gateway", f"{ours} is online")
    how = "offline" if said else "never seen on this broker"
    return no, note("gateway", f"{ours} is {how}", "start it: luchtig gateway --config FILE")
