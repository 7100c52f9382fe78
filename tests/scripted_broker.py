"""A broker on a socket that answers by a script: for the noes that Mosquitto does not say.

MQTT 5 is spoken where the client asks for it, else 3.1.1.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CONNECT, PUBLISH, SUBSCRIBE, PINGREQ = 1, 3, 8, 12


@dataclass(frozen=True)
class Packet:
    kind: int
    body: bytes
    flags: int = 0
    is_5: bool = True

    @property
    def topic(self) -> str:
        """Of a PUBLISH."""
        length = int.from_bytes(self.body[:2], "big")
        return self.body[2 : 2 + length].decode()

    @property
    def message_id(self) -> bytes:
        at = 2 + int.from_bytes(self.body[:2], "big") if self.kind == PUBLISH else 0
        return self.body[at : at + 2]

    @property
    def filters(self) -> list[str]:
        """Of a SUBSCRIBE."""
        found, at = [], 3 + self.body[2] if self.is_5 else 2
        while at < len(self.body):
            length = int.from_bytes(self.body[at : at + 2], "big")
            found.append(self.body[at + 2 : at + 2 + length].decode())
            at += 3 + length
        return found


def _codes_0(packet: Packet) -> list[int]:
    return [1] * len(packet.filters)


@dataclass
class Script:
    """What is answered; ``closes`` gives a reason to disconnect for, MQTT 5."""

    connack: Callable[[Packet], int] = lambda _packet: 0
    suback: Callable[[Packet], list[int]] = _codes_0
    puback: Callable[[Packet], int] = lambda _packet: 0
    closes: Callable[[Packet], int | None] = lambda _packet: None


@dataclass
class ScriptedBroker:
    script: Script
    packets: list[Packet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []

    def of_kind(self, kind: int) -> list[Packet]:
        return [packet for packet in list(self.packets) if packet.kind == kind]

    def published(self, topic: str) -> int:
        """How often something came on that topic."""
        return sum(packet.topic == topic for packet in self.of_kind(PUBLISH))

    @contextmanager
    def serving(self) -> Iterator["ScriptedBroker"]:
        accepting = threading.Thread(target=self._accept)
        accepting.start()
        try:
            yield self
        finally:
            self._listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            self._listening.close()

    def _accept(self) -> None:
        threads = []
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                break
            self._open.append(connection)
            threads.append(threading.Thread(target=self._serve, args=(connection,)))
            threads[-1].start()
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in threads:
            thread.join()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            is_5 = True
            try:
                while head := stream.read(1):
                    size = shift = 0
                    while True:
                        digit = stream.read(1)[0]
                        size |= (digit & 127) << shift
                        shift += 7
                        if digit < 128:
                            break
                    body = stream.read(size)
                    if head[0] >> 4 == CONNECT:
                        is_5 = body[6] == 5
                    packet = Packet(head[0] >> 4, body, head[0] & 15, is_5)
                    self.packets.append(packet)
                    if not self._answer(connection, packet):
                        break
            except (OSError, IndexError):
                return

    def _answer(self, connection: socket.socket, packet: Packet) -> bool:
        """Whether to go on."""
        script, is_5 = self.script, packet.is_5
        reason = script.closes(packet)
        if reason is not None:
            connection.sendall(bytes([0xE0, 1, reason]))
            return False
        if packet.kind == CONNECT:
            code = script.connack(packet)
            connection.sendall(bytes([0x20, 3, 0, code, 0] if is_5 else [0x20, 2, 0, code]))
            return code == 0
        if packet.kind == SUBSCRIBE:
            codes = script.suback(packet)
            body = packet.message_id + (b"\0" if is_5 else b"") + bytes(codes)
            connection.sendall(bytes([0x90, len(body)]) + body)
        elif packet.kind == PUBLISH and packet.flags & 2:
            code = script.puback(packet)
            body = packet.message_id + (bytes([code]) if is_5 and code else b"")
            connection.sendall(bytes([0x40, len(body)]) + body)
        elif packet.kind == PINGREQ:
            connection.sendall(b"\xd0\0")
        return True
