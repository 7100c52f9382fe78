"""Who was told of a flag: read from what the outbox holds of it."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from gateway.domain.alerting import Letter
from gateway.domain.notice import decode_notice
from gateway.registry.tables import outbox
from sensors.instant import from_ns


def told_of(conn: Connection, flag_ids: Iterable[str]) -> dict[str, tuple[Letter, ...]]:
    """The letters that say that these flags fire, by flag; flags of which nobody was told are left
    out.
    """
    query = select(outbox.c.flag, outbox.c.recipient, outbox.c.body, outbox.c.created_ns)
    fires = query.where(outbox.c.kind.in_(("firing", "escalated")))
    found: dict[str, tuple[Letter, ...]] = {}
    for row in conn.execute(fires.where(outbox.c.flag.in_(list(flag_ids))).order_by(outbox.c.id)):
        letter = Letter(row.recipient, decode_notice(row.body), from_ns(row.created_ns))
        found[row.flag] = (*found.get(row.flag, ()), letter)
    return found
