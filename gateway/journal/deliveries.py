"""How the broker handed the last messages over, so that one it hands over again is known.

A reading without a time of its own has nothing else to be known by: told again, it would be another
one. What was on its way when a connection ended comes again on the next with its mark (DUP) and under
the packet identifier it had, and until it is acknowledged no other message has that identifier.
"""

import sqlite3
import struct
import zlib
from collections import deque
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

KEPT: Final = 4_096
"""Four times what may wait to be committed: beside those as many are being committed, and as many again
may have been acknowledged without the broker having read it.
"""
DIGEST_BYTES: Final = 8
NO_DIGEST: Final = bytes(DIGEST_BYTES)

# One row a commit, so that this costs a write for each group of messages and not for each message.
SCHEMA = "CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY, body BLOB NOT NULL);"
_RECORD = struct.Struct(f">qH{DIGEST_BYTES}s")


SESSIONS: Final = 24
"""So many bits number the sessions of one client id; the bits above tell which client id."""


def first_session(client_id: str | None) -> int:
    """The number of the first session of a client id; None: there is no other."""
    return 0 if client_id is None else zlib.crc32(client_id.encode()) << SESSIONS


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A message as the broker handed it over at QoS 1: under which packet identifier of which
    ``session``, a number of ours, and whether it says that it did so before.

    ``digest`` stands for topic and payload, ``NO_DIGEST`` where the message is known by its own time.
    """

    session: int
    packet: int
    again: bool
    digest: bytes = NO_DIGEST


WITH_THE_LAST: Final = Delivery(0, 0, again=False)
"""Of an entry that came in the same message as the one before it."""


def digest_of(topic: str, payload: bytes) -> bytes:
    """What tells a message from others that had the same packet identifier."""
    whole = topic.encode("utf-8", "surrogatepass") + b"\0" + payload  # a topic holds no nought
    return blake2b(whole, digest_size=DIGEST_BYTES).digest()


class Deliveries:
    """The last ``KEPT`` of them. What changes it belongs to a transaction of the journal's: after one
    that failed it is to be loaded again.
    """

    def __init__(self) -> None:
        self._sessions: dict[int, int] = {}
        self._of_packet: dict[tuple[int, int], tuple[Delivery, int]] = {}
        self._count = 0
        self._rows: deque[tuple[int, int]] = deque()
        self._in_rows = 0

    def session(self, first: int) -> int:
        """That of the last message of the client id whose first session that was."""
        return self._sessions.get(first >> SESSIONS, first)

    def load(self, db: sqlite3.Connection) -> None:
        """What earlier commits wrote."""
        self._of_packet.clear()
        self._rows.clear()
        self._in_rows = 0
        for number, body in db.execute("SELECT id, body FROM deliveries ORDER BY id"):
            known = body if isinstance(body, bytes) and not len(body) % _RECORD.size else b""
            records = [*_RECORD.iter_unpack(known)]
            for session, packet, digest in records:
                self.is_known(Delivery(session, packet, again=False, digest=digest))
                self._sessions[session >> SESSIONS] = session
            self._keep(number, len(records))

    def is_known(self, delivery: Delivery) -> bool:
        """Whether the broker hands over again what was taken before; from now on it is the last one
        of its packet identifier.
        """
        known = delivery.again and delivery.digest != NO_DIGEST and self._came(delivery)
        self._count += 1
        key = (delivery.session >> SESSIONS, delivery.packet)
        self._of_packet.pop(key, None)
        self._of_packet[key] = (delivery, self._count)
        oldest = next(iter(self._of_packet))
        if self._count - self._of_packet[oldest][1] >= KEPT:
            del self._of_packet[oldest]
        return known

    def _came(self, delivery: Delivery) -> bool:
        key = (delivery.session >> SESSIONS, delivery.packet)
        before, count = self._of_packet.get(key, (None, 0))
        return (
            before is not None
            and before.session == delivery.session
            and before.digest == delivery.digest
            and self._count - count < KEPT
        )

    def write(self, db: sqlite3.Connection, deliveries: Sequence[Delivery]) -> None:
        """Put these in, each of which was asked about, and forget what is too long ago."""
        if not deliveries:
            return
        number = self._rows[-1][0] + 1 if self._rows else 1
        body = b"".join(_RECORD.pack(one.session, one.packet, one.digest) for one in deliveries)
        db.execute("INSERT INTO deliveries VALUES (?, ?)", (number, body))
        self._keep(number, len(deliveries))
        first = self._rows[0][0]
        while self._in_rows - self._rows[0][1] >= KEPT:
            self._in_rows -= self._rows.popleft()[1]
        if self._rows[0][0] > first:
            db.execute("DELETE FROM deliveries WHERE id < ?", (self._rows[0][0],))

    def _keep(self, number: int, records: int) -> None:
        self._rows.append((number, records))
        self._in_rows += records
