"""What the registry keeps for the gateway and the dashboard, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from gateway.domain.alerts.flag import Flag
from gateway.journal.entry import RefusedMessage
from gateway.registry.accounts import tokens, users
from gateway.registry.alerts import flags
from gateway.registry.database import Database
from gateway.registry.live import metric_totals, operator_requests, quarantine
from gateway.registry.tables import accounts, alerts, calendars, outbox, reports
from gateway.registry.tables.metadata import metadata
from sensors.wire.refusal import Reason
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    modules = (
        alerts.contacts,
        calendars.feeds,
        outbox.outbox,
        reports.meeting_records,
    )
    assert {table.metadata for table in modules} == {metadata}
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def minute(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def flag(name: str, since: float, resolved: float | None = None) -> Flag:
    at = None if resolved is None else minute(resolved)
    firing = Flag(name, VenueSlug("de-kade"), RoomSlug("serre"), "co2", "firing", minute(since))
    return firing if at is None else replace(firing, state="resolved", resolved_at=at)


class TestFlags:
    def test_a_flag_comes_back_as_it_was(self, conn: Connection) -> None:
        whole = Flag(
            id="f1",
            venue=VenueSlug("de-kade"),
            room=RoomSlug("serre"),
            rule="co2",
            state="resolved",
            since=minute(0),
            fired_at=minute(1),
            resolved_at=minute(2),
            clearing_since=minute(1.5),
            value=1100.5,
            peak=1300.25,
            limit=1200.0,
            acknowledged_at=minute(1.25),
            acknowledged_by="anna",
            silenced_until=minute(9),
            acknowledged_note="windows open",
        )
        flags.put_flag(conn, whole)
        assert flags.find_flag(conn, "f1") == whole
        assert flags.find_flag(conn, "f2") is None
        assert flags.open_flags(conn) == ()

    def test_recent_flags_are_those_open_after_a_moment_newest_first(
        self, conn: Connection
    ) -> None:
        flags.put_flags(
            conn,
            [
                flag("open", 0),
                flag("over", 1, 2),
                flag("late", 3, 20),
                replace(flag("elsewhere", 4), venue=VenueSlug("het-pakhuis")),
            ],
        )
        found = flags.recent_flags(conn, since=minute(10))
        assert [f.id for f in found] == ["elsewhere", "late", "open"]
        found = flags.recent_flags(conn, since=NOW, venue=VenueSlug("de-kade"), limit=2)
        assert [f.id for f in found] == ["late", "over"]
        assert [f.id for f in flags.open_flags(conn)] == ["open", "elsewhere"]

    def test_changes_are_published_once_and_a_dropped_flag_has_none(self, conn: Connection) -> None:
        flags.put_flags(conn, [flag("f1", 0), flag("f2", 0)])
        flags.put_changes(
            conn,
            [flags.Change(None, name, minute(1), "pending", 1300.0, "m1") for name in ("f1", "f2")],
        )
        flags.drop_flags(conn, ["f2"])
        ((found, change),) = flags.unpublished_changes(conn)
        assert (found.id, change.state, change.at, change.meeting) == (
            "f1",
            "pending",
            minute(1),
            "m1",
        )
        assert change.id is not None
        flags.mark_published(conn, [change.id])
        assert flags.unpublished_changes(conn) == ()
        assert flags.changes_of(conn, "f1") == (change,)
        assert flags.changes_of(conn, "f2") == ()


class TestRequests:
    def test_requests_wait_in_order_until_they_are_done(self, conn: Connection) -> None:
        operator_requests.ask_people(
            conn, VenueSlug("de-kade"), RoomSlug("serre"), 12, "anna", minute(1)
        )
        operator_requests.ask_acknowledge(conn, "f1", "bob", "windows are open", minute(2))
        people, seen = operator_requests.pending_requests(conn)
        assert people == operator_requests.PeopleRequest(
            people.id, VenueSlug("de-kade"), RoomSlug("serre"), 12, "anna", minute(1)
        )
        assert seen == operator_requests.AcknowledgeRequest(
            seen.id, "f1", "windows are open", "bob", minute(2)
        )
        operator_requests.mark_done(conn, people.id, minute(3))
        assert operator_requests.pending_requests(conn) == (seen,)


class TestQuarantine:
    def test_the_newest_come_first_and_the_oldest_go(
        self, conn: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quarantine, "KEPT", 3)
        for i in range(5):
            quarantine.add(conn, refused(f"topic/{i}"))
        assert [m.topic for m in quarantine.recent(conn, 10)] == ["topic/4", "topic/3", "topic/2"]
        assert [m.topic for m in quarantine.recent(conn, 1)] == ["topic/4"]

    def test_any_bytes_and_any_words_can_be_kept(self, conn: Connection) -> None:
        message = replace_payload(refused("a\0b\ud800" + "x" * 500), bytes(range(256)))
        quarantine.add(conn, message)
        (kept,) = quarantine.recent(conn, 1)
        assert kept.payload == bytes(range(256))
        assert kept.topic.startswith("a\\0b\\ud800x")
        assert len(kept.topic) == 400

    def test_totals_by_reason_are_those_of_all_gateways(self, conn: Connection) -> None:
        name = quarantine.REFUSED_TOTAL
        metric_totals.put_totals(conn, "a", {(name, "not_json"): 2, (name, "retained"): 1})
        metric_totals.put_totals(conn, "b", {(name, "not_json"): 3, ("other_total", "not_json"): 9})
        assert quarantine.by_reason(conn) == {"not_json": 5, "retained": 1}


def refused(topic: str) -> RefusedMessage:
    return RefusedMessage(topic, b"{", Reason.NOT_JSON, "unexpected end", 17)


def replace_payload(message: RefusedMessage, payload: bytes) -> RefusedMessage:
    return RefusedMessage(message.topic, payload, message.reason, message.detail, message.at_ns)


def test_counters_are_replaced_by_name_and_label_of_one_gateway(conn: Connection) -> None:
    metric_totals.put_totals(conn, "b", {("x_total", ""): 1})
    metric_totals.put_totals(conn, "a", {("x_total", ""): 1, ("y_total", "r"): 2})
    metric_totals.put_totals(conn, "a", {("x_total", ""): 5})
    metric_totals.put_totals(conn, "a", {})
    assert metric_totals.all_totals(conn) == (
        ("a", "x_total", "", 5),
        ("a", "y_total", "r", 2),
        ("b", "x_total", "", 1),
    )


def test_a_yes_or_no_is_a_number_among_them(conn: Connection) -> None:
    metric_totals.put_totals(conn, "a", {("backlog", ""): 3, ("full", ""): True})
    assert metric_totals.all_totals(conn) == (("a", "backlog", "", 3.0), ("a", "full", "", 1.0))


class TestUsers:
    def test_the_right_password_opens_and_no_other(self, conn: Connection) -> None:
        anna = users.add_user(conn, "anna", "admin", "correct horse", NOW)
        users.add_user(conn, "robot", "admin", None, NOW)
        assert users.check_password(conn, "anna", "correct horse") == anna
        for name, password in [("anna", "wrong"), ("anna", ""), ("robot", ""), ("eve", "x")]:
            assert users.check_password(conn, name, password) is None
        assert users.find_user(conn, "anna") == users.User("anna", "admin", True, NOW)
        assert [user.name for user in users.all_users(conn)] == ["anna", "robot"]

    def test_a_name_is_taken_once(self, conn: Connection) -> None:
        users.add_user(conn, "anna", "admin", None, NOW)
        with pytest.raises(users.UserExists, match="'anna'"):
            users.add_user(conn, "anna", "admin", "other", NOW)

    def test_a_password_can_be_changed(self, conn: Connection) -> None:
        users.add_user(conn, "anna", "admin", "old", NOW)
        assert users.set_password(conn, "anna", "new")
        assert not users.set_password(conn, "eve", "new")
        assert users.check_password(conn, "anna", "old") is None
        assert users.check_password(conn, "anna", "new") is not None

    def test_a_token_opens_until_its_user_is_gone(self, conn: Connection) -> None:
        users.add_user(conn, "anna", "admin", None, NOW)
        token = tokens.new_token(conn, "anna", "grafana", NOW)
        found = tokens.user_of_token(conn, token, NOW)
        assert found is not None
        assert found.name == "anna"
        assert tokens.user_of_token(conn, token + "x", NOW) is None
        tokens.note_used(conn, token, NOW)
        (row,) = conn.execute(select(accounts.tokens))
        assert token not in tuple(row), "only its hash is kept"
        assert row.last_used_ns is not None
        assert users.delete_user(conn, "anna")
        assert tokens.user_of_token(conn, token, NOW) is None
        assert not users.delete_user(conn, "anna")

    def test_a_token_needs_a_user(self, conn: Connection) -> None:
        with pytest.raises(IntegrityError):
            tokens.new_token(conn, "nobody", "", NOW)
