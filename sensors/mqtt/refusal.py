"""A broker's no in words: what it said, about what, and what to do.

A reason code of 128 and over is a no (MQTT 5.0, 2.4). Paho tells the few codes of MQTT 3.1.1 by the
same numbers. Access rules are given as Mosquitto writes them in its ``acl_file``.
"""

from dataclasses import dataclass
from typing import Final, Literal

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

Packet = Literal["connack", "suback", "puback", "disconnect"]

UNSPECIFIED: Final = 128
UNSUPPORTED_PROTOCOL: Final = 132
BAD_CLIENT_ID: Final = 133
BAD_LOGIN: Final = 134
NOT_AUTHORIZED: Final = 135
BANNED: Final = 138
KEEP_ALIVE_TIMEOUT: Final = 141
SESSION_TAKEN_OVER: Final = 142
PACKET_TOO_LARGE: Final = 149
QUOTA_EXCEEDED: Final = 151
RETAIN_NOT_SUPPORTED: Final = 154
QOS_NOT_SUPPORTED: Final = 155

_PACKET_TYPES: Final = {
    "connack": PacketTypes.CONNACK,
    "suback": PacketTypes.SUBACK,
    "puback": PacketTypes.PUBACK,
    "disconnect": PacketTypes.DISCONNECT,
}
_OTHER_CLIENT_ID = "give another broker.client_id, or let this one in"
_MEND: Final = {
    BAD_CLIENT_ID: _OTHER_CLIENT_ID,
    BAD_LOGIN: "correct broker.username and broker.password (or password_file)",
    NOT_AUTHORIZED: "correct broker.username and broker.password (or password_file), or let this "
    "login in",
    BANNED: f"the broker bans this client or its address: {_OTHER_CLIENT_ID}",
    PACKET_TOO_LARGE: "raise the broker's largest packet (max_packet_size)",
    QUOTA_EXCEEDED: "raise the broker's quota",
    RETAIN_NOT_SUPPORTED: "set retain_available true in mosquitto.conf",
    QOS_NOT_SUPPORTED: "the broker must take QoS 1: set max_qos 1 or 2",
}
_ELSE: Final = "the broker's own log says why"


@dataclass(frozen=True, slots=True)
class BrokerRefusal:
    """``topic`` is what it was about: a topic, or the filter of a subscription; empty where it was the
    connection.
    """

    packet: Packet
    code: int
    says: str
    topic: str = ""

    @property
    def mend(self) -> str:
        """What to do."""
        if self.topic and self.code in (NOT_AUTHORIZED, UNSPECIFIED):
            return f"its access rules need `{self.access_rule}`"
        if self.packet == "disconnect" and self.code == NOT_AUTHORIZED:
            return "its access rules forbid something that we publish or read: luchtig check tries each"
        return _MEND.get(self.code, _ELSE)

    @property
    def access_rule(self) -> str:
        """The line that would allow it."""
        if self.packet == "suback":
            access = "readwrite" if self.topic.startswith("luchtig/gateways/") else "read"
            return f"topic {access} {self.topic}"
        return write_rule(self.topic)

    def __str__(self) -> str:
        return f"{self.packet.upper()} 0x{self.code:02x}, {self.says}"


def write_rule(topic: str) -> str:
    """The line that lets a login publish on ``topic`` and on whatever else its role speaks on."""
    parts = topic.split("/")
    if topic.startswith("luchtig/rooms/"):
        return "topic write luchtig/rooms/#"
    if topic.startswith("luchtig/devices/") and len(parts) == 5:
        return f"topic write {'/'.join(parts[:4])}/#"
    if topic.startswith("luchtig/gateways/"):
        return f"topic readwrite {topic}"
    return f"topic write {topic}"


def refusal(packet: Packet, reason: ReasonCode, topic: str = "") -> BrokerRefusal:
    """What the broker's ``reason``, 128 and over, says no to."""
    return BrokerRefusal(packet, reason.value, str(reason), topic)


def refusal_by_code(packet: Packet, code: int, topic: str = "") -> BrokerRefusal | None:
    """What a reason code says no to; None where it is none, being under 128."""
    if code < UNSPECIFIED:
        return None
    try:
        return refusal(packet, ReasonCode(_PACKET_TYPES[packet], identifier=code), topic)
    except KeyError:
        return BrokerRefusal(packet, code, "a reason that MQTT does not have", topic)
