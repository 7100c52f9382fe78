from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.registry.idempotency_keys import KEPT, LONGEST, AskedBefore, claim, keep, release

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_key_stands_for_what_was_answered_for_a_day(conn: Connection) -> None:
    assert claim(conn, "anna", "k", "hash", NOW) is None
    assert claim(conn, "anna", "k", "hash", NOW) == AskedBefore("hash", None, None, None)
    keep(conn, "anna", "k", 201, "/there", "{}")
    shortly_before = NOW + KEPT - timedelta(seconds=1)
    assert claim(conn, "anna", "k", "x", shortly_before) == AskedBefore("hash", 201, "/there", "{}")
    assert claim(conn, "anna", "k", "x", NOW + KEPT) is None


def test_everybody_has_keys_of_their_own(conn: Connection) -> None:
    assert claim(conn, "anna", "k", "hash", NOW) is None
    assert claim(conn, "bob", "k", "other", NOW) is None


def test_what_came_to_nothing_or_was_killed_may_begin_again(conn: Connection) -> None:
    assert claim(conn, "anna", "k", "hash", NOW) is None
    release(conn, "anna", "k")
    assert claim(conn, "anna", "k", "hash", NOW) is None
    assert claim(conn, "anna", "k", "hash", NOW + LONGEST - timedelta(seconds=1)) is not None
    assert claim(conn, "anna", "k", "hash", NOW + LONGEST) is None


def test_an_answer_that_was_given_is_not_released(conn: Connection) -> None:
    claim(conn, "anna", "k", "hash", NOW)
    keep(conn, "anna", "k", 204, None, "")
    release(conn, "anna", "k")
    assert claim(conn, "anna", "k", "hash", NOW) == AskedBefore("hash", 204, None, "")
