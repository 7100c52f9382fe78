"""The relational tables: everything but the readings.

Nothing here that PostgreSQL could not do. Moments are nanoseconds since 1970 (``…_ns``); JSON is
text. Who writes what: the gateway alone writes flags, flag_history, meeting_flags, placements made
from hints, quarantine, counters, cursors, door_counts, room_counts, room_latest and device
sightings; the dashboard and ``luchtig import`` write configuration and raise ``revision`` in the same
transaction, and put requests to the gateway into ``requests``.
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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_SLUG = String(63)
_ID = String(64)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("slug", _SLUG, primary_key=True),
    Column("name_nl", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
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
    Column("note_nl", Text, nullable=False),
    Column("note_en", Text, nullable=False),
)

venues = Table(
    "venues",
    metadata,
    Column("slug", _SLUG, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("reset_at", String(5), nullable=False),
    Column("trust_hints", Boolean, nullable=False),
    Column("legal_policy", _SLUG),
    Column("healthy_policy", _SLUG),
    Column("quiet_from", String(5)),
    Column("quiet_until", String(5)),
    Column("escalate_after_min", Integer),
    ForeignKeyConstraint(["legal_policy"], ["policies.slug"]),
    ForeignKeyConstraint(["healthy_policy"], ["policies.slug"]),
)

rooms = Table(
    "rooms",
    metadata,
    Column("venue", _SLUG, primary_key=True),
    Column("slug", _SLUG, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("volume_m3", Float),
    Column("floor_area_m2", Float),
    Column("seats", Integer),
    Column("policy", _SLUG),
    Column("design_flow_lps", Float),
    ForeignKeyConstraint(["venue"], ["venues.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["policy"], ["policies.slug"]),
)

devices = Table(
    "devices",
    metadata,
    Column("venue", _SLUG, primary_key=True),
    Column("slug", _SLUG, primary_key=True),
    Column("model", String(100)),
    Column("firmware", String(100)),
    Column("interval_s", Float),
    Column("room_hint", _SLUG),
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
)

placements = Table(
    "placements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue", _SLUG, nullable=False),
    Column("device", _SLUG, nullable=False),
    Column("room", _SLUG, nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
    UniqueConstraint("venue", "device", "since_ns"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("venue", _SLUG, nullable=False),
    Column("room", _SLUG, nullable=False),
    Column("title", String(300), nullable=False),
    Column("start_ns", BigInteger, nullable=False),
    Column("end_ns", BigInteger, nullable=False),
    Column("expected_people", Integer),
    Column("organiser", String(320)),
    Column("policy", _SLUG),
    Column("activity", String(16)),
    Column("host", String(320)),
    Column("language", String(8)),
    # The calendar feed that it follows (none: made by hand), and the event there that it came from. No
    # foreign key: what began stays on record when its feed is gone.
    Column("feed", _SLUG),
    Column("uid", Text),
    ForeignKeyConstraint(["venue", "room"], ["rooms.venue", "rooms.slug"], ondelete="CASCADE"),
    ForeignKeyConstraint(["policy"], ["policies.slug"]),
    CheckConstraint("end_ns > start_ns", name="ends_after_start"),
    Index(None, "venue", "room", "start_ns"),
    Index(None, "end_ns"),
    Index(None, "feed"),
)

# One row is one breach, from pending on. A pending one that passes without firing is deleted.
flags = Table(
    "flags",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("venue", _SLUG, nullable=False),
    Column("room", _SLUG, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("fired_ns", BigInteger),
    Column("resolved_ns", BigInteger),
    Column("clearing_since_ns", BigInteger),
    Column("value", Float),
    Column("peak", Float),
    Column("limit", Float),
    Column("acknowledged_ns", BigInteger),
    Column("acknowledged_by", String(100)),
    Column("acknowledged_note", Text, nullable=False),
    Column("silenced_until_ns", BigInteger),
    Index(None, "venue", "room", "state"),
    Index(None, "since_ns"),
)

flag_history = Table(
    "flag_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("flag", _ID, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("value", Float),
    Column("meeting", _ID),
    Column("published", Boolean, nullable=False),
    Index(None, "flag"),
    Index(None, "published"),
)

# What a meeting keeps of a flag: clipped to the meeting's own time. No foreign keys: the record of
# what happened outlives the meeting's place in the calendar.
meeting_flags = Table(
    "meeting_flags",
    metadata,
    Column("meeting", _ID, primary_key=True),
    Column("flag", _ID, primary_key=True),
    Column("rule", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    Column("peak", Float),
    Column("limit", Float),
    Index(None, "flag"),
)

# What people ask of the gateway: kind 'people' (a count set by hand), 'acknowledge', and 'test' (a
# message to try a channel).
requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("venue", _SLUG),
    Column("room", _SLUG),
    Column("flag", _ID),
    Column("body", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("done_ns", BigInteger),
    Index(None, "done_ns"),
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

# What each gateway counted, label by label; read by the dashboard's /metrics.
counters = Table(
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
    Column("venue", _SLUG, primary_key=True),
    Column("device", _SLUG, primary_key=True),
    Column("room", _SLUG, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("in_total", BigInteger, nullable=False),
    Column("out_total", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
)

room_counts = Table(
    "room_counts",
    metadata,
    Column("venue", _SLUG, primary_key=True),
    Column("room", _SLUG, primary_key=True),
    Column("set_people", Integer),
    Column("reset_ns", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
)

# The newest of each kind that the live side has seen of a room, so that a restart shows it at once:
# 'co2' (ppm), 'people' (of a counter that sees the room), and three moments: 'judged'
# (how far its rules went), 'watched' (since when its silence counts), 'sampled'. Of the last the value
# is the number of the level it had.
room_latest = Table(
    "room_latest",
    metadata,
    Column("venue", _SLUG, primary_key=True),
    Column("room", _SLUG, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("value", Float, nullable=False),
)

# What the estimates and detectors remember, as they were after the journal's ``position``: of a room
# (kind 'room') and of a venue's outdoor air ('venue', slug ''). The replay goes on from there. What
# advice was given in a room ('advice') is always as of the live cursor.
air_memory = Table(
    "air_memory",
    metadata,
    Column("venue", _SLUG, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("slug", _SLUG, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text),
    Column("created_ns", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("label", String(100), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("last_used_ns", BigInteger),
    ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
    Index(None, "user"),
)
