import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.protocols.checksum import complement_sum


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        pytest.param("01 86 00 00 00 00 00", 0x79, id="MH-Z19 read request (manual page 7)"),
        pytest.param("86 02 20 00 00 00 00", 0x58, id="MH-Z19 reply of 544 ppm (manual page 7)"),
        pytest.param("01 79 a0 00 00 00 00", 0xE6, id="MH-Z19 self-calibration on"),
        pytest.param("11 01 01", 0xED, id="Cubic CM1106 read request"),
        pytest.param("", 0x00, id="nothing"),
        pytest.param("00", 0x00, id="a zero, where the complement would not fit a byte"),
    ],
)
def test_complement_sum_of_frames_from_the_manuals(frame: str, expected: int) -> None:
    assert complement_sum(bytes.fromhex(frame)) == expected


@given(st.binary(max_size=64))
def test_data_and_its_checksum_sum_to_a_multiple_of_256(data: bytes) -> None:
    assert (sum(data) + complement_sum(data)) % 256 == 0


@given(st.binary(min_size=1, max_size=16), st.data())
def test_one_changed_byte_is_always_noticed(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(data) - 1))
    changed = bytearray(data)
    changed[at] ^= draw.draw(st.integers(1, 255))
    assert complement_sum(bytes(changed)) != complement_sum(data)
