"""What is stored and sent, to the letter: a name, a type or a place in here never changes.

A field that is added appears beside these, and changes none of them.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashboard.api import PREFIX, ROUTES
from dashboard.api.openapi import document
from dashboard.csv_rows import Selection, csv_chunks
from gateway.journal.entry import decode_entry, encode_entry
from gateway.store.influx_rows import page_query
from gateway.store.influxql import count_query, series_query
from gateway.store.interface import SERIES_FIELDS, Measurement, Placed, RoomSample
from gateway.store.line_protocol import to_line
from gateway.store.spans import by_source, cut
from gateway.store.sqlite import SqliteStore
from sensors.wire.payload import Decoded, decode_reading, encode_reading
from sensors.wire.reading import AirReading, PeopleReading
from sensors.wire.topic import DeviceSlug, DeviceTopic, RoomSlug
from tests.gateway.store.rows import T0_NS, VENUE

AIR = Placed(
    RoomSlug("zaal"),
    AirReading(VENUE, DeviceSlug("co2-1"), T0_NS, T0_NS + 250_000_000, True, 812.5, 21.4, 44.0, 7),
)
BARE = Placed(RoomSlug("zaal"), AirReading(VENUE, DeviceSlug("co2-2"), T0_NS, T0_NS, False, 700.0))
COUNT = Placed(
    RoomSlug("zaal"),
    PeopleReading(VENUE, DeviceSlug("cam-1"), T0_NS, T0_NS, False, 14, None, None, 8),
)
DOOR = Placed(
    RoomSlug("zaal"), PeopleReading(VENUE, DeviceSlug("door-1"), T0_NS, T0_NS, False, None, 120, 97)
)
PIR = Placed(
    RoomSlug("zaal"), PeopleReading(VENUE, DeviceSlug("pir-1"), T0_NS, T0_NS, False, motion=1)
)
ROOM = RoomSample(
    VENUE, RoomSlug("zaal"), T0_NS, "watch", 812.5, 18, 96.0, 80.25, 120.0, 17.5, 5.3, 4.4, 6.6
)
ROWS = (AIR, BARE, COUNT, DOOR, PIR, ROOM)
IDS = ("air", "bare", "count", "door", "motion", "room")
AT = b"\xcf\x18\xea\xe9\x02\xde\xef`\x00"


def each(*expected: object) -> pytest.MarkDecorator:
    """Each row with what it becomes."""
    return pytest.mark.parametrize(
        ("row", "expected"), list(zip(ROWS, expected, strict=True)), ids=IDS
    )


@pytest.mark.parametrize(
    ("row", "payload"),
    [
        (
            AIR,
            (
                b'{"ts":"2026-11-24T07:00:00.000Z","seq":7,"co2_ppm":812.5,'
                b'"temperature_c":21.4,"humidity_pct":44.0}'
            ),
        ),
        (BARE, b'{"co2_ppm":700.0}'),
        (COUNT, b'{"seq":8,"count":14}'),
        (DOOR, b'{"in_total":120,"out_total":97}'),
        (PIR, b'{"motion":1}'),
    ],
    ids=IDS[:5],
)
def test_the_payload_that_a_device_sends(row: Placed, payload: bytes) -> None:
    reading = row.reading
    assert encode_reading(reading) == payload
    topic = DeviceTopic(reading.venue, reading.device, reading.kind)
    assert decode_reading(topic, payload, reading.arrived_ns) == Decoded(reading)


@each(
    b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8a\xa4type\xa3air\xa5venue\xa7de-kade"
    b"\xa6device\xa5co2-1\xa5at_ns" + AT + b"\xaaarrived_ns\xcf\x18\xea\xe9\x02\xed\xd6\x12\x80"
    b"\xa8ts_given\xc3\xa7co2_ppm\xcb@\x89d\x00\x00\x00\x00\x00\xadtemperature_c\xcb@5ffffff"
    b"\xachumidity_pct\xcb@F\x00\x00\x00\x00\x00\x00\xa3seq\x07",
    b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8a\xa4type\xa3air\xa5venue\xa7de-kade"
    b"\xa6device\xa5co2-2\xa5at_ns" + AT + b"\xaaarrived_ns" + AT + b"\xa8ts_given\xc2"
    b"\xa7co2_ppm\xcb@\x85\xe0\x00\x00\x00\x00\x00\xadtemperature_c\xc0\xachumidity_pct\xc0"
    b"\xa3seq\xc0",
    b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8b\xa4type\xa6people\xa5venue\xa7de-kade"
    b"\xa6device\xa5cam-1\xa5at_ns" + AT + b"\xaaarrived_ns" + AT + b"\xa8ts_given\xc2"
    b"\xa5count\x0e\xa8in_total\xc0\xa9out_total\xc0\xa3seq\x08\xa6motion\xc0",
    b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8b\xa4type\xa6people\xa5venue\xa7de-kade"
    b"\xa6device\xa6door-1\xa5at_ns" + AT + b"\xaaarrived_ns" + AT + b"\xa8ts_given\xc2"
    b"\xa5count\xc0\xa8in_totalx\xa9out_totala\xa3seq\xc0\xa6motion\xc0",
    b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8b\xa4type\xa6people\xa5venue\xa7de-kade"
    b"\xa6device\xa5pir-1\xa5at_ns" + AT + b"\xaaarrived_ns" + AT + b"\xa8ts_given\xc2"
    b"\xa5count\xc0\xa8in_total\xc0\xa9out_total\xc0\xa3seq\xc0\xa6motion\x01",
    b"\x8e\xa4type\xa4room\xa5venue\xa7de-kade\xa4room\xa4zaal\xa5at_ns" + AT + b"\xa5level"
    b"\xa5watch\xa7co2_ppm\xcb@\x89d\x00\x00\x00\x00\x00\xa6people\x12\xa8flow_lps"
    b"\xcb@X\x00\x00\x00\x00\x00\x00\xacflow_low_lps\xcb@T\x10\x00\x00\x00\x00\x00"
    b"\xadflow_high_lps\xcb@^\x00\x00\x00\x00\x00\x00\xafpeople_estimate"
    b"\xcb@1\x80\x00\x00\x00\x00\x00\xaeper_person_lps\xcb@\x15333333\xb2per_person_low_lps"
    b"\xcb@\x11\x99\x99\x99\x99\x99\x9a\xb3per_person_high_lps\xcb@\x1affffff",
)
def test_the_bytes_of_a_journal_entry(row: Placed | RoomSample, expected: bytes) -> None:
    assert encode_entry(row) == expected
    assert decode_entry(expected) == row


def test_an_entry_from_before_motion_is_read() -> None:
    before = (
        b"\x83\xa4type\xa7reading\xa4room\xa4zaal\xa7reading\x8a\xa4type\xa6people\xa5venue\xa7de-kade"
        b"\xa6device\xa6door-1\xa5at_ns" + AT + b"\xaaarrived_ns" + AT + b"\xa8ts_given\xc2"
        b"\xa5count\xc0\xa8in_totalx\xa9out_totala\xa3seq\xc0"
    )
    assert decode_entry(before) == DOOR


@each(
    "air,device=co2-1,room=zaal,venue=de-kade co2_ppm=812.5,temperature_c=21.4,humidity_pct=44.0,"
    f"seq=7i,arrived_ms=1795503600250i,ts_given=t {T0_NS}",
    "air,device=co2-2,room=zaal,venue=de-kade co2_ppm=700.0,arrived_ms=1795503600000i,ts_given=f "
    f"{T0_NS}",
    "people,device=cam-1,room=zaal,venue=de-kade arrived_ms=1795503600000i,ts_given=f,count=14i,"
    f"seq=8i {T0_NS}",
    "people,device=door-1,room=zaal,venue=de-kade arrived_ms=1795503600000i,ts_given=f,"
    f"in_total=120i,out_total=97i {T0_NS}",
    "people,device=pir-1,room=zaal,venue=de-kade arrived_ms=1795503600000i,ts_given=f,"
    f"motion=1i {T0_NS}",
    'room,room=zaal,venue=de-kade level="watch",co2_ppm=812.5,people=18,flow_lps=96.0,'
    "flow_low_lps=80.25,flow_high_lps=120.0,people_estimate=17.5,per_person_lps=5.3,"
    f"per_person_low_lps=4.4,per_person_high_lps=6.6 {T0_NS}",
)
def test_the_line_that_influxdb_gets(row: Placed | RoomSample, expected: str) -> None:
    assert to_line(row) == expected


READINGS_TABLE = (
    "CREATE TABLE {table} ( venue TEXT NOT NULL, room TEXT NOT NULL, at_ns INTEGER NOT NULL, "
    "device TEXT NOT NULL, {measured}, seq INTEGER, arrived_ms INTEGER NOT NULL, "
    "ts_given INTEGER NOT NULL, PRIMARY KEY (venue, room, at_ns, device) ) STRICT, WITHOUT ROWID"
)


DOWNSAMPLED = (
    *(f"{kind}_{grain}" for kind in ("air", "room") for grain in ("minute", "quarter", "hour")),
    "downsampled",
)


class TestSqlite:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        store = SqliteStore(tmp_path / "readings.db")
        store.write(ROWS)
        store.close()
        return tmp_path / "readings.db"

    def test_the_tables_of_what_is_down_sampled(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            columns = {
                table: [
                    name
                    for (name,) in file.execute(f"SELECT name FROM pragma_table_info('{table}')")
                ]
                for table in DOWNSAMPLED
            }
        statistics = [f"co2_ppm_{name}" for name in ("n", "sum", "min", "max")]
        assert columns["downsampled"] == ["venue", "room", "kind", "day", "fields", "gone"]
        for grain in ("minute", "quarter", "hour"):
            key = ["venue", "room", "at_ns", "device", *statistics]
            assert columns[f"air_{grain}"][: len(key)] == key
            assert columns[f"room_{grain}"][:4] == ["venue", "room", "at_ns", "people_n"]

    def test_the_tables(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            made = file.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            found = {name: " ".join(sql.split()) for name, sql in made if name not in DOWNSAMPLED}
            version = file.execute("PRAGMA user_version").fetchone()
        assert version == (1,)
        assert found == {
            "air": READINGS_TABLE.format(
                table="air",
                measured="co2_ppm REAL NOT NULL, temperature_c REAL, humidity_pct REAL",
            ),
            "air_identity": "CREATE UNIQUE INDEX air_identity ON air (venue, device, at_ns)",
            "people": READINGS_TABLE.format(
                table="people",
                measured="count INTEGER, in_total INTEGER, out_total INTEGER, motion INTEGER",
            ),
            "people_identity": (
                "CREATE UNIQUE INDEX people_identity ON people (venue, device, at_ns)"
            ),
            "room": (
                "CREATE TABLE room ( venue TEXT NOT NULL, room TEXT NOT NULL, "
                "at_ns INTEGER NOT NULL, level TEXT NOT NULL, co2_ppm REAL, people INTEGER, "
                "flow_lps REAL, flow_low_lps REAL, flow_high_lps REAL, people_estimate REAL, "
                "per_person_lps REAL, per_person_low_lps REAL, per_person_high_lps REAL, "
                "PRIMARY KEY (venue, room, at_ns) ) STRICT, WITHOUT ROWID"
            ),
        }

    def test_the_rows(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            found = {
                table: file.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("air", "people", "room")
            }
        arrived_ms = T0_NS // 1_000_000
        key = (VENUE, "zaal", T0_NS)
        assert found == {
            "air": [
                (*key, "co2-1", 812.5, 21.4, 44.0, 7, arrived_ms + 250, 1),
                (*key, "co2-2", 700.0, None, None, None, arrived_ms, 0),
            ],
            "people": [
                (*key, "cam-1", 14, None, None, None, 8, arrived_ms, 0),
                (*key, "door-1", None, 120, 97, None, None, arrived_ms, 0),
                (*key, "pir-1", None, None, None, 1, None, arrived_ms, 0),
            ],
            "room": [(*key, "watch", 812.5, 18, 96.0, 80.25, 120.0, 17.5, 5.3, 4.4, 6.6)],
        }

    def test_the_lines_of_an_export(self, path: Path) -> None:
        selection = Selection(VENUE, None, T0_NS, T0_NS + 1)
        found = b"".join(csv_chunks(SqliteStore(path), selection)).decode()
        at = "2026-11-24T07:00:00.000Z"
        assert found.split("\r\n") == [
            (
                "at,venue,room,kind,device,co2_ppm,temperature_c,humidity_pct,count,in_total,"
                "out_total,motion,people,people_estimate,flow_lps,flow_low_lps,flow_high_lps,"
                "per_person_lps,per_person_low_lps,per_person_high_lps,level,seq,arrived_at,ts_given"
            ),
            (
                f"{at},de-kade,zaal,air,co2-1,812.5,21.4,44,,,,,,,,,,,,,,7,"
                "2026-11-24T07:00:00.250Z,true"
            ),
            f"{at},de-kade,zaal,air,co2-2,700,,,,,,,,,,,,,,,,,{at},false",
            f"{at},de-kade,zaal,people,cam-1,,,,14,,,,,,,,,,,,,8,{at},false",
            f"{at},de-kade,zaal,people,door-1,,,,,120,97,,,,,,,,,,,,{at},false",
            f"{at},de-kade,zaal,people,pir-1,,,,,,,1,,,,,,,,,,,{at},false",
            f"{at},de-kade,zaal,room,,812.5,,,,,,,18,17.5,96,80.25,120,5.3,4.4,6.6,watch,,,",
            "",
        ]


class TestInfluxql:
    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            (
                "air",
                (
                    '"co2_ppm", "temperature_c", "humidity_pct", "seq", "arrived_ms", "ts_given", '
                    '"device"'
                ),
            ),
            (
                "people",
                (
                    '"count", "in_total", "out_total", "motion", "seq", "arrived_ms", "ts_given", '
                    '"device"'
                ),
            ),
            (
                "room",
                (
                    '"level", "co2_ppm", "people", "flow_lps", "flow_low_lps", "flow_high_lps", '
                    '"people_estimate", "per_person_lps", "per_person_low_lps", "per_person_high_lps"'
                ),
            ),
        ],
    )
    def test_the_rows_of_a_room(self, kind: Measurement, fields: str) -> None:
        assert page_query(kind, VENUE, RoomSlug("zaal"), (1, 2), 5).text == (
            f'SELECT {fields} FROM "{kind}" WHERE "venue" = $venue AND "room" = $room'
            " AND time >= 1 AND time < 2 ORDER BY time LIMIT 5"
        )

    @pytest.mark.parametrize(
        ("kind", "counted"), [("air", "arrived_ms"), ("people", "arrived_ms"), ("room", "level")]
    )
    def test_the_count(self, kind: Measurement, counted: str) -> None:
        assert count_query(kind, VENUE, None).text == (
            f'SELECT count("{counted}") AS "n" FROM "{kind}" WHERE "venue" = $venue'
        )

    def test_a_series_asks_for_each_field_where_it_is_held(self) -> None:
        asked = {
            source: [
                column.split('"')[1]
                for column in series_query(source, fields, VENUE, RoomSlug("zaal"), cut(0, 60, 6))
                .text.split(" FROM ")[0]
                .split(", ")[::3]
            ]
            for source, fields in by_source(SERIES_FIELDS)
        }
        assert asked == {
            "air": ["co2_ppm", "temperature_c", "humidity_pct"],
            "room": [
                "people",
                "people_estimate",
                "flow_lps",
                "flow_low_lps",
                "flow_high_lps",
                "per_person_lps",
                "per_person_low_lps",
                "per_person_high_lps",
            ],
        }
        query = series_query("air", ["co2_ppm"], VENUE, RoomSlug("zaal"), cut(0, 60, 6))
        assert query.text == (
            'SELECT mean("co2_ppm") AS "co2_ppm_mean", min("co2_ppm") AS "co2_ppm_min", '
            'max("co2_ppm") AS "co2_ppm_max" FROM "air" WHERE "venue" = $venue AND "room" = $room'
            ' AND time >= 0 AND time < 60 GROUP BY time(10ns, 0ns), "device" fill(none)'
        )


def test_the_series_in_openapi() -> None:
    found: Any = msgspec.json.decode(document(ROUTES, PREFIX))
    band = {"$ref": "#/components/schemas/Band"}
    assert found["components"]["schemas"]["SeriesAnswer"] == {
        "title": "SeriesAnswer",
        "description": (
            "``at`` holds the beginning of each span; the fields asked for are as long."
        ),
        "type": "object",
        "properties": {
            "at": {
                "type": "array",
                "items": {"type": "string", "description": "UTC", "format": "date-time"},
            },
            "co2_ppm": band,
            "temperature_c": band,
            "humidity_pct": band,
            "people": band,
            "people_estimate": band,
            "flow_lps": band,
            "flow_low_lps": band,
            "flow_high_lps": band,
            "per_person_lps": band,
            "per_person_low_lps": band,
            "per_person_high_lps": band,
        },
        "required": ["at"],
    }
    assert list(found["components"]["schemas"]["SeriesAnswer"]["properties"]) == [
        "at",
        *SERIES_FIELDS,
    ]
    answer = found["paths"][f"{PREFIX}/rooms/{{venue}}/{{room}}/series"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/SeriesAnswer"
    }
