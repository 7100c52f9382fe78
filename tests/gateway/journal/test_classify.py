"""What a message becomes, by topic, payload and retain flag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.classify import KEPT_PAYLOAD_BYTES, classify
from gateway.journal.entry import Note, RefusedMessage, decode_entry, encode_entry
from gateway.store.interface import Placed
from sensors.wire.reading import About, AirReading, PeopleReading
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

NOW_NS = 1_795_000_000_000_000_000
AIR = "luchtig/devices/de-kade/co2-03/air"


def test_a_reading_is_taken_with_its_own_time() -> None:
    taken = classify(
        AIR, b'{"ts":"2026-11-17T20:00:00.000Z","seq":7,"co2_ppm":812}', retained=False,
        arrived_ns=NOW_NS,
    )  # fmt: skip
    assert taken.what == AirReading(
        VenueSlug("de-kade"),
        DeviceSlug("co2-03"),
        1_794_945_600_000_000_000,
        NOW_NS,
        True,
        812.0,
        seq=7,
    )
    assert taken.dropped == ()


def test_what_was_left_out_is_named() -> None:
    taken = classify(AIR, b'{"co2_ppm":812,"humidity_pct":140}', retained=False, arrived_ns=NOW_NS)
    assert taken.what == AirReading(
        VenueSlug("de-kade"), DeviceSlug("co2-03"), NOW_NS, NOW_NS, False, 812.0
    )
    assert taken.dropped == ("humidity_pct",)


@pytest.mark.parametrize(
    ("leaf", "payload", "note"),
    [
        (
            "status",
            b"online",
            Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), NOW_NS, online=True),
        ),
        (
            "status",
            b"offline",
            Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), NOW_NS, online=False),
        ),
        (
            "about",
            b'{"model":"mh-z19b"}',
            Note(VenueSlug("de-kade"), DeviceSlug("co2-03"), NOW_NS, about=About("mh-z19b")),
        ),
    ],
)
@pytest.mark.parametrize("retained", [True, False])
def test_what_a_device_says_of_itself_may_be_retained(
    leaf: str, payload: bytes, note: Note, retained: bool
) -> None:
    topic = f"luchtig/devices/de-kade/co2-03/{leaf}"
    assert classify(topic, payload, retained=retained, arrived_ns=NOW_NS).what == note


@pytest.mark.parametrize(
    ("topic", "payload", "retained", "reason"),
    [
        (AIR, b'{"co2_ppm":800}', True, Reason.RETAINED),
        ("luchtig/devices/de-kade/co2-03", b"{}", False, Reason.BAD_TOPIC),
        ("luchtig/devices/de-kade/co2-03/air/x", b"{}", False, Reason.BAD_TOPIC),
        ("luchtig/devices/De-Kade/co2-03/air", b'{"co2_ppm":800}', False, Reason.BAD_TOPIC),
        ("luchtig/devices/de-kade/co2-03/light", b"{}", False, Reason.BAD_TOPIC),
        ("luchtig/devices/de-kade/co2-03/status", b"asleep", False, Reason.BAD_STATUS),
        ("luchtig/devices/de-kade/co2-03/about", b"[1]", False, Reason.NOT_OBJECT),
        ("luchtig/devices/de-kade/door-1/people", b"{}", False, Reason.MISSING_FIELD),
    ],
)
def test_a_refusal_keeps_topic_payload_and_reason(
    topic: str, payload: bytes, retained: bool, reason: Reason
) -> None:
    what = classify(topic, payload, retained=retained, arrived_ns=NOW_NS).what
    assert isinstance(what, RefusedMessage)
    assert (what.topic, what.payload, what.reason, what.at_ns) == (topic, payload, reason, NOW_NS)
    assert what.detail


def test_a_refused_payload_is_cut_short() -> None:
    what = classify(AIR, b"x" * 5_000, retained=False, arrived_ns=NOW_NS).what
    assert isinstance(what, RefusedMessage)
    assert what.reason is Reason.TOO_LARGE
    assert what.payload == b"x" * KEPT_PAYLOAD_BYTES


@given(
    topic=st.one_of(
        st.sampled_from([AIR, AIR.replace("air", "people"), AIR.replace("air", "about")]), st.text()
    ),
    payload=st.binary(max_size=200),
    retained=st.booleans(),
)
def test_any_message_becomes_something_the_journal_can_hold(
    topic: str, payload: bytes, retained: bool
) -> None:
    what = classify(topic, payload, retained=retained, arrived_ns=NOW_NS).what
    entry = Placed(RoomSlug("-"), what) if isinstance(what, AirReading | PeopleReading) else what
    assert decode_entry(encode_entry(entry)) == entry
