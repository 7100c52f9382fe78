"""An entry that was journalled by the program from before is still one."""

from typing import Any

import msgspec
import pytest

from gateway.journal.entry import decode_entry, encode_entry
from gateway.store.interface import STORED, Placed, RoomSample
from sensors.wire.topic import RoomSlug
from tests.gateway.store.rows import T0_NS, VENUE, air, people

ROWS: dict[str, Placed | RoomSample] = {
    "air": air(0, humidity_pct=44.0, seq=7),
    "people": people(0, count=14),
    "room": RoomSample(
        VENUE, RoomSlug("zaal"), T0_NS, "watch", 812.5, 18, 96.0, 80.0, 120.0, 17.5, 5.3, 4.4, 6.6
    ),
}
NULLABLE = [(kind, field.name) for kind, held in STORED.items() for field in held if field.nullable]


def measured(row: Placed | RoomSample) -> Any:
    return row.reading if isinstance(row, Placed) else row


@pytest.mark.parametrize(("kind", "name"), NULLABLE)
def test_a_field_that_came_later_is_not_known_of_it(kind: str, name: str) -> None:
    row = ROWS[kind]
    body = msgspec.msgpack.decode(encode_entry(row))
    holder = body["reading"] if isinstance(row, Placed) else body
    del holder[name]
    found = decode_entry(msgspec.msgpack.encode(body))
    assert measured(found) == msgspec.structs.replace(measured(row), **{name: None})


@pytest.mark.parametrize("kind", list(ROWS))
def test_a_field_of_a_later_program_is_passed_over(kind: str) -> None:
    row = ROWS[kind]
    body = msgspec.msgpack.decode(encode_entry(row))
    holder = body["reading"] if isinstance(row, Placed) else body
    holder["of_a_later_program"] = 3.5
    assert decode_entry(msgspec.msgpack.encode(body)) == row
