"""The tables of protocols and of what was said of them. The dashboard and ``luchtig import`` write them;
which protocol a meeting began under, the gateway too.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import ID, SLUG, metadata

# body is a JSON object: the name, the items, the source. Whose it is, a venue's or an organisation's; none
# is the whole house's.
protocols = Table(
    "protocols",
    metadata,
    Column("slug", SLUG, primary_key=True),
    Column("venue", SLUG),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("organisation", SLUG),
)

# As it was from a moment on. Of one that was deleted they stay: its next version has the next number.
protocol_versions = Table(
    "protocol_versions",
    metadata,
    Column("protocol", SLUG, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("since_ns", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

# What a meeting began under, whatever is changed or deleted since; began_ns is its start as it was then.
# No foreign keys: it stays on record when the meeting is out of the calendar.
meeting_protocols = Table(
    "meeting_protocols",
    metadata,
    Column("meeting", ID, primary_key=True),
    Column("began_ns", BigInteger, nullable=False),
    Column("protocol", SLUG, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

# Of several of an item the last counts; all stay, with where and when their meeting was to be and under what
# it was held, for when it has left the calendar; room and protocol are none where nobody knows any more.
declarations = Table(
    "declarations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("meeting", ID, nullable=False),
    Column("item", SLUG, nullable=False),
    Column("declared", Boolean, nullable=False),
    Column("note", String(500), nullable=False),
    Column("by", String(320), nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("room", SLUG),
    Column("start_ns", BigInteger, nullable=False),
    Column("end_ns", BigInteger, nullable=False),
    Column("protocol", SLUG),
    Index(None, "meeting"),
)
