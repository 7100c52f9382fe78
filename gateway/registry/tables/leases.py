"""The tables of which gateway looks after which venues. The gateways write them."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from gateway.registry.tables.metadata import SLUG, metadata

# A gateway that takes part in the sharing; all times here are of the database's clock, in nanoseconds.
lease_holders = Table(
    "lease_holders",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
)

# number rises with each lease, so that what one wrote that lost it is told apart; until is 0 where it was
# given back.
leases = Table(
    "leases",
    metadata,
    Column("venue", SLUG, ForeignKey("venues.slug", ondelete="CASCADE"), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
