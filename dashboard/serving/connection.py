"""What every connection is held to, whatever is spoken on it.

The library's own protocol is inside: it reads HTTP. Around it is counted who is connected and how long
a request takes to arrive; who waits longest without having asked for anything gives way to who does.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, cast

from dashboard.serving.admission import Admission

HEAD_BYTES: Final = 32_768
SPARE_BYTES: Final = 2_048
RETRY_S: Final = 10

FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: %d\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n" % RETRY_S
)
ALIVE: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n"
    b'Connection: close\r\n\r\n{"status":"ok"}'
)
HEAD_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)

Peer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. ``head_s`` for a request's line and headers, ``body_s`` for its body, ``spare_s`` for
    the line in a full house; ``send_s`` for a piece of an answer to be taken, ``unsent_s`` for what is
    left of one.
    """

    head_s: float = 10.0
    body_s: float = 20.0
    spare_s: float = 2.0
    send_s: float = 30.0
    unsent_s: float = 30.0
    sweep_s: float = 0.5


PATIENT: Final = Patience()


class Speaker(Protocol):
    """The library's protocol, as far as it is called."""

    def connection_made(self, transport: asyncio.Transport) -> None: ...
    def connection_lost(self, exc: Exception | None) -> None: ...
    def data_received(self, data: bytes) -> None: ...
    def eof_received(self) -> bool | None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...


class House:
    """All connections of the server, of one event loop's thread."""

    def __init__(self, admission: Admission, patience: Patience = PATIENT) -> None:
        self.admission = admission
        self.patience = patience
        self.refused = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._taken: dict[Peer, GuardedConnection] = {}
        self._waiting: OrderedDict[GuardedConnection, None] = OrderedDict()
        self._spares: dict[SpareConnection, float] = {}

    def connection(self, speaker: Callable[[], Speaker]) -> asyncio.Protocol:
        """A protocol for the next connection."""
        return _Door(self, speaker)

    def find(self, peer: Peer) -> "GuardedConnection | None":
        """The connection of who asks, by address and port."""
        return self._taken.get(peer)

    def admit(self, peer: Peer, speaker: Callable[[], Speaker]) -> "asyncio.Protocol | None":
        """Who speaks with a newcomer; None where nobody does. Where there is no place, whoever has
        waited longest without asking for anything leaves for it.
        """
        self._watch()
        answer = self.admission.ask(peer[0])
        if answer != "taken" and self._make_room(None if answer == "house full" else peer[0]):
            answer = self.admission.ask(peer[0])
        if answer == "taken":
            guarded = GuardedConnection(self, peer, speaker())
            self.admission.enter(peer[0])
            self._taken[peer] = guarded
            return guarded
        self.refused += 1
        if not self.admission.has_spare(len(self._spares)):
            return None
        spare = SpareConnection(self)
        self._spares[spare] = self._now()
        return spare

    def _make_room(self, address: str | None) -> bool:
        """Whether somebody left; of that address alone where one is given."""
        waiting = (one for one in self._waiting if address in (None, one.peer[0]))
        longest = next(waiting, None)
        if longest is not None:
            longest.abort()
        return longest is not None

    def left(self, connection: "GuardedConnection") -> None:
        self.admission.leave(connection.peer[0])
        del self._taken[connection.peer]
        self._waiting.pop(connection, None)

    def spare_left(self, spare: "SpareConnection") -> None:
        self._spares.pop(spare, None)

    def waits(self, connection: "GuardedConnection", *, is_waiting: bool) -> None:
        """Whether it has asked for nothing that is not answered."""
        if is_waiting:
            self._waiting[connection] = None
        else:
            self._waiting.pop(connection, None)

    def _watch(self) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.call_later(self.patience.sweep_s, self._sweep)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _sweep(self) -> None:
        """End what takes too long."""
        now = self._now()
        for connection in list(self._taken.values()):
            connection.look(now)
        for spare, since in list(self._spares.items()):
            if now - since > self.patience.spare_s:
                spare.close(FULL)
        asyncio.get_running_loop().call_later(self.patience.sweep_s, self._sweep)


class _Door(asyncio.Protocol):
    """Says at the first word who is spoken to."""

    def __init__(self, house: House, speaker: Callable[[], Speaker]) -> None:
        self._house = house
        self._speaker = speaker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        found = cast("asyncio.Transport", transport)
        name = found.get_extra_info("peername")
        peer = (str(name[0]), int(name[1])) if name else ("", id(transport))
        inside = self._house.admit(peer, self._speaker)
        if inside is None:
            found.write(FULL)
            found.close()
            return
        found.set_protocol(inside)
        inside.connection_made(found)


class GuardedConnection(asyncio.Protocol):
    """One that was taken. ``asked`` and ``answered`` are told by the application."""

    def __init__(self, house: House, peer: Peer, inside: Speaker) -> None:
        self.peer = peer
        self._house = house
        self._inside = inside
        self._transport: asyncio.Transport | None = None
        self._asking = 0
        self._head_since: float | None = None
        self._head_bytes = 0
        self._unsent_since: float | None = None

    def asked(self) -> None:
        """A request's head is whole."""
        self._asking += 1
        self._head_since, self._head_bytes = None, 0
        self._house.waits(self, is_waiting=False)

    def answered(self) -> None:
        """An answer is given, or nobody wants it any more."""
        self._asking -= 1
        if not self._asking and self._transport is not None:
            self._house.waits(self, is_waiting=True)

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()
            self._gone()

    def look(self, now: float) -> None:
        """End it where a request or the rest of an answer takes too long."""
        transport, patience = self._transport, self._house.patience
        if transport is None or self._asking:
            return
        if self._head_since is not None and now - self._head_since > patience.head_s:
            self.abort()
        elif not transport.get_write_buffer_size():
            self._unsent_since = None
        elif self._unsent_since is None:
            self._unsent_since = now
        elif now - self._unsent_since > patience.unsent_s:
            self.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._head_since = asyncio.get_running_loop().time()
        self._house.waits(self, is_waiting=True)
        self._inside.connection_made(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()
        self._inside.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._asking:
            if self._head_bytes > HEAD_BYTES and self._transport is not None:
                self._transport.write(HEAD_TOO_LARGE)
                self._transport.close()
                return
            if self._head_since is None:
                self._head_since = asyncio.get_running_loop().time()
            self._head_bytes += len(data)
        self._inside.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inside.eof_received()

    def pause_writing(self) -> None:
        self._inside.pause_writing()

    def resume_writing(self) -> None:
        self._inside.resume_writing()

    def _gone(self) -> None:
        if self._transport is not None:
            self._transport = None
            self._house.left(self)


class SpareConnection(asyncio.Protocol):
    """One beyond the full house: told so, but for who asks whether we live."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._transport: asyncio.Transport | None = None
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if b"\r\n\r\n" in self._heard or len(self._heard) > SPARE_BYTES:
            self.close(ALIVE if self._heard.startswith(b"GET /healthz ") else FULL)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._house.spare_left(self)

    def close(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)
            self._transport.close()
        self._house.spare_left(self)
