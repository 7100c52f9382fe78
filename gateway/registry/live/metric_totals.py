"""What each gateway counted, so that the dashboard can show it and a restart goes on counting."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from gateway.registry.tables.live_state import metric_totals
from gateway.registry.upsert import put_all


def all_totals(conn: Connection) -> tuple[tuple[str, str, str, float], ...]:
    """(gateway, name, label, value) of every counter, in that order; the label may be empty."""
    query = select(
        metric_totals.c.gateway, metric_totals.c.name, metric_totals.c.label, metric_totals.c.value
    )
    ordered = query.order_by(metric_totals.c.gateway, metric_totals.c.name, metric_totals.c.label)
    return tuple(
        (gateway, name, label, value) for gateway, name, label, value in conn.execute(ordered)
    )


def total_of(conn: Connection, name: str, label: str) -> float:
    """What all gateways counted under one name and label."""
    query = select(func.sum(metric_totals.c.value)).where(
        metric_totals.c.name == name, metric_totals.c.label == label
    )
    return float(conn.execute(query).scalar() or 0)


def put_totals(conn: Connection, gateway: str, values: Mapping[tuple[str, str], float]) -> None:
    """Put the totals of one gateway, by (name, label); those not named stay as they are. A yes or no,
    which Python takes for a number, is made one: PostgreSQL does not.
    """
    rows = [
        {"gateway": gateway, "name": name, "label": label, "value": float(value)}
        for (name, label), value in values.items()
    ]
    put_all(conn, metric_totals, rows)
