"""the newest values of a room are among what is remembered of it, as of a place in the journal"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEVELS = ("good", "watch", "act", "unknown")
FIELDS = {
    "co2": "co2_at",
    "people": "seen_at",
    "judged": "judged_at",
    "watched": "watched_since",
    "sampled": "sampled_at",
}


def upgrade() -> None:
    conn = op.get_bind()
    latest = sa.table("room_latest", *map(sa.column, ("venue", "room", "kind", "at_ns", "value")))
    cursors = sa.table("cursors", sa.column("position"), sa.column("alive_ns"))
    memory = sa.table(
        "air_memory",
        *map(sa.column, ("venue", "kind", "slug", "position", "at_ns")),
        sa.column("state", sa.LargeBinary()),
    )
    # Readings that are heard again change nothing, so that the earliest place serves each gateway.
    where = conn.execute(
        sa.select(sa.func.min(cursors.c.position), sa.func.min(cursors.c.alive_ns))
    ).one()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in conn.execute(sa.select(latest)):
        found.setdefault((row.venue, row.room), {}).update(_values(row))
    for (venue, room), values in found.items():
        conn.execute(
            sa.insert(memory).values(
                venue=venue, kind="newest", slug=room, position=where[0] or 0,
                at_ns=where[1] or 0, state=msgspec.msgpack.encode(values),
            )
        )  # fmt: skip
    op.drop_table("room_latest")


def _values(row: sa.Row[Any]) -> dict[str, Any]:
    """What one row said, as the newest values of a room are kept."""
    if row.kind not in FIELDS:
        return {}
    values: dict[str, Any] = {FIELDS[row.kind]: EPOCH + timedelta(microseconds=row.at_ns // 1000)}
    if row.kind == "co2":
        values["co2_ppm"] = float(row.value)
    elif row.kind == "people":
        values["seen"] = int(row.value)
    elif row.kind == "sampled" and 0 <= row.value < len(LEVELS):
        values["sampled_level"] = LEVELS[int(row.value)]
    return values
