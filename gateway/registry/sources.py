"""Sources that were made on a page: which devices of other makers are heard."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from gateway.registry.revision import raise_revision
from gateway.registry.tables.sources import sources
from sensors.adapters.source import Source
from sensors.wire.instant import to_ns

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Source).decode


@dataclass(frozen=True, slots=True)
class MadeSource:
    """A source, and the number that it is known by."""

    id: int
    source: Source


def all_sources(conn: Connection) -> tuple[MadeSource, ...]:
    """All that can be read, oldest first."""
    found = []
    for row in conn.execute(select(sources).order_by(sources.c.id)):
        try:
            found.append(MadeSource(row.id, _decode(row.body)))
        except msgspec.MsgspecError:  # of another version, or written by hand
            continue
    return tuple(found)


def make_source(conn: Connection, source: Source, at: datetime) -> int:
    """Its number. Raises IntegrityError where the venue is not there."""
    row: dict[str, object] = {"venue": source.venue, "filter": source.filter, "made_ns": to_ns(at)}
    row["body"] = _encode(source).decode()
    made = conn.execute(insert(sources).values(**row).returning(sources.c.id)).scalar_one()
    raise_revision(conn)
    return int(made)


def delete_source(conn: Connection, number: int) -> bool:
    """Hear it no longer; whether it was there."""
    found = conn.execute(delete(sources).where(sources.c.id == number)).rowcount == 1
    raise_revision(conn)
    return found
