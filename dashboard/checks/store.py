"""The store of readings, tried as the gateway and the pages use it: one of each kind is written, read
back and removed.

They are of the venue ``luchtig-check``, which nothing shows.
"""

import os
from dataclasses import replace

from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings, StoreSettings
from gateway.store.interface import Placed, RoomSample, Store, StoreError
from gateway.store.open import open_store, share_of
from gateway.store.row import kind_of
from sensors.clock import clock_from
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import CHECK, DeviceSlug, RoomSlug, VenueSlug

VENUE, ROOM, DEVICE = VenueSlug(CHECK), RoomSlug("probe"), DeviceSlug("probe")
CORRECT = "correct [store] in the configuration, or start its server"
ANOTHER_TYPE = (
    "if it holds that with another type, name another database in store.url, or drop the measurement "
    "there"
)


def check_store(settings: Settings) -> list[Finding]:
    """Each store of the set-up; where there are several the line says of which venues."""
    found: list[Finding] = []
    for one in settings.stores:
        of = f"{share_of(settings, one).shown}: " if settings.venue_stores else ""
        found += [replace(finding, found=of + finding.found) for finding in _check(settings, one)]
    return found


def _check(settings: Settings, one: StoreSettings) -> list[Finding]:
    try:
        store = open_store(one, settings.directory)
    except StoreError as error:
        return [fail("store", str(error), CORRECT)]
    try:
        at_ns = clock_from(os.environ).now_ns()
        return _tried(store, at_ns - at_ns % 1_000_000)
    except StoreError as error:
        return [fail("store", str(error), CORRECT)]
    finally:
        store.close()


def _tried(store: Store, at_ns: int) -> list[Finding]:
    reached = ok("store", store.check())
    rows = one_of_each(at_ns)
    refused = store.write(rows)
    try:
        wrong = [
            fail("readings", f"{kind_of(one.row)} is refused: {one.refused.detail}", ANOTHER_TYPE)
            for one in refused
        ]
        taken = [row for row in rows if not any(one.row is row for one in refused)]
        wrong += [
            fail("readings", f"{kind_of(row)} is not read back as it was written", CORRECT)
            for row in taken
            if not _is_back(store, row, at_ns)
        ]
    finally:
        is_removed = _is_removed(store)
    if wrong:
        return [reached, *wrong]
    if not is_removed:
        mend = f"what was tried stays there as venue {CHECK}; nothing shows or counts it"
        return [reached, note("readings", "go in and come back, but are not removed", mend)]
    return [reached, ok("readings", "one of each kind went in, came back and was removed")]


def one_of_each(at_ns: int) -> list[Placed | RoomSample]:
    """A row of each kind with every field that it may have."""
    said = (VENUE, DEVICE, at_ns, at_ns, True)
    return [
        Placed(
            ROOM, AirReading(*said, co2_ppm=420.0, temperature_c=20.5, humidity_pct=50.5, seq=1)
        ),
        Placed(ROOM, PeopleReading(*said, count=1, in_total=1, out_total=0, seq=1, motion=1)),
        RoomSample(VENUE, ROOM, at_ns, "good", 420.0, 1, 30.5, 20.5, 40.5, 1.5, 30.5, 20.5, 40.5),
    ]


def _is_back(store: Store, row: Placed | RoomSample, at_ns: int) -> bool:
    return list(store.rows(kind_of(row), VENUE, ROOM, at_ns, at_ns + 1)) == [row]


def _is_removed(store: Store) -> bool:
    try:
        return store.remove(VENUE)
    except StoreError:
        return False
