"""The laws of telling in the real live side, killed at random moments."""

from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.silence import Silence
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.flags import open_flags
from gateway.registry.alerts.outbox import OutboxMessage, all_messages
from gateway.registry.alerts.silences import put_silence
from gateway.registry.live.operator_requests import ask_acknowledge
from gateway.registry.rooms import find_venue, put_venue
from sensors.wire.topic import VenueSlug
from tests.gateway.live_venue import (
    NO_BACKLOG,
    START,
    Gateway,
    StandingClock,
    air,
    meeting,
    minute,
    new_database,
)

LINE = (
    Contact("Olga", "olga@example.org"),
    Contact("Wim", "wim@example.org", role="escalation"),
    Contact("Els", "els@example.org", role="escalation"),
)
CO2 = st.sampled_from([1300, 1300, 1500, 900, 1150])
STEPS = st.one_of(
    st.tuples(st.just("air"), CO2),
    st.tuples(st.just("air"), CO2),
    st.tuples(
        st.sampled_from(["acknowledge", "silence", "nobody", "everybody", "quiet"]), st.just(0)
    ),
)
KILLS = st.sampled_from(["not", "not", "afterwards", "as it writes"])
MOVES = st.lists(
    st.tuples(st.sampled_from([0.5, 1.0, 3.0, 4.0]), STEPS, KILLS), min_size=8, max_size=25
)


def prepared(directory: Path) -> Gateway:
    StandingClock.at = START
    database = new_database(directory)
    with database.write() as conn:
        venue = find_venue(conn, VenueSlug("de-kade"))
        assert venue is not None
        put_venue(conn, replace(venue, escalate_after_min=5))
        put_contacts(conn, VenueSlug("de-kade"), LINE)
        put_meeting(conn, meeting("m2", 20, 40, "bob@example.org"))
    gateway = Gateway(database, 1e5, NO_BACKLOG)
    gateway.tick(0)  # one that never wrote anything begins anew: that is no restart
    return gateway


def do(gateway: Gateway, at: float, what: str, co2_ppm: int) -> None:
    now = minute(at)
    if what == "air":
        gateway.follow(air(at, co2_ppm))
        return
    gateway.take()
    gateway.tick(at)
    with gateway.database.write() as conn:
        if what == "acknowledge":
            for flag in open_flags(conn):
                ask_acknowledge(conn, flag.id, "anna", "", now)
        elif what == "silence":
            until = now + timedelta(minutes=6)
            put_silence(
                conn, Silence(VenueSlug("de-kade"), None, None, now, until, "works", "anna")
            )
        elif what == "quiet":
            venue = find_venue(conn, VenueSlug("de-kade"))
            assert venue is not None
            hours = (time(10, 15), time(10, 25)) if venue.quiet_from is None else (None, None)
            put_venue(conn, replace(venue, quiet_from=hours[0], quiet_until=hours[1]))
        else:
            put_contacts(conn, VenueSlug("de-kade"), LINE if what == "everybody" else ())
    gateway.live.refresh()
    gateway.tick(at)


def killed_as_it_writes(gateway: Gateway, at: float, co2_ppm: int) -> None:
    """What it does at a reading never reaches the database; the journal has the reading."""

    def gone() -> Any:
        raise OperationalError("COMMIT", None, Exception("killed"))

    entry = air(at, co2_ppm)
    with pytest.MonkeyPatch.context() as patch, suppress(OperationalError):
        patch.setattr(gateway.database, "write", gone)
        gateway.follow(entry)
    gateway.restarted()
    if entry in gateway.journal:
        gateway.take()
        gateway.tick(at)
    else:
        gateway.follow(entry)


def rows(gateway: Gateway) -> list[OutboxMessage]:
    with gateway.database.read() as conn:
        return list(all_messages(conn))


def keys(gateway: Gateway) -> list[tuple[str, str, str, str]]:
    return [(m.flag, m.kind, m.recipient, m.meeting) for m in rows(gateway)]


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a database each: shrinking takes hours
)
@given(MOVES)
def test_a_kill_at_any_moment_changes_nothing_of_who_hears_what(
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[tuple[float, tuple[str, int], str]],
) -> None:
    never = prepared(tmp_path_factory.mktemp("never"))
    often = prepared(tmp_path_factory.mktemp("often"))
    at = 1.0
    for wait, (what, co2_ppm), killed in moves:
        at += wait
        StandingClock.at = minute(at - wait)
        do(never, at, what, co2_ppm)
        StandingClock.at = minute(at - wait)
        if killed == "as it writes" and what == "air":
            killed_as_it_writes(often, at, co2_ppm)
            continue
        do(often, at, what, co2_ppm)
        if killed != "not":
            often.restarted()
    for gateway in (never, often):
        StandingClock.at = minute(at)
        gateway.follow(*(air(at + m, 700) for m in (1.0, 2.0, 3.0, 4.0)))
    assert keys(often) == keys(never)
    event(f"{len({m.flag for m in rows(often)})} breaches told, {len(rows(often))} messages")
    heard: dict[tuple[str, str], list[str]] = {}
    for message in rows(often):
        heard.setdefault((message.flag, message.recipient), []).append(message.kind)
    for kinds in heard.values():
        assert kinds in (["firing", "resolved"], ["escalated", "resolved"])
    StandingClock.at = START
