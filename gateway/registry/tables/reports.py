"""The tables of reports: what was found of each meeting, and where late readings fell.

The gateway alone writes both.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import metadata

# What was found of a meeting that is over. No foreign key: the record outlives the meeting's place
# in the calendar. ``basis`` says what of the meeting it was made for; ``summary`` is the report as
# JSON without its curves; ``revisions`` is a JSON list of when it was made again, why and what
# changed.
meeting_records = Table(
    "meeting_records",
    metadata,
    Column("meeting", String(64), primary_key=True),
    Column("venue", String(63), nullable=False),
    Column("room", String(63), nullable=False),
    Column("people_from_ns", BigInteger, nullable=False),
    Column("to_ns", BigInteger, nullable=False),
    Column("computed_ns", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("basis", String(64), nullable=False),
    Column("occupancy", String(16)),
    Column("ventilation", String(16)),
    Column("summary", Text, nullable=False),
    Column("revisions", Text, nullable=False),
    # When its mail is due, and whether that was seen to; None where none is owed.
    Column("mail_due_ns", BigInteger),
    Index(None, "venue", "room", "to_ns"),
    Index(None, "mail_due_ns"),
)

# Readings that reached the store after their time, still to be looked at: of each room from when to
# when. ``noted`` rises with each, so that what comes while one is looked at is not forgotten.
late_readings = Table(
    "late_readings",
    metadata,
    Column("venue", String(63), primary_key=True),
    Column("room", String(63), primary_key=True),
    Column("from_ns", BigInteger, nullable=False),
    Column("to_ns", BigInteger, nullable=False),
    Column("noted", BigInteger, nullable=False),
)
