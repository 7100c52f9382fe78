"""The tables of seasons: which version of each was shown, and what changed from one to the next; and who
wants them by mail. The dashboard and ``luchtig season`` write them, the gateway the first as well.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from gateway.registry.tables.metadata import SLUG, metadata

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

# Who wants that of all of an organisation.
organisation_season_mails = Table(
    "organisation_season_mails",
    metadata,
    Column("organisation", SLUG, primary_key=True),
    Column("user", String(100), primary_key=True),
    ForeignKeyConstraint(["organisation"], ["organisations.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
)

season_mails = Table(
    "season_mails",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("user", String(100), primary_key=True),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
)
