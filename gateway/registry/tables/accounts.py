"""The tables of who may sign in. The dashboard and ``luchtig user`` write them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from gateway.registry.tables.metadata import SLUG, metadata

# `role` is the one over all venues: `admin`, or nothing. The others are grants.
users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text),
    Column("created_ns", BigInteger, nullable=False),
    Column("disabled_ns", BigInteger),
    Column("language", String(16)),
    Column("email", String(254)),
    Column("email_verified", Boolean, nullable=False, server_default=false()),
)

grants = Table(
    "grants",
    metadata,
    Column("user", String(100), primary_key=True),
    Column("venue", SLUG, primary_key=True),
    Column("role", String(16), primary_key=True),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "venue"),
)

# An invitation with a user lets them choose another password, one without makes an account.
invitations = Table(
    "invitations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user", String(100)),
    Column("email", String(254)),
    Column("venue", SLUG),
    Column("role", String(16), nullable=False),
    Column("by", String(100), nullable=False),
    Column("verifies", Boolean, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("used_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
)

# Of a session only the hash of what its browser carries. `seen_ns` is written now and then.
sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("begun_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger, nullable=False),
    Column("stays", Boolean, nullable=False),
    Column("agent", String(200), nullable=False),
    Column("address", String(45), nullable=False),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)

# `scopes` and `venues` are parted by blanks; NULL: all that its user may.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("last_used_ns", BigInteger),
    Column("scopes", String(100)),
    Column("venues", Text),
    Column("expires_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)

# `number` is of the hash of what the device calls its key, `site` the name that it was made for.
passkeys = Table(
    "passkeys",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("site", String(253), nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("used_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)

# Screens that look at a venue by a link, which is signed: one whose row is gone was taken back.
kiosks = Table(
    "kiosks",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("label", String(100), nullable=False),
    Column("user", String(100), nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    Index(None, "user"),
    Index(None, "venue"),
)

# Whom a provider vouches for. `number` is the hash of who the provider is and of what it calls them.
identities = Table(
    "identities",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("made_ns", BigInteger, nullable=False),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)
