"""Rows out of InfluxDB's answers; the round trip on a real server is in tests/contract."""

from gateway.store.influx_rows import page_query, place, rooms_query, rows_of
from gateway.store.interface import Placed, RoomSample
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

AT = 1_795_503_600_000_000_000


def test_values_are_bound_and_times_are_ours() -> None:
    query = page_query("air", VenueSlug("de-kade"), RoomSlug("'; DROP"), (5, 9), 100)
    assert query.text.endswith(
        'WHERE "venue" = $venue AND "room" = $room AND time >= 5 AND time < 9 ORDER BY time LIMIT 100'
    )
    assert query.params == {"venue": "de-kade", "room": "'; DROP"}
    assert rooms_query("room", VenueSlug("x")).inlined() == (
        'SHOW TAG VALUES FROM "room" WITH KEY = "room" WHERE "venue" = \'x\''
    )


def test_whole_floats_come_as_integers_and_are_floats_again() -> None:
    answer = {
        "time": AT, "co2_ppm": 800, "temperature_c": 21, "humidity_pct": None, "seq": 3,
        "arrived_ms": AT // 1_000_000 + 1, "ts_given": True, "device": "co2-1",
    }  # fmt: skip
    (row,) = rows_of("air", VenueSlug("de-kade"), RoomSlug("serre"), [answer])
    assert row == Placed(
        RoomSlug("serre"),
        AirReading(
            VenueSlug("de-kade"),
            DeviceSlug("co2-1"),
            AT,
            AT + 1_000_000,
            True,
            800.0,
            21.0,
            None,
            3,
        ),
    )
    assert isinstance(row, Placed)
    assert isinstance(row.reading, AirReading)
    assert type(row.reading.co2_ppm) is float


def test_points_that_somebody_else_wrote_there_are_left_out() -> None:
    foreign = {"time": AT, "co2_ppm": None, "device": None}
    bare = {"time": AT + 1, "co2_ppm": 500.5, "device": "odd"}
    (row,) = rows_of("air", VenueSlug("de-kade"), RoomSlug("serre"), [foreign, bare])
    assert isinstance(row, Placed)
    assert (row.reading.device, row.reading.arrived_ns) == ("odd", AT // 1_000_000 * 1_000_000)
    assert not row.reading.ts_given
    (sample,) = rows_of(
        "room",
        VenueSlug("de-kade"),
        RoomSlug("serre"),
        [{"time": AT}, {"time": AT, "level": "good"}],
    )
    assert sample == RoomSample(VenueSlug("de-kade"), RoomSlug("serre"), AT, "good")
    assert place(foreign) == (AT, "")
