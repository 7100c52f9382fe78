"""How to speak to this broker, learned from how a connection ended: which MQTT, and whether with
retained messages.
"""

from dataclasses import dataclass

from paho.mqtt.enums import MQTTProtocolVersion

from gateway.mqtt.connection import Ended
from sensors.mqtt.refusal import RETAIN_NOT_SUPPORTED, UNSUPPORTED_PROTOCOL


@dataclass(slots=True)
class Manner:
    """MQTT 5 and retained messages until the broker shows that it has them not."""

    protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    retain: bool = True

    @property
    def is_5(self) -> bool:
        return self.protocol == MQTTProtocolVersion.MQTTv5

    def learn(self, ended: Ended) -> str | None:
        """What is wrong, or None where the next attempt is made in another manner."""
        no = ended.refusal
        if no is not None and no.code == RETAIN_NOT_SUPPORTED and self.retain:
            self.retain = False
            return None
        if no is not None and no.code != UNSUPPORTED_PROTOCOL:
            verb = "refuses us" if no.packet == "connack" else "closed the connection"
            return f"the broker {verb} ({no}): {no.mend}"
        if self.is_5 and ended.reached and not ended.connected:
            # Refused for its version, or closed without an answer as old brokers do with MQTT 5.
            self.protocol = MQTTProtocolVersion.MQTTv311
            return None
        if not ended.connected:
            # The broker that comes back may be a newer one, or have other settings.
            self.protocol, self.retain = MQTTProtocolVersion.MQTTv5, True
        return ended.error
