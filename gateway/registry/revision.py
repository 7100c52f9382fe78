"""The number that a change of configuration raises, so that the gateway notices it."""

from sqlalchemy import Connection, insert, select, update

from gateway.registry.tables.venues import revision

_CURRENT = select(revision.c.number)  # made once: it is asked every second


def current(conn: Connection) -> int:
    """The number of the configuration as it is; 0 before the first change."""
    return conn.execute(_CURRENT).scalar() or 0


def raise_revision(conn: Connection) -> None:
    """Say that the configuration changed; called in the transaction that changes it."""
    if conn.execute(update(revision).values(number=revision.c.number + 1)).rowcount == 0:
        conn.execute(insert(revision).values(id=1, number=1))
