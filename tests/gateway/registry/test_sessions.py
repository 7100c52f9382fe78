from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from gateway.registry.accounts import sessions, tokens, users
from gateway.registry.tables import accounts

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna(conn: Connection) -> str:
    return users.add_user(conn, "anna", "admin", "drie woorden genoeg", NOW).name


def begun(conn: Connection, user: str, at: datetime = NOW, *, stays: bool = False) -> str:
    return sessions.begin_session(conn, user, at, "Firefox", "192.0.2.7", stays=stays)


def is_in(conn: Connection, secret: str, at: datetime) -> bool:
    return sessions.find_session(conn, secret, at) is not None


def test_only_its_hash_is_kept(conn: Connection, anna: str) -> None:
    secret = begun(conn, anna)
    (row,) = conn.execute(select(accounts.sessions))
    assert secret not in tuple(row)
    found = sessions.find_session(conn, secret, NOW)
    assert found is not None
    assert (found[0].name, found[1].agent, found[1].address) == ("anna", "Firefox", "192.0.2.7")
    assert not is_in(conn, secret + "x", NOW)


def test_it_ends_after_half_a_day_without_a_word(conn: Connection, anna: str) -> None:
    secret = begun(conn, anna)
    assert is_in(conn, secret, NOW + sessions.IDLE)
    assert not is_in(conn, secret, NOW + sessions.IDLE + MINUTE)
    sessions.note_seen(conn, secret, NOW + sessions.IDLE, "192.0.2.8")
    assert is_in(conn, secret, NOW + 2 * sessions.IDLE)


def test_one_that_stays_ends_after_ninety_days_whatever_happens(
    conn: Connection, anna: str
) -> None:
    secret = begun(conn, anna, stays=True)
    sessions.note_seen(conn, secret, NOW + sessions.LASTS, "192.0.2.7")
    assert is_in(conn, secret, NOW + sessions.LASTS)
    assert not is_in(conn, secret, NOW + sessions.LASTS + MINUTE)


def test_being_seen_is_written_now_and_then(conn: Connection, anna: str) -> None:
    found = sessions.find_session(conn, begun(conn, anna), NOW)
    assert found is not None
    assert not sessions.is_to_be_noted(found[1], NOW + 4 * MINUTE)
    assert sessions.is_to_be_noted(found[1], NOW + 5 * MINUTE)


def test_they_are_listed_and_ended_one_by_one_or_all(conn: Connection, anna: str) -> None:
    users.add_user(conn, "ben", "admin", None, NOW)
    first, second, third = (begun(conn, anna, NOW + n * MINUTE) for n in range(3))
    his = begun(conn, "ben")
    listed = sessions.sessions_of(conn, anna, NOW + 5 * MINUTE)
    assert [one.seen for one in listed] == [NOW + n * MINUTE for n in (2, 1, 0)]
    assert not sessions.end_numbered(conn, "ben", listed[2].number)
    assert sessions.end_numbered(conn, anna, listed[2].number)
    assert not is_in(conn, first, NOW)
    assert sessions.end_all(conn, anna, but=third) == 1
    assert [is_in(conn, one, NOW) for one in (second, third, his)] == [False, True, True]
    sessions.end_session(conn, third)
    sessions.end_session(conn, third)
    assert sessions.sessions_of(conn, anna, NOW) == ()


@pytest.mark.parametrize("number", ["", "%", "_" * 16, "0"])
def test_a_number_that_is_none_ends_nothing(conn: Connection, anna: str, number: str) -> None:
    secret = begun(conn, anna)
    assert not sessions.end_numbered(conn, anna, number)
    assert is_in(conn, secret, NOW)


def test_another_password_ends_sessions_and_tokens(conn: Connection, anna: str) -> None:
    secret, token = begun(conn, anna), tokens.new_token(conn, anna, "", NOW)
    users.set_password(conn, anna, "heel andere woorden")
    assert not is_in(conn, secret, NOW)
    assert tokens.user_of_token(conn, token, NOW) is None


def test_who_is_disabled_is_let_in_by_nothing_until_enabled(conn: Connection, anna: str) -> None:
    secret, token = begun(conn, anna), tokens.new_token(conn, anna, "", NOW)
    assert users.disable(conn, anna, NOW)
    assert not users.disable(conn, "eve", NOW)
    assert not is_in(conn, secret, NOW)
    assert tokens.user_of_token(conn, token, NOW) is None
    assert users.check_password(conn, anna, "drie woorden genoeg") is None
    assert tokens.living_tokens(conn, NOW) == frozenset()
    assert users.enable(conn, anna)
    assert tokens.user_of_token(conn, token, NOW) is not None
    assert not is_in(conn, secret, NOW), "it has to log in again"


def test_what_is_over_is_forgotten_and_what_lives_is_known(conn: Connection, anna: str) -> None:
    over, lives = begun(conn, anna), begun(conn, anna, stays=True)
    later = NOW + sessions.IDLE + MINUTE
    assert sessions.living_hashes(conn, NOW) == {users.secret_hash(one) for one in (over, lives)}
    assert sessions.living_hashes(conn, later) == {users.secret_hash(lives)}
    sessions.forget_ended(conn, later)
    assert [row.hash for row in conn.execute(select(accounts.sessions))] == [
        users.secret_hash(lives)
    ]


def test_a_token_is_named_by_a_number_and_revoked_by_it(conn: Connection, anna: str) -> None:
    token = tokens.new_token(conn, anna, "grafana", NOW)
    (listed,) = tokens.tokens_of(conn, anna)
    assert (listed.label, listed.last_used) == ("grafana", None)
    assert listed.number not in token
    assert not tokens.revoke_token(conn, "%")
    assert tokens.revoke_token(conn, listed.number)
    assert tokens.user_of_token(conn, token, NOW) is None
