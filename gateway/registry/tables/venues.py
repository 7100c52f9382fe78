"""The tables of what a venue is: rooms, limits, devices and where they hang, meetings.
Configuration: the dashboard and ``luchtig import`` write it and raise ``revision`` in the same
transaction; the gateway writes the sightings of devices, and the placements that it makes from
hints.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from gateway.registry.tables.metadata import ID, SLUG, metadata

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("slug", SLUG, primary_key=True),
    # A published one is named by the catalogues: its name is empty here.
    Column("name", String(200), nullable=False),
    Column("co2_warn_ppm", Float),
    Column("co2_limit_ppm", Float),
    Column("co2_clear_ppm", Float),
    Column("above_outdoor", Boolean, nullable=False),
    Column("min_flow_lps", Float),
    Column("min_flow_area_lps_m2", Float, nullable=False),
    Column("area_m2_per_person", Float),
    Column("one_suffices", Boolean, nullable=False),
    Column("counts_cleaned_air", Boolean, nullable=False),
    Column("co2_pending_s", Float, nullable=False),
    Column("ventilation_pending_s", Float, nullable=False),
    Column("occupancy_pending_s", Float, nullable=False),
    Column("no_data_s", Float, nullable=False),
    Column("clear_s", Float, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("dated", String(10), nullable=False),
    Column("note", Text, nullable=False),
    # JSON objects: the same by language.
    Column("names", Text, nullable=False),
    Column("notes", Text, nullable=False),
    # Whose it is; none is the whole house's. No foreign key: venues name policies, and a ring of keys
    # could not be made table by table.
    Column("venue", SLUG),
    Column("organisation", SLUG),
)

venues = Table(
    "venues",
    metadata,
    Column("slug", SLUG, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("reset_at", String(5), nullable=False),
    Column("trust_hints", Boolean, nullable=False),
    Column("legal_policy", SLUG),
    Column("healthy_policy", SLUG),
    Column("quiet_from", String(5)),
    Column("quiet_until", String(5)),
    Column("escalate_after_min", Integer),
    # What meetings are held under; no foreign key, as of policies' venue.
    Column("protocol", SLUG),
    ForeignKeyConstraint(["legal_policy"], ["policies.slug"]),
    ForeignKeyConstraint(["healthy_policy"], ["policies.slug"]),
)

rooms = Table(
    "rooms",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("slug", SLUG, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("volume_m3", Float),
    Column("floor_area_m2", Float),
    Column("seats", Integer),
    Column("policy", SLUG),
    Column("design_flow_lps", Float),
    # What kind of room it is, where somebody said.
    Column("ventilation", String(16)),
    Column("air_from", String(16)),
    Column("protocol", SLUG),
    # Where it comes among the rooms of its venue; none: by its name, behind those that have one.
    Column("position", Integer),
    # Since when it is out of use; none: it is in use.
    Column("archived_ns", BigInteger),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["policy"], ["policies.slug"]),
)

devices = Table(
    "devices",
    metadata,
    Column("venue", SLUG, primary_key=True),
    Column("slug", SLUG, primary_key=True),
    # What people call it; none: its slug.
    Column("label", String(200)),
    # When somebody noted that it was calibrated.
    Column("calibration_ns", BigInteger),
    Column("model", String(100)),
    Column("firmware", String(100)),
    Column("interval_s", Float),
    Column("room_hint", SLUG),
    Column("online", Boolean),
    Column("first_seen_ns", BigInteger),
    Column("last_seen_ns", BigInteger),
    # When it last sent air and people: what a device measures is known by what it sent.
    Column("last_air_ns", BigInteger),
    Column("last_people_ns", BigInteger),
    # What it says of how far its CO2 can be trusted.
    Column("calibrated_ns", BigInteger),
    Column("error_ppm", Float),
    Column("error_pct", Float),
    # How it says that it is, as JSON, and when it said so.
    Column("health", Text),
    Column("health_ns", BigInteger),
)

placements = Table(
    "placements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("device", SLUG, nullable=False),
    Column("room", SLUG, nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
    UniqueConstraint("venue", "device", "since_ns"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", ID, primary_key=True),
    Column("venue", SLUG, nullable=False),
    Column("room", SLUG, nullable=False),
    Column("title", String(300), nullable=False),
    Column("start_ns", BigInteger, nullable=False),
    Column("end_ns", BigInteger, nullable=False),
    Column("expected_people", Integer),
    Column("organiser", String(320)),
    Column("policy", SLUG),
    Column("activity", String(16)),
    Column("host", String(320)),
    Column("language", String(8)),
    # The calendar feed that it follows (none: made by hand), and the event there that it came from.
    # No foreign key: what began stays on record when its feed is gone.
    Column("feed", SLUG),
    Column("uid", Text),
    # Its place there in a series: when the rule had put it.
    Column("recurrence", String(32)),
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("protocol", SLUG),
    # What the occurrences of one that repeats have in common, and its rule.
    Column("series", ID),
    Column("repeats", String(100)),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["policy"], ["policies.slug"]),
    CheckConstraint("end_ns > start_ns", name="ends_after_start"),
    Index(None, "venue", "room", "start_ns"),
    Index(None, "end_ns"),
    Index(None, "feed"),
    Index(None, "series"),
)
