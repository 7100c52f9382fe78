"""The tables of where the live side stands: what it counted, judged and remembers. The gateway alone
writes them.
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from gateway.registry.tables.metadata import SLUG, metadata

# What each gateway counted, label by label; read by the dashboard's /metrics.
metric_totals = Table(
    "counters",
    metadata,
    Column("gateway", String(100), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("value", Float, nullable=False),
)

# Where the live side of the gateway stands in the journal, moved with what it wrote; alive_ns is when
# it last wrote, so that after a stop its own silence is not taken for that of the devices.
cursors = Table(
    "cursors",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("alive_ns", BigInteger, nullable=False),
)

# What one door showed last, and its net change since the room's count began (reset_ns of the room); a
# room's count is the sum over its doors, plus what a person set.
door_counts = Table(
    "door_counts",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("device", SLUG, primary_key=True),
    Column("room", SLUG, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("in_total", BigInteger, nullable=False),
    Column("out_total", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
    # What its totals may mean instead, as JSON; None of a door that was written before that was kept.
    Column("memory", Text),
)

# What was made of a door's totals where they did not simply rise, the newest of each door.
door_decisions = Table(
    "door_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("venue", SLUG, nullable=False),
    Column("device", SLUG, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("side", String(3), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("before", BigInteger, nullable=False),
    Column("shown", BigInteger, nullable=False),
    Index(None, "venue", "device", "id"),
)

room_counts = Table(
    "room_counts",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("room", SLUG, primary_key=True),
    Column("set_people", Integer),
    Column("reset_ns", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
)

# What the live side remembers, as it was after the journal's ``position``: what the estimates and
# detectors make of a room (kind 'room') and of a venue's outdoor air ('venue', slug ''), and the newest
# values of a room ('newest'). The replay goes on from there. What advice was given in a room ('advice')
# is always as of the live cursor.
air_memory = Table(
    "air_memory",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("slug", SLUG, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("topic", String(400), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
