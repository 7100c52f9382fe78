"""the first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "air_memory",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "kind", "slug", name=op.f("pk_air_memory")),
    )
    op.create_table(
        "counters",
        sa.Column("gateway", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "name", "label", name=op.f("pk_counters")),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alive_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "devices",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("firmware", sa.String(length=100), nullable=True),
        sa.Column("interval_s", sa.Float(), nullable=True),
        sa.Column("room_hint", sa.String(length=63), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=True),
        sa.Column("first_seen_ns", sa.BigInteger(), nullable=True),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=True),
        sa.Column("last_air_ns", sa.BigInteger(), nullable=True),
        sa.Column("last_people_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("venue", "slug", name=op.f("pk_devices")),
    )
    op.create_table(
        "door_counts",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("in_total", sa.BigInteger(), nullable=False),
        sa.Column("out_total", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "device", name=op.f("pk_door_counts")),
    )
    op.create_table(
        "flag_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag", sa.String(length=64), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("meeting", sa.String(length=64), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_history")),
    )
    with op.batch_alter_table("flag_history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_history_flag"), ["flag"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_history_published"), ["published"], unique=False)

    op.create_table(
        "flags",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("fired_ns", sa.BigInteger(), nullable=True),
        sa.Column("resolved_ns", sa.BigInteger(), nullable=True),
        sa.Column("clearing_since_ns", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("peak", sa.Float(), nullable=True),
        sa.Column("limit", sa.Float(), nullable=True),
        sa.Column("acknowledged_ns", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=100), nullable=True),
        sa.Column("acknowledged_note", sa.Text(), nullable=False),
        sa.Column("silenced_until_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flags_since_ns"), ["since_ns"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_flags_venue_room_state"), ["venue", "room", "state"], unique=False
        )

    op.create_table(
        "meeting_flags",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("flag", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("until_ns", sa.BigInteger(), nullable=True),
        sa.Column("peak", sa.Float(), nullable=True),
        sa.Column("limit", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("meeting", "flag", name=op.f("pk_meeting_flags")),
    )
    with op.batch_alter_table("meeting_flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_flags_flag"), ["flag"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("flag", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("due_ns", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_ns", sa.BigInteger(), nullable=True),
        sa.Column("given_up_ns", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_as", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "meeting",
            "flag",
            "kind",
            "recipient",
            name=op.f("uq_outbox_meeting_flag_kind_recipient"),
        ),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_flag"), ["flag"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_sent_ns_given_up_ns_due_ns"),
            ["sent_ns", "given_up_ns", "due_ns"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_recipient_venue_sent_ns"),
            ["recipient", "venue", "sent_ns"],
            unique=False,
        )

    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("test", sa.Integer(), nullable=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("wall_ns", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempts_message"), ["message"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_attempts_channel_id"), ["channel", "id"], unique=False
        )

    op.create_table(
        "policies",
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("co2_warn_ppm", sa.Float(), nullable=True),
        sa.Column("co2_limit_ppm", sa.Float(), nullable=True),
        sa.Column("co2_clear_ppm", sa.Float(), nullable=True),
        sa.Column("above_outdoor", sa.Boolean(), nullable=False),
        sa.Column("min_flow_lps", sa.Float(), nullable=True),
        sa.Column("min_flow_area_lps_m2", sa.Float(), nullable=False),
        sa.Column("area_m2_per_person", sa.Float(), nullable=True),
        sa.Column("one_suffices", sa.Boolean(), nullable=False),
        sa.Column("counts_cleaned_air", sa.Boolean(), nullable=False),
        sa.Column("co2_pending_s", sa.Float(), nullable=False),
        sa.Column("ventilation_pending_s", sa.Float(), nullable=False),
        sa.Column("occupancy_pending_s", sa.Float(), nullable=False),
        sa.Column("no_data_s", sa.Float(), nullable=False),
        sa.Column("clear_s", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dated", sa.String(length=10), nullable=False),
        sa.Column("note_nl", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_policies")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=True),
        sa.Column("room", sa.String(length=63), nullable=True),
        sa.Column("flag", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("done_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_done_ns"), ["done_ns"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_table(
        "room_counts",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("set_people", sa.Integer(), nullable=True),
        sa.Column("reset_ns", sa.BigInteger(), nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "room", name=op.f("pk_room_counts")),
    )
    op.create_table(
        "room_latest",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "room", "kind", name=op.f("pk_room_latest")),
    )
    op.create_table(
        "users",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
    )
    op.create_table(
        "venues",
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reset_at", sa.String(length=5), nullable=False),
        sa.Column("trust_hints", sa.Boolean(), nullable=False),
        sa.Column("legal_policy", sa.String(length=63), nullable=True),
        sa.Column("healthy_policy", sa.String(length=63), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("escalate_after_min", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["healthy_policy"], ["policies.slug"], name=op.f("fk_venues_healthy_policy")
        ),
        sa.ForeignKeyConstraint(
            ["legal_policy"], ["policies.slug"], name=op.f("fk_venues_legal_policy")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_venues")),
    )
    op.create_table(
        "rooms",
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("volume_m3", sa.Float(), nullable=True),
        sa.Column("floor_area_m2", sa.Float(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("policy", sa.String(length=63), nullable=True),
        sa.Column("design_flow_lps", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["policy"], ["policies.slug"], name=op.f("fk_rooms_policy")),
        sa.ForeignKeyConstraint(
            ["venue"], ["venues.slug"], name=op.f("fk_rooms_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue", "slug", name=op.f("pk_rooms")),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_used_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"], ["users.name"], name=op.f("fk_tokens_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_user"), ["user"], unique=False)

    op.create_table(
        "meetings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("start_ns", sa.BigInteger(), nullable=False),
        sa.Column("end_ns", sa.BigInteger(), nullable=False),
        sa.Column("expected_people", sa.Integer(), nullable=True),
        sa.Column("organiser", sa.String(length=320), nullable=True),
        sa.Column("policy", sa.String(length=63), nullable=True),
        sa.Column("activity", sa.String(length=16), nullable=True),
        sa.Column("host", sa.String(length=320), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("feed", sa.String(length=63), nullable=True),
        sa.Column("uid", sa.Text(), nullable=True),
        sa.CheckConstraint("end_ns > start_ns", name=op.f("ck_meetings_ends_after_start")),
        sa.ForeignKeyConstraint(["policy"], ["policies.slug"], name=op.f("fk_meetings_policy")),
        sa.ForeignKeyConstraint(
            ["venue", "room"],
            ["rooms.venue", "rooms.slug"],
            name=op.f("fk_meetings_venue_room"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_end_ns"), ["end_ns"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_feed"), ["feed"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_meetings_venue_room_start_ns"),
            ["venue", "room", "start_ns"],
            unique=False,
        )

    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(length=63), nullable=False),
        sa.Column("device", sa.String(length=63), nullable=False),
        sa.Column("room", sa.String(length=63), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("until_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue", "room"],
            ["rooms.venue", "rooms.slug"],
            name=op.f("fk_placements_venue_room"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint(
            "venue", "device", "since_ns", name=op.f("uq_placements_venue_device_since_ns")
        ),
    )
