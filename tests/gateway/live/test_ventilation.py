"""The rule of fresh air for each person, followed live: as a timeline, late, and over a restart."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from gateway.registry.agenda.meetings import flags_of_meetings
from gateway.registry.alerts.flags import changes_of, recent_flags
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns
from sensors.wire.topic import DeviceSlug
from tests.gateway.aired import Spell, aired_database, hours, long_meeting, put_meetings
from tests.gateway.live_venue import NO_BACKLOG, START, Gateway, StandingClock, air, minute

POLICY = "nl-bbl-assembly"  # 4 l/s for each, of which 10 minutes too little are a breach
STORY = (Spell(60, 15, 25.0), Spell(40, 15, 180.0))
READINGS = list(hours(*STORY))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    StandingClock.at = START
    yield
    StandingClock.at = START


def venue(directory: Path) -> Gateway:
    StandingClock.at = START
    directory.mkdir(exist_ok=True)
    database = aired_database(directory, policy=POLICY)
    put_meetings(database, long_meeting())
    return Gateway(database, 1e5, NO_BACKLOG)


def followed(gateway: Gateway, readings: list[Placed]) -> None:
    for reading in readings:
        StandingClock.at = max(StandingClock.at, from_ns(reading.reading.arrived_ns))
        gateway.take(reading)
        gateway.live.tick()


def history(gateway: Gateway) -> list[tuple[str, str, int]]:
    """Every change: the rule, what it became, and in which minute."""
    gateway.second_later()
    with gateway.database.read() as conn:
        return sorted(
            (flag.rule, change.state, round((change.at - START).total_seconds() / 60))
            for flag in recent_flags(conn, since=START)
            for change in changes_of(conn, flag.id)
        )


def test_too_little_for_each_is_pending_fires_and_is_resolved_by_open_windows(
    tmp_path: Path,
) -> None:
    gateway = venue(tmp_path)
    followed(gateway, READINGS)
    found = {state: at for rule, state, at in history(gateway) if rule == "ventilation"}
    assert list(found) == ["firing", "pending", "resolved"]
    assert found["firing"] == found["pending"] + 10
    assert found["firing"] < 60
    assert 60 < found["resolved"] < 72
    with gateway.database.read() as conn:
        (flag,) = [f for f in recent_flags(conn, since=START) if f.rule == "ventilation"]
        (kept,) = flags_of_meetings(conn, ("m1",))["m1"]
    assert flag.limit == 4
    assert flag.peak == pytest.approx(25 / 15, rel=0.4)
    assert flag.peak is not None
    assert flag.peak <= (flag.value or 0)
    assert (kept.rule, kept.state, kept.limit) == ("ventilation", "resolved", 4)


def test_people_who_leave_end_it(tmp_path: Path) -> None:
    gateway = venue(tmp_path)
    followed(gateway, list(hours(STORY[0], Spell(20, 0, 25.0))))
    assert [state for rule, state, _ in history(gateway) if rule == "ventilation"] == [
        "firing", "pending", "resolved",
    ]  # fmt: skip


def test_a_sensor_that_falls_silent_ends_nothing(tmp_path: Path) -> None:
    gateway = venue(tmp_path)
    followed(gateway, list(hours(STORY[0])))
    gateway.tick(90)
    states = {flag.rule: flag.state for s in gateway.live.states() for flag in s.flags}
    assert states == {"ventilation": "firing", "no_data": "firing"}


@pytest.mark.parametrize("seed", range(2))
def test_late_readings_in_whatever_order_change_no_history(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    late = [
        air(m, 400 + dice.random() * 2000, arrived=90, device=DeviceSlug("co2-77"))
        for m in range(5, 85, 4)
    ]
    found = []
    for name in ("without", "in order", "shuffled"):
        gateway = venue(tmp_path / name)
        if name == "shuffled":
            dice.shuffle(late)
        split = next(i for i, r in enumerate(READINGS) if from_ns(r.reading.at_ns) >= minute(90))
        followed(gateway, [*READINGS[:split], *(late if name != "without" else [])])
        followed(gateway, READINGS[split:])
        found.append(history(gateway))
    assert found[0] == found[1] == found[2] != []


def test_a_stream_that_was_caught_up_and_killed_gives_the_same_flags(tmp_path: Path) -> None:
    live, behind = venue(tmp_path / "live"), venue(tmp_path / "behind")
    followed(live, READINGS)
    StandingClock.at = minute(100)
    cuts = [0, 50, 51, 163, 240, 300, len(READINGS)]
    for start, end in pairwise(cuts):
        behind.take(*READINGS[start:end])
        behind.restarted()
    behind.take()
    assert history(behind) == history(live)
