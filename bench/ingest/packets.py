"""MQTT 3.1.1 and 5 packets, as far as a bench has to make and to recognise them."""

from typing import NamedTuple

CONNECT, PUBLISH, PUBACK = 1, 3, 4
MQTT_5 = 5
FAILURE = 0x80


class Packet(NamedTuple):
    """``first`` is the byte with type and flags; ``body`` is what follows the length."""

    first: int
    body: bytes

    @property
    def type(self) -> int:
        return self.first >> 4

    @property
    def qos(self) -> int:
        """Of a PUBLISH."""
        return self.first >> 1 & 3

    @property
    def topic(self) -> str:
        """Of a PUBLISH."""
        return self.body[2 : 2 + int.from_bytes(self.body[:2], "big")].decode()

    @property
    def number(self) -> int:
        """The packet id of a PUBACK or of a PUBLISH at QoS 1."""
        at = 0 if self.type == PUBACK else 2 + int.from_bytes(self.body[:2], "big")
        return int.from_bytes(self.body[at : at + 2], "big")

    @property
    def payload(self) -> bytes:
        """Of a PUBLISH of version 3.1.1 at QoS 0."""
        return self.body[2 + int.from_bytes(self.body[:2], "big") :]

    @property
    def version(self) -> int:
        """Of a CONNECT: 4 is 3.1.1."""
        return self.body[6]

    def payload_at_qos_1(self, version: int) -> bytes:
        """Of a PUBLISH on a connection of that version, whose properties are fewer than 128 bytes."""
        at = 4 + int.from_bytes(self.body[:2], "big")
        return self.body[at + 1 + self.body[at] if version >= MQTT_5 else at :]

    @property
    def is_taken(self) -> bool:
        """Of a PUBACK: whether it is not a refusal."""
        return len(self.body) < 3 or self.body[2] < FAILURE


class Packets:
    """Bytes in, as they come; whole packets out."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, received: bytes) -> list[Packet]:
        data, at, made = self._waiting + received, 0, []
        while (end := _end(data, at)) is not None:
            body_at, end_at = end
            if end_at > len(data):
                break
            made.append(Packet(data[at], data[body_at:end_at]))
            at = end_at
        self._waiting = data[at:]
        return made


def _end(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at ``at`` begins and ends; None where that is not known yet."""
    length, shift = 0, 0
    for here in range(at + 1, min(at + 5, len(data))):
        length |= (data[here] & 127) << shift
        shift += 7
        if not data[here] & 128:
            return here + 1, here + 1 + length
    return None


def connect(client_id: str) -> bytes:
    """A clean session that needs no keep-alive."""
    return _packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00" + _text(client_id))


def subscribe(topic_filter: str) -> bytes:
    """At QoS 0."""
    return _packet(0x82, b"\x00\x01" + _text(topic_filter) + b"\x00")


def publish(topic: str, number: int, body: bytes) -> bytes:
    """At QoS 1."""
    return _packet(0x32, _text(topic) + number.to_bytes(2, "big") + body)


DISCONNECT = b"\xe0\x00"


def _packet(first: int, body: bytes) -> bytes:
    out, left = bytearray([first]), len(body)
    while True:
        left, low = divmod(left, 128)
        out.append(low | (128 if left else 0))
        if not left:
            return bytes(out) + body


def _text(value: str) -> bytes:
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded
