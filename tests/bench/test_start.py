from pathlib import Path

from bench.start import add_keys
from gateway.journal.file import JournalFile
from gateway.store.interface import Placed
from sensors.clock import SYSTEM
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug


def test_the_keys_that_are_put_in_are_of_the_devices_that_the_journal_knows(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    now_ns = SYSTEM.now_ns()
    reading = AirReading(
        VenueSlug("bench"), DeviceSlug("co2"), now_ns, now_ns, ts_given=True, co2_ppm=600.0
    )
    journal = JournalFile(path, SYSTEM)
    journal.commit([Placed(RoomSlug("serre"), reading)], store=0, live=0)
    journal.close()
    assert add_keys(path, 1_000) >= 1_000
    again = JournalFile(path, SYSTEM)
    assert again.last_id == 1
    again.close()
