"""Whatever bytes come in: a value or an error of our own, never anything else.

``python -m bench.fuzz TARGET`` lets atheris (libFuzzer) look for what breaks that, from seeds of the
tests, until ``--seconds`` are over; an input that does is written to ``crash-…`` in the folder of what
it has learned (``.fuzz/TARGET``). What it finds becomes a row of tests/cases, or a test, and is mended.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import atheris
import msgspec

with atheris.instrument_imports(
    include=["gateway", "sensors", "icalendar", "recurring_ical_events"]
):
    from gateway.calendars.body import ends_whole
    from gateway.calendars.ical import NotACalendar, Period, TookTooLong, read_calendar
    from gateway.domain.room import NOWHERE
    from gateway.journal.classify import classify
    from gateway.journal.entry import decode_entry, encode_entry
    from gateway.store.interface import Placed
    from sensors.adapters.kinds import ADAPTERS
    from sensors.adapters.lorawan.models import MODELS
    from sensors.adapters.source import Source
    from sensors.adapters.translation import Translated, Translation
    from sensors.config import ConfigError, read_toml
    from sensors.protocols.event import Event, MeasuredAir, Noise
    from sensors.protocols.line_reader import LONGEST_LINE
    from sensors.protocols.mhz19 import FRAME_BYTES, Mhz19
    from sensors.venue.file import moment, parse_venues
    from sensors.wire.payload import (
        MAX_AHEAD_NS,
        Decoded,
        decode_about,
        decode_reading,
        decode_status,
        encode_reading,
    )
    from sensors.wire.reading import AirReading, PeopleReading
    from sensors.wire.topic import (
        DeviceSlug,
        DeviceTopic,
        VenueSlug,
        device_topic,
        parse_device_topic,
        parse_gateway_topic,
        parse_room_topic,
        room_topic,
    )
    from tests.sensors.adapters.published import PUBLISHED
    from tests.sensors.protocols.frames import DEVICES, NAMES_OF_COLUMNS


ROOT: Final = Path(__file__).parent.parent
AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
NOW: Final = datetime(2026, 11, 24, 8, tzinfo=UTC)
NOW_NS: Final = 1_795_507_200_000_000_000
SOURCES: Final[tuple[Mapping[str, object], ...]] = (
    *({"kind": kind, "model": "milesight-vs133"} for kind in ADAPTERS),
    *({"kind": kind, "model": model} for kind in ("tts", "chirpstack") for model in MODELS),
    {
        "kind": "mapping",
        "device": "{topic[1]}",
        "fields": {
            "co2_ppm": {"path": "$.lucht[0].co2", "scale": 2.5},
            "temperature_c": {"path": "t", "unit": "°F"},
            "passed_in": {"path": "in"},
            "motion": {"path": "pir"},
        },
        "ts": {"path": "om", "zone": "Europe/Amsterdam"},
    },
    {"kind": "mapping", "fields": {"co2_ppm": {"path": "$"}}},
)
"""Every adapter, and those that read what is configured with something configured."""
LONGEST_FRAME: Final = 260
SPAN: Final = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
EVENT_CPU_S: Final = 1.0
LONGEST_S: Final = 30
"""An input that takes longer is written down as a hang."""

Target = Callable[[bytes], None]


def payload(data: bytes) -> None:
    """A reading within the contract, which is the same when it is sent again; or a refusal."""
    for leaf in ("air", "people"):
        topic = DeviceTopic(VenueSlug("de-kade"), DeviceSlug("one"), leaf)
        answer = decode_reading(topic, data, NOW_NS, AMSTERDAM)
        if isinstance(answer, Decoded):
            reading = answer.reading
            assert reading.at_ns <= NOW_NS + MAX_AHEAD_NS
            again = decode_reading(topic, encode_reading(reading), NOW_NS)
            assert isinstance(again, Decoded)
            assert reading.at_ns - again.reading.at_ns in range(1_000_000)  # ms on the wire
            assert (again.dropped, again.reading.seq) == ((), reading.seq)
    decode_about(data)
    decode_status(data)


def topic(data: bytes) -> None:
    """Anything that the journal can hold; a topic that is one of ours is built again the same."""
    text, _, body = data.partition(b"\n")
    name = text.decode("utf-8", "replace")
    for retained in (False, True):
        what = classify(name, body, retained=retained, arrived_ns=NOW_NS).what
        entry = Placed(NOWHERE, what) if isinstance(what, AirReading | PeopleReading) else what
        assert decode_entry(encode_entry(entry)) == entry
    device = parse_device_topic(name)
    assert device is None or device_topic(device.venue, device.device, device.leaf) == name
    room = parse_room_topic(name)
    assert room is None or room_topic(room.venue, room.room, room.leaf) == name
    parse_gateway_topic(name)


def calendar(data: bytes) -> None:
    """Meetings of the span that end after they begin, or no calendar."""
    ends_whole(data)
    for charset in ("", "iso-8859-1"):
        try:
            read = read_calendar(data, SPAN, AMSTERDAM, _patience, charset)
        except NotACalendar:
            continue
        for one in read.occurrences:
            assert one.start < one.end, one
            assert one.start < SPAN.end, one
            assert one.end > SPAN.start, one
            one.title.encode("utf-8")
            one.location.encode("utf-8")


def venue(data: bytes) -> None:
    """The venues of a file, whose times can be worked out; or its mistakes, a line each."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        try:
            venues = parse_venues(read_toml(Path(file.name)), "venue.toml", ("nl", "en", "de"))
        except ConfigError:
            return
    for one in venues:
        zone = ZoneInfo(one.timezone)
        for meeting in one.meeting:
            assert moment(meeting.start, NOW, zone) is not None
            assert moment(meeting.end, NOW, zone) is not None


def adapters(data: bytes) -> None:
    """Any message of any maker, first line the topic: what a device of ours would send, or a refusal."""
    topic, _, body = data.partition(b"\n")
    text = topic.decode("utf-8", "replace")
    for given in SOURCES:
        source = msgspec.convert({"filter": "+/#", "venue": "de-kade", **given}, Source)
        made = Translation()
        said = made.take(source, text, body, retained=False, arrived_ns=NOW_NS, monotonic_s=0.0)
        for one in (*said, *made.due(10.0)):
            if isinstance(one, Translated):
                assert parse_device_topic(one.topic) is not None
                classify(one.topic, one.payload, retained=False, arrived_ns=NOW_NS)
    for decode in MODELS.values():
        assert isinstance(decode(data, None), dict)


def protocols(data: bytes) -> None:
    """Any bytes to a device that has just asked, which the first one chooses: the same however they are
    cut, little of it kept, and behind them a whole answer is read.
    """
    device = DEVICES[data[0] % len(DEVICES)] if data else DEVICES[0]
    lines = device.answer.endswith(b"\n")
    whole, bytewise = device.ready(), device.ready()
    events = whole.feed(data[1:])
    dropwise = [event for byte in data[1:] for event in bytewise.feed(bytes([byte]))]
    assert _frames(events) == _frames(dropwise), device.name
    most = LONGEST_LINE if lines else LONGEST_FRAME
    assert len(whole._kept) <= most, device.name  # type: ignore[attr-defined]  # noqa: SLF001
    if device.steps:  # the step it was at may be spoilt: it begins again
        return
    end = b"\n" + NAMES_OF_COLUMNS if lines else bytes(2 * LONGEST_FRAME)
    whole.feed(end)
    whole.request()
    # A broken frame that ends in an answer takes that one along, not the next.
    assert device.measured in whole.feed(device.answer + end + device.answer), device.name


def mhz19(data: bytes) -> None:
    """The same measurements whole and byte by byte; every byte is in a frame, noise, or kept."""
    whole, bytewise = Mhz19(), Mhz19()
    events = whole.feed(data)
    dropwise = [event for byte in data for event in bytewise.feed(bytes([byte]))]
    assert _frames(events) == _frames(dropwise)
    behind = events + whole.feed(bytes(2 * FRAME_BYTES) + _reply(1234))
    assert MeasuredAir(1234.0) in behind


def _frames(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Noise)]


def _reply(co2_ppm: int) -> bytes:
    body = bytes((0x86, *divmod(co2_ppm, 256), 0, 0, 0, 0))
    return bytes((0xFF, *body, -sum(body) % 256))


@contextmanager
def _patience() -> Iterator[None]:
    """As the process that reads calendars has it with each event."""
    signal.setitimer(signal.ITIMER_PROF, EVENT_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _give_up(*_: object) -> None:
    raise TookTooLong


def _readings() -> Iterator[bytes]:
    for ts in ("2026-11-23T20:00:00.000Z", "2026-11-23 21:00:00+0100", "2026-10-25T02:30:00",
               1_795_464_000, 1_795_464_000_123.5, 0, "", None):  # fmt: skip
        yield json.dumps({"ts": ts, "seq": 123, "co2_ppm": 812, "temperature_c": 21.4}).encode()
    yield b'{"count":14}'
    yield b'{"in_total":120,"out_total":97}'
    yield b'{"model":"scd41","firmware":"1.2","interval_s":30,"room":"grote-zaal","error_pct":3}'
    yield b"online"


def _topics() -> Iterator[bytes]:
    for leaf in ("air", "people", "status", "about"):
        for body in _readings():
            yield f"luchtig/devices/de-kade/co2-03/{leaf}\n".encode() + body
    yield b"luchtig/rooms/de-kade/serre/state\n{}"
    yield b"luchtig/gateways/luchtig-gateway/status\noffline"


def _messages_of_makers() -> Iterator[bytes]:
    for one in PUBLISHED.values():
        for topic, body in one.messages:
            yield topic.encode() + b"\n" + body


def _files(*patterns: str) -> Iterator[bytes]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_bytes()


def _frames_of_a_sensor() -> Iterator[bytes]:
    yield _reply(812)
    yield _reply(812)[4:] + _reply(65_535) + b"\xff\x86" + _reply(400)
    yield Mhz19().request()


def _answers_of_devices() -> Iterator[bytes]:
    for number, device in enumerate(DEVICES):
        said = (device.answer, device.broken + device.answer[:3] + device.answer, *device.steps)
        yield from (bytes([number]) + one for one in said)


TARGETS: Final[dict[str, tuple[Target, Callable[[], Iterator[bytes]]]]] = {
    "payload": (payload, _readings),
    "topic": (topic, _topics),
    "calendar": (
        calendar, lambda: _files("tests/cases/calendars/*.ics", "tests/gateway/calendars/exports/*"),
    ),
    "venue": (venue, lambda: _files("firmware_sim/scenario/scenarios/*.toml", "docs/**/*.toml")),
    "mhz19": (mhz19, _frames_of_a_sensor),
    "protocols": (protocols, _answers_of_devices),
    "adapters": (adapters, _messages_of_makers),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--learned", type=Path, default=ROOT / ".fuzz", help="the folder it keeps")
    arguments = parser.parse_args()
    run, seeds = TARGETS[arguments.target]
    learned: Path = arguments.learned / arguments.target
    learned.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (learned / f"seed-{number}").write_bytes(seed)
    signal.signal(signal.SIGPROF, _give_up)
    options = [
        f"-max_total_time={arguments.seconds}", f"-timeout={LONGEST_S}", "-rss_limit_mb=2048",
        f"-artifact_prefix={learned.parent}/{arguments.target}-", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(learned)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
