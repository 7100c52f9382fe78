"""The tables of organisations: whose venues belong together, and who has a role in all of them. The
dashboard writes them.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table

from gateway.registry.tables.metadata import SLUG, metadata

# policy is what its rooms are compared by, none the default.
organisations = Table(
    "organisations",
    metadata,
    Column("slug", SLUG, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("policy", SLUG),
    ForeignKeyConstraint(["policy"], ["policies.slug"]),
)

# A venue belongs to one at most.
organisation_venues = Table(
    "organisation_venues",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("organisation", SLUG, nullable=False),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organisation"], ["organisations.slug"], ondelete="CASCADE"),
    Index(None, "organisation"),
)

# A role in each of its venues, also those that come to it later.
organisation_grants = Table(
    "organisation_grants",
    metadata,
    Column("user", String(100), primary_key=True),
    Column("organisation", SLUG, primary_key=True),
    Column("role", String(16), primary_key=True),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organisation"], ["organisations.slug"], ondelete="CASCADE"),
    Index(None, "organisation"),
)
