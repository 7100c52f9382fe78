"""Who was told of a flag: read from what the outbox holds of it."""

import logging
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select

from gateway.domain.alerts.alerting import AddressedNotice
from gateway.domain.alerts.notice import Notice, decode_notice
from gateway.registry.portions import rows_where_in
from gateway.registry.tables.alerts import contacts
from gateway.registry.tables.outbox import outbox
from sensors.wire.instant import from_ns

log = logging.getLogger(__name__)


def told_of(conn: Connection, flag_ids: Iterable[str]) -> dict[str, tuple[AddressedNotice, ...]]:
    """The notices that say that these flags fire, by flag; flags of which nobody was told are left
    out, and a notice that cannot be read any more: whoever got it hears no end of it.
    """
    query = select(outbox.c.flag, outbox.c.recipient, outbox.c.body, outbox.c.created_ns)
    fires = query.where(outbox.c.kind.in_(("firing", "escalated"))).order_by(outbox.c.id)
    found: dict[str, tuple[AddressedNotice, ...]] = {}
    for row in rows_where_in(conn, fires, outbox.c.flag, flag_ids):
        try:
            notice = decode_notice(row.body)
        except msgspec.MsgspecError as error:
            said = str(error).splitlines()[0]
            log.warning("what %s was told cannot be read (%s): left out", row.recipient, said)
            continue
        told = AddressedNotice(row.recipient, notice, from_ns(row.created_ns))
        found[row.flag] = (*found.get(row.flag, ()), told)
    return found


def sharers(conn: Connection, meeting: str, notice: Notice, names: Iterable[str]) -> list[str]:
    """Which of the addresses of ``notify.urls``, by name, hear what is told to the manager: those
    that no contact of the venue has for itself; that it is over, those that were told.
    """
    if notice.kind == "resolved":
        fired = select(outbox.c.recipient).where(
            outbox.c.meeting == meeting, outbox.c.flag == notice.flag, outbox.c.kind == "firing"
        )
        told = set(conn.execute(fired).scalars())
        return [name for name in names if name in told]
    taken = select(contacts.c.address).where(contacts.c.venue == notice.venue)
    theirs = set(conn.execute(taken).scalars())
    return [name for name in names if name not in theirs]
