"""What InfluxDB is asked to find the days that are not down-sampled."""

from typing import Any

import pytest

from gateway.store.influx_downsampled import Downsampled
from gateway.store.influxql import Query
from gateway.store.interface import RoomDay
from gateway.store.spans import DAY_NS
from sensors.wire.topic import RoomSlug, VenueSlug

VENUE, ZAAL = VenueSlug("kade"), RoomSlug("zaal")
LAST = 20_000


class Server:
    """Answers of a server that holds a room of each kind since its first day until ``LAST``."""

    def __init__(self, first: int, newest: int | None) -> None:
        self.first = first
        self.newest = newest
        self.counted: list[str] = []

    def ask(self, query: Query) -> list[dict[str, Any]]:
        text = query.text
        if 'last("fields")' in text:
            return [] if self.newest is None else [self._row(self.newest)]
        if text.startswith("SELECT last("):
            return [self._row(LAST)]
        if text.startswith("SELECT first("):
            return [self._row(self.first)]
        if "count(" in text:
            self.counted.append(text)
            begins = int(text.split("time >= ")[1].split()[0]) // DAY_NS
            ends = int(text.split("time < ")[1].split()[0]) // DAY_NS
            days = range(max(begins, self.first), min(ends, LAST + 1))
            return [{"time": day * DAY_NS, "n": 8640} for day in days]
        return []

    def undone(self) -> list[RoomDay]:
        store = Downsampled(self.ask, lambda _lines: True)
        return list(store.undone(VENUE, (LAST + 1) * DAY_NS))

    def _row(self, day: int) -> dict[str, Any]:
        return {"room": ZAAL, "time": day * DAY_NS}


def test_where_all_is_done_no_reading_is_counted() -> None:
    server = Server(first=LAST - 2000, newest=LAST)
    assert server.undone() == []
    assert server.counted == []


@pytest.mark.parametrize("newest", [None, LAST - 100])
def test_years_are_asked_for_a_month_at_a_time_and_only_what_is_younger(newest: int | None) -> None:
    server = Server(first=LAST - 399, newest=newest)
    begun = server.first if newest is None else newest + 1
    found = [day.day for day in server.undone() if day.kind == "air"]
    assert found == list(range(begun, LAST + 1))
    for text in server.counted:
        begins, ends = (int(text.split(sign)[1].split()[0]) for sign in ("time >= ", "time < "))
        assert 0 < ends - begins <= 32 * DAY_NS
