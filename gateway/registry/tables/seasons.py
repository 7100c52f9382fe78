"""The table of seasons: which version of each was shown, and what changed from one to the next. The
dashboard and ``luchtig season`` write it.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.registry.tables.metadata import metadata

# ``scope`` is 'venue/SLUG' or 'organisation/SLUG', the days are ISO dates, the last not included. ``body``
# is the season as JSON as it was last made, ``history`` a JSON list of its versions. No foreign key: what
# was shown stays on record.
seasons = Table(
    "seasons",
    metadata,
    Column("scope", String(80), primary_key=True),
    Column("from_day", String(10), primary_key=True),
    Column("to_day", String(10), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("history", Text, nullable=False),
    Index(None, "scope", "made_ns"),
)
