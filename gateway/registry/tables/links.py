"""The tables of the signed links that are out in mails, and of who wants no more of those.

The gateway writes a link before the mail that holds it goes out; the dashboard withdraws it, and writes
who unsubscribed.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from gateway.registry.tables.metadata import ID, SLUG, metadata

# One row is one mail: all that is signed in it works or does not. rooms and flags are parted by blanks.
# private: whom it went to is nobody's business.
links = Table(
    "links",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("role", String(16), nullable=False),
    Column("topic", String(16), nullable=False),
    Column("rooms", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("revoked_ns", BigInteger),
    Column("revoked_by", String(100)),
    Index(None, "venue", "made_ns"),
    Index(None, "expires_ns"),
)

link_meetings = Table(
    "link_meetings",
    metadata,
    Column("link", String(32), primary_key=True),
    Column("meeting", ID, primary_key=True),
    Index(None, "meeting"),
)

# All links of a meeting that were out then work no more, those too that are not among `links`: they
# were sent before those were written down.
revoked_meetings = Table(
    "revoked_meetings",
    metadata,
    Column("meeting", ID, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("by", String(100), nullable=False),
)

# topic is 'alerts', 'reports' or 'protocols'; address in small letters.
unsubscriptions = Table(
    "unsubscriptions",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("address", String(320), primary_key=True),
    Column("topic", String(16), primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
)
