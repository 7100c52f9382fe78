"""The live side's own round, on a real journal: what it counts, and what the journal keeps for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import metrics as names
from gateway.journal.journal import Journal
from gateway.live import checkpoint, loop
from gateway.live import engine as gateway_live
from gateway.live.engine import Engine
from gateway.live.loop import LiveLoop
from gateway.metrics import Metrics
from gateway.mqtt.publisher import Publisher
from gateway.registry.database import Database
from gateway.registry.metric_totals import all_totals
from gateway.store.interface import Placed
from sensors.wire.instant import from_ns
from tests.gateway.aired import Spell, aired_database, hours
from tests.gateway.journalled import running_journal
from tests.gateway.live_venue import START, StandingClock

READINGS = list(hours(Spell(60, 12, 50.0)))


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gateway_live, "WRITE_EVERY_S", 0.0)
    monkeypatch.setattr(checkpoint, "EVERY_WALL_S", 0.0)
    monkeypatch.setattr(loop, "REFRESH_S", 1e9)
    StandingClock.at = START
    yield
    StandingClock.at = START


def loaded(database: Database, journal: Journal) -> Engine:
    live = Engine(database, StandingClock(speed=1e5), "gw")
    live.load(journal.read)
    return live


def loop_of(live: Engine, journal: Journal, counters: Metrics) -> LiveLoop:
    publisher = Publisher(lambda _: False, None)
    return LiveLoop(live, journal, publisher, counters, StandingClock(), lambda _: None)


def played(loop: LiveLoop, journal: Journal, readings: list[Placed]) -> None:
    """In the journal, judged, and in the store at once."""
    for start in range(0, len(readings), 20):
        some = readings[start : start + 20]
        StandingClock.at = from_ns(some[-1].reading.at_ns)
        journal.append(some)
        assert journal.flush(10)
        loop.step()
        assert journal.flush(10)  # the samples
        journal.move_store(journal.last_id)


def remembered(live: Engine) -> list[bytes]:
    return [one.memory() for one in live._rooms.remembering().values()]


def test_the_journal_keeps_what_a_restart_hears_again_and_no_more(tmp_path: Path) -> None:
    database = aired_database(tmp_path)
    with running_journal(tmp_path / "journal.db") as journal:
        live = loaded(database, journal)
        played(loop_of(live, journal, Metrics()), journal, READINGS)
        assert live.cursor > len(READINGS) - 20
        assert live.needed_after > live.cursor - 40
        assert journal.kept < 100
        again = loaded(database, journal)
        again.apply(journal.read(again.cursor, 1000), {})
        assert remembered(again) == remembered(live)


def test_how_good_the_forecasts_were_is_counted_beside_no_change(tmp_path: Path) -> None:
    database = aired_database(tmp_path)
    counters = Metrics()
    with running_journal(tmp_path / "journal.db") as journal:
        live = loaded(database, journal)
        loop = loop_of(live, journal, counters)
        played(loop, journal, READINGS)
        loop.step()
    scored = counters.value(names.FORECASTS_SCORED)
    assert 30 < scored <= 45  # once a minute, from a quarter of an hour on
    told, unchanged = (
        counters.value(name) / scored for name in (names.FORECAST_ERROR, names.UNCHANGED_ERROR)
    )
    assert 0 < told < unchanged  # it rises all the time
    assert 50 < unchanged < 300
    with database.read() as conn:
        kept = {name: value for _, name, _, value in all_totals(conn)}
    assert kept[names.FORECASTS_SCORED] > 0
