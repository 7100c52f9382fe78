"""The description of a value is what the codec goes by."""

import math
from typing import Annotated, Any, Literal

import msgspec
import pytest

from sensors.wire.field import Field, Quantity, by_unit, fields_of, values_of
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.reading import FIELDS, Kind
from sensors.wire.topic import DeviceSlug, DeviceTopic, RoomSlug, VenueSlug

NOW_NS = 1_795_503_600_000_000_000
NEEDED: dict[Kind, dict[str, float]] = {"air": {"co2_ppm": 800}, "people": {"count": 3}}
SUFFIXES = {"ppm": "_ppm", "°C": "_c", "%": "_pct", "L/s": "_lps", "dB(A)": "_dba", "lx": "_lux"}

described = [pytest.param(kind, field, id=field.name) for kind in FIELDS for field in FIELDS[kind]]
options = [one for one in described if not one.values[1].quantity.essential]  # type: ignore[union-attr]


def decoded(kind: Kind, **said: float) -> Decoded:
    payload = msgspec.json.encode(NEEDED[kind] | said)
    found = decode_reading(
        DeviceTopic(VenueSlug("de-kade"), DeviceSlug("one"), kind), payload, NOW_NS
    )
    assert isinstance(found, Decoded)
    return found


class Sample(msgspec.Struct):
    room: RoomSlug
    level: Annotated[Literal["good", "act"], Quantity("", aggregate=None)]
    co2_ppm: Annotated[float, Quantity("ppm", 0, 10)]
    doors: Annotated[int | None, Quantity("")] = None
    seq: int | None = None


def test_what_carries_a_quantity_is_described_in_the_order_of_the_struct() -> None:
    assert fields_of(Sample) == (
        Field("level", str, False, Quantity("", aggregate=None)),
        Field("co2_ppm", float, False, Quantity("ppm", 0, 10)),
        Field("doors", int, True, Quantity("")),
    )


def test_values_are_read_by_name() -> None:
    sample = Sample(RoomSlug("zaal"), "good", 5.5, seq=3)
    assert values_of(["co2_ppm", "doors", "room"])(sample) == (5.5, None, "zaal")
    assert values_of(["doors"])(sample) == (None,)
    assert values_of([])(sample) == ()


def test_fields_of_one_unit_stand_side_by_side() -> None:
    units = ("ppm", "L/s", "°C", "ppm", "L/s")
    fields = [Field(f"f{n}", float, True, Quantity(unit)) for n, unit in enumerate(units)]
    assert [field.name for field in by_unit(fields)] == ["f0", "f3", "f1", "f4", "f2"]


@pytest.mark.parametrize(("kind", "field"), described)
def test_what_a_device_says_has_a_range_and_a_unit(kind: Kind, field: Field) -> None:
    assert all(math.isfinite(bound) for bound in field.bounds)
    assert field.quantity.unit
    assert field.name.endswith(SUFFIXES.get(field.quantity.unit, ""))


@pytest.mark.parametrize(("kind", "field"), options)
def test_an_option_is_taken_up_to_both_bounds_and_left_out_beyond(kind: Kind, field: Field) -> None:
    low, high = field.bounds
    for value in (low, high):
        found = decoded(kind, **{field.name: value})
        assert found.dropped == ()
        assert getattr(found.reading, field.name) == value
    for value in (low - 0.5, high + 0.5):
        found = decoded(kind, **{field.name: value})
        assert found.dropped == (field.name,)
        assert getattr(found.reading, field.name) is None


@pytest.mark.parametrize(("kind", "field"), options)
@pytest.mark.parametrize("wrong", ["21", True, [], {}])
def test_an_option_that_is_no_number_is_left_out(kind: Kind, field: Field, wrong: Any) -> None:
    is_taken = wrong is True and field.quantity.or_bool
    assert decoded(kind, **{field.name: wrong}).dropped == (() if is_taken else (field.name,))
