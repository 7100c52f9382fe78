"""A site with a store of its own, which goes away in mid-stream: the other venue notices nothing."""

from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

from gateway.config import load
from gateway.store.interface import Placed, StoreError
from gateway.store.open import open_store, open_stores, store_of
from sensors.wire.reading import AirReading
from sensors.wire.topic import VenueSlug
from tests.end_to_end.set_up import VENUE, SetUp, kill, set_up
from tests.faults.proxy import proxy
from tests.faults.publishers import Publisher, Told
from tests.servers import Broker, Influx, wait_until

ALWAYS = (0, 2**62)
ARENA = VENUE.replace("de-kade", "arena").replace("De Kade", "Arena").replace("co2-03", "co2-09")


def held(place: SetUp, venue: str, *, direct: bool = False) -> set[Told]:
    """What is stored of a venue, where it belongs, or, ``direct``, in the store of all others."""
    settings = load(place.config, {})
    opened = open_store(settings.store, place.directory) if direct else open_stores(settings)
    with closing(opened) as store:
        try:
            rows = list(store.rows("air", VenueSlug(venue), None, *ALWAYS))
        except StoreError:
            return set()
    readings = [row.reading for row in rows if isinstance(row, Placed)]
    told = [(r.device, r.at_ns, r.co2_ppm) for r in readings if isinstance(r, AirReading)]
    assert len(told) == len(set(told))
    return set(told)


def comes(place: SetUp, device: Publisher) -> None:
    """Wait until what a device of De Kade says from now on is stored."""
    device.says(40)
    known = set(device.confirmed)
    wait_until(lambda: held(place, "de-kade") >= known, "the other venue's")


def write_config(place: SetUp, rest: str, arena: str) -> None:
    place.write_config("sqlite:///unused.db")
    text = place.config.read_text()
    stores = f'[[store]]\nvenues = ["arena"]\nurl = "{arena}"\n[[store]]\nurl = "{rest}"\n'
    place.config.write_text(text.replace('[store]\nurl = "sqlite:///unused.db"\n', stores))


def test_a_venues_own_store_goes_away_and_the_other_venue_notices_nothing(
    tmp_path: Path, broker: Broker, influx: Influx
) -> None:
    names = [f"test_{uuid4().hex}" for _ in range(2)]
    with proxy(influx.port) as wire, set_up(tmp_path, broker, "sqlite:///unused.db") as place:
        own = f"influxdb://127.0.0.1:{wire.port}/{names[1]}"
        write_config(place, influx.database_url(names[0]), own)
        assert store_of(load(place.config, {}), "arena").url == own
        place.import_venue(VENUE + ARENA)
        gateway = place.start("gateway")
        kade = Publisher(broker.port, "co2-03", per_s=50)
        arena = Publisher(broker.port, "co2-09", per_s=50, venue="arena")
        with kade, arena:
            wait_until(lambda: held(place, "arena") and held(place, "de-kade"), "both, at first")
            wire.manner = "refuse"
            wire.reset()
            arena.says(40)
            comes(place, kade)
            wait_until(lambda: "store of arena: " in place.log("gateway"), "that it is said")
            kill(gateway)  # what it knows then is what the journal has
            place.start("gateway")
            comes(place, kade)
            assert not held(place, "arena") >= arena.confirmed
            wire.manner = "through"
            kade.finish()
            arena.finish()
            wait_until(lambda: held(place, "arena") == arena.confirmed, "its own, all of them")
            wait_until(lambda: held(place, "de-kade") == kade.confirmed, "and no more")
        assert held(place, "arena", direct=True) == set()


def test_an_acknowledgement_waits_for_the_store_of_its_own_venue(
    tmp_path: Path, broker: Broker
) -> None:
    """With a session for each venue; an absent store fills only what the broker sends ahead of its own."""
    away = "influxdb://127.0.0.1:9/away"
    with set_up(tmp_path, broker, "sqlite:///unused.db") as place, ExitStack() as speaking:
        write_config(place, "sqlite:///rest.db", away)
        with place.config.open("a") as config:
            config.write('[journal]\nacknowledge = "stored"\n')
        place.import_venue(VENUE + ARENA)
        place.start("gateway", "--venues", "auto")
        arena = speaking.enter_context(Publisher(broker.port, "co2-09", per_s=1_000, venue="arena"))
        arena.says(600)  # more than the broker sends ahead
        kade = speaking.enter_context(Publisher(broker.port, "co2-03", per_s=200))
        kade.says(600)
        comes(place, kade)
        arena.finish()
        kade.finish()
        kill(place.processes["gateway"])
        write_config(place, "sqlite:///rest.db", "sqlite:///arena.db")
        place.start("gateway", "--venues", "auto")
        wait_until(lambda: held(place, "arena") == arena.confirmed, "its own, all of them")
        wait_until(lambda: held(place, "de-kade") == kade.confirmed, "and no more")
