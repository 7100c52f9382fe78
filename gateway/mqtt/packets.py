"""The packets of MQTT 5 that a persistent subscriber at QoS 1 needs, to and from bytes. Pure.

Numbers in brackets are sections of the OASIS standard MQTT Version 5.0 of 7 March 2019.
"""

import struct
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

CONNACK: Final = 0x20
PUBLISH: Final = 0x30
PUBACK: Final = 0x40
SUBACK: Final = 0x90
UNSUBACK: Final = 0xB0
PINGRESP: Final = 0xD0
DISCONNECT: Final = 0xE0
KIND: Final = 0xF0
"""What of a packet's first byte says its kind."""
QOS: Final = 0x06
AGAIN: Final = 0x08
RETAINED: Final = 0x01
"""What the first byte of a PUBLISH says beside it [3.3.1]."""

PING: Final = b"\xc0\x00"
GOODBYE: Final = b"\xe0\x00"
UNSUPPORTED_PROTOCOL: Final = 132

_PUBACK_OF: Final = 0x4002_0000  # two bytes of body follow: the identifier
_SESSION_EXPIRY: Final = 0x11
_SERVER_KEEPALIVE: Final = 0x13
_RECEIVE_MAXIMUM: Final = 0x21
_RETAIN_AVAILABLE: Final = 0x25
_USER_PROPERTY: Final = 0x26
# The bytes of a property's value by its identifier [2.2.2.2]. The others have two bytes that say how
# many, and a user property has that twice.
_SIZES: Final = {
    **dict.fromkeys((0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A), 1),
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), 2),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), 4),
}
_QOS_1_RETAINED_IF_NEW: Final = b"\x11"  # [3.8.3.1]


class Malformed(Exception):
    """What came is no packet of MQTT 5."""


class Will(NamedTuple):
    """What the broker says at QoS 1 where we are gone without a word."""

    topic: str
    payload: bytes
    retain: bool


class Login(NamedTuple):
    username: str
    password: str | None


class Connack(NamedTuple):
    """The broker's answer to CONNECT; a ``code`` of 128 and over is a no."""

    code: int
    session_present: bool = False
    receive_maximum: int = 65_535
    keepalive_s: int | None = None
    keeps_retained: bool = True


def frame(data: bytes, begin: int) -> tuple[int, int]:
    """Where the body of the packet at ``begin`` begins and where it ends; an end beyond ``data`` says
    that it is not all there.

    Raises:
        Malformed: its length cannot be read.

    """
    if len(data) - begin < 2:
        return len(data), len(data) + 1
    size = data[begin + 1]
    if size < 128:
        return begin + 2, begin + 2 + size
    try:
        size, body = _number(data, begin + 1)
    except IndexError:
        return len(data), len(data) + 1
    return body, body + size


def read_publish(data: bytes, head: int, body: int, end: int) -> tuple[bytes, int | None, bytes]:
    """The topic, the packet identifier where it has one, and the payload of a PUBLISH [3.3].

    Raises:
        Malformed: it is too short for what it says.

    """
    try:
        at = body + 2 + (data[body] << 8 | data[body + 1])
        topic = data[body + 2 : at]
        packet_id = None
        if head & QOS:
            packet_id = data[at] << 8 | data[at + 1]
            at += 2
        if data[at]:
            size, at = _number(data, at)
            at += size
        else:
            at += 1
    except IndexError:
        raise Malformed("a PUBLISH is too short") from None
    if at > end:
        raise Malformed("a PUBLISH is too short")
    return topic, packet_id, data[at:end]


def read_connack(body: bytes) -> Connack:
    """The answer to CONNECT [3.2]; a broker that knows older versions only may say so in theirs.

    Raises:
        Malformed: it cannot be read.

    """
    if len(body) == 2:
        return Connack(UNSUPPORTED_PROTOCOL if body[1] == 1 else body[1] and 128)
    try:
        told = _properties(body, 2)
        return Connack(
            body[1],
            session_present=bool(body[0] & 1),
            receive_maximum=told.get(_RECEIVE_MAXIMUM, 65_535),
            keepalive_s=told.get(_SERVER_KEEPALIVE),
            keeps_retained=told.get(_RETAIN_AVAILABLE, 1) != 0,
        )
    except IndexError:
        raise Malformed("a CONNACK is too short") from None


def read_puback(body: bytes) -> tuple[int, int]:
    """The packet identifier and the reason code of an acknowledgement [3.4].

    Raises:
        Malformed: it has no identifier.

    """
    if len(body) < 2:
        raise Malformed("a PUBACK is too short")
    return int.from_bytes(body[:2], "big"), body[2] if len(body) > 2 else 0


def read_suback(body: bytes) -> tuple[int, tuple[int, ...]]:
    """The packet identifier and the reason codes, one for each filter [3.9].

    Raises:
        Malformed: it cannot be read.

    """
    try:
        size, at = _number(body, 2)
    except IndexError:
        raise Malformed("a SUBACK is too short") from None
    return int.from_bytes(body[:2], "big"), tuple(body[at + size :])


def read_disconnect(body: bytes) -> int:
    """The reason code of a DISCONNECT [3.14]."""
    return body[0] if body else 0


def connect(
    client_id: str,
    *,
    keepalive_s: int,
    session_expiry_s: int,
    receive_maximum: int,
    will: Will,
    login: Login | None,
) -> bytes:
    """CONNECT to a session that outlives the connection [3.1]."""
    flags = 0x04 | 0x08 | (0x20 if will.retain else 0)  # a will, at QoS 1
    payload = [_text(client_id), b"\0", _text(will.topic), _counted(will.payload)]
    if login is not None:
        flags |= 0x80
        payload.append(_text(login.username))
        if login.password is not None:
            flags |= 0x40
            payload.append(_text(login.password))
    told = struct.pack(
        ">BIBH", _SESSION_EXPIRY, session_expiry_s, _RECEIVE_MAXIMUM, receive_maximum
    )
    head = _text("MQTT") + struct.pack(">BBHB", 5, flags, keepalive_s, len(told)) + told
    return _packet(0x10, head + b"".join(payload))


def subscribe(packet_id: int, filters: Iterable[str], others: Mapping[str, int] = {}) -> bytes:
    """SUBSCRIBE at QoS 1 [3.8]; what is retained comes where the broker has no session of ours. Filters
    that are in ``others`` have the QoS that stands there, and what is retained comes each time.
    """
    asked = b"".join(
        _text(one) + (bytes([others[one]]) if one in others else _QOS_1_RETAINED_IF_NEW)
        for one in filters
    )
    return _packet(0x82, packet_id.to_bytes(2, "big") + b"\0" + asked)


def unsubscribe(packet_id: int, filters: Iterable[str]) -> bytes:
    """UNSUBSCRIBE [3.10]."""
    return _packet(0xA2, packet_id.to_bytes(2, "big") + b"\0" + b"".join(map(_text, filters)))


def publish(packet_id: int, topic: str, payload: bytes, *, retain: bool) -> bytes:
    """PUBLISH at QoS 1 [3.3]."""
    body = _text(topic) + packet_id.to_bytes(2, "big") + b"\0" + payload
    return _packet(PUBLISH | 0x02 | retain, body)


def acknowledge(packet_ids: Collection[int]) -> bytes:
    """A PUBACK for each [3.4], in this order."""
    return struct.pack(f">{len(packet_ids)}I", *[_PUBACK_OF | one for one in packet_ids])


def _packet(head: int, body: bytes) -> bytes:
    size, digits = len(body), bytearray([head])
    while size > 127:
        digits.append(size & 127 | 128)
        size >>= 7
    digits.append(size)
    return bytes(digits) + body


def _text(text: str) -> bytes:
    return _counted(text.encode())


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _number(data: bytes, begin: int) -> tuple[int, int]:
    """A variable byte integer [1.5.5], and where it ends."""
    value = 0
    for place in range(4):
        digit = data[begin + place]
        value |= (digit & 127) << 7 * place
        if digit < 128:
            return value, begin + place + 1
    raise Malformed("a number of more than four bytes")


def _properties(data: bytes, begin: int) -> dict[int, int]:
    """Those that are numbers, by their identifiers [2.2.2]."""
    size, at = _number(data, begin)
    end = at + size
    found: dict[int, int] = {}
    while at < end:
        name, at = data[at], at + 1
        count = _SIZES.get(name)
        if count is None:
            for _ in range(2 if name == _USER_PROPERTY else 1):
                at += 2 + (data[at] << 8 | data[at + 1])
        else:
            found[name] = int.from_bytes(data[at : at + count], "big")
            at += count
    return found
