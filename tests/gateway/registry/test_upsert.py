"""Rows in the driver's own words are the rows that SQLAlchemy writes."""

from sqlalchemy import Connection, select

from gateway.registry.tables.live_state import air_memory
from gateway.registry.upsert import put_columns

COLUMNS = ("state", "slug", "kind", "venue", "at_ns", "position")


def kept(conn: Connection) -> list[tuple[object, ...]]:
    rows = conn.execute(select(air_memory).order_by(air_memory.c.slug))
    return [(row.slug, row.kind, row.position, row.at_ns, bytes(row.state)) for row in rows]


def test_rows_are_put_whatever_the_order_of_their_columns_and_replace_older_ones(
    conn: Connection,
) -> None:
    put_columns(
        conn, air_memory, COLUMNS,
        [(b"\x00a", "serre", "room", "de-kade", 2**62, 7), (b"", "zaal", "room", "de-kade", 1, 2)],
    )  # fmt: skip
    put_columns(conn, air_memory, COLUMNS, [(b"%s?", "zaal", "room", "de-kade", 3, 9)])
    put_columns(conn, air_memory, COLUMNS, [])
    assert kept(conn) == [("serre", "room", 7, 2**62, b"\x00a"), ("zaal", "room", 9, 3, b"%s?")]
