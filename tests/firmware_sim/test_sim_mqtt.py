"""The simulator against a real Mosquitto."""

import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from firmware_sim.device_events import device_events
from firmware_sim.event import ConnectionBack, ConnectionLost, DeviceMessage
from firmware_sim.fleet import BrokerRefused, Fleet, Stopped
from firmware_sim.recording import parse_map, read_recording
from firmware_sim.replay import Part, Replayed, Times, run_replay, shifted
from firmware_sim.scenario.scenario import parse_scenario
from firmware_sim.station import Identity, own_station
from firmware_sim.venue import PlayedSpan, SentTotals, run_venue
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.payload import Decoded, decode_reading
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug, parse_device_topic
from tests.acl import mosquitto_with_rules
from tests.firmware_sim.listener import Listener, listening
from tests.firmware_sim.scenarios import SECOND_NS, local_ns, tables
from tests.gateway.brokers import amqtt_broker
from tests.recordings import recording
from tests.scripted_broker import Script, ScriptedBroker
from tests.servers import Broker, free_port, mosquitto, wait_until


def venue_tables(slug: str, **sim: Any) -> dict[str, Any]:
    """A venue of its own for each test: they share a broker, and its retained messages."""
    given = tables(**sim)
    given["venue"][0]["slug"] = slug
    return given


def clock_at(now_ns: int, speed: float = 1.0) -> Clock:
    return Clock(now_ns, time.time_ns(), speed)


def silent(_line: str) -> None:
    """For what a person would be told."""


def play(
    broker: Broker, given: dict[str, Any], clock: Clock, span: PlayedSpan, directory: Path
) -> SentTotals:
    return run_venue(
        parse_scenario(given, "t"), BrokerSettings(url=broker.url), directory, clock, span,
        threading.Event(), silent,
    )  # fmt: skip


def readings_of(listener: Listener) -> Counter[tuple[str, str, str]]:
    """What was heard, by device, kind and the reading's own time; all of it can be read."""
    found: Counter[tuple[str, str, str]] = Counter()
    for heard in list(listener.messages):
        topic = parse_device_topic(heard.topic)
        if topic is None or topic.leaf in ("status", "about"):
            continue
        decoded = decode_reading(topic, heard.payload, 2**62)
        assert isinstance(decoded, Decoded)
        found[topic.device, topic.leaf, to_wire(from_ns(decoded.reading.at_ns))] += 1
    return found


class TestVenue:
    def test_the_hours_before_now_arrive_complete_and_go_on_in_step(
        self, broker: Broker, tmp_path: Path
    ) -> None:
        now_ns = local_ns(10)
        given = venue_tables("complete")
        until_ns = now_ns + 1200 * SECOND_NS  # 1 s of wall time at this speed
        with listening(broker, "luchtig/devices/complete/#") as listener:
            outcome = play(
                broker, given, clock_at(now_ns, 1200), PlayedSpan(3600, until_ns), tmp_path
            )
            planned = [
                (e.device, e.leaf, str(msgspec.json.decode(e.payload)["ts"]))
                for e in device_events(
                    parse_scenario(given, "t"), now_ns - 3600 * SECOND_NS, until_ns
                )
                if isinstance(e, DeviceMessage) and e.at_ns > now_ns - 3595 * SECOND_NS
            ]
            assert len(planned) > 700
            wait_until(lambda: not set(planned) - set(readings_of(listener)), "all readings")
            heard = readings_of(listener)
        assert outcome.unacknowledged == 0
        assert outcome.sent == sum(heard.values())
        assert set(heard.values()) == {1}

    def test_each_device_introduces_itself_and_says_goodbye(
        self, broker: Broker, tmp_path: Path
    ) -> None:
        with listening(broker, "luchtig/devices/birth/#") as listener:
            now_ns = local_ns(10)
            play(broker, venue_tables("birth"), clock_at(now_ns), PlayedSpan(60, now_ns), tmp_path)
            wait_until(lambda: len(listener.on("/status")) == 6, "births and goodbyes")
        for device in ("air-1", "count-1", "door-1"):
            assert listener.on(f"birth/{device}/status") == [b"online", b"offline"]
        assert msgspec.json.decode(listener.on("birth/air-1/about")[0]) == {
            "model": "sim-co2", "firmware": "luchtig-sim", "interval_s": 10.0, "room": "zaal",
        }  # fmt: skip
        with listening(broker, "luchtig/devices/birth/+/status") as later:
            wait_until(lambda: len(later.messages) == 3, "the retained statuses")
        assert {heard.payload for heard in later.messages} == {b"offline"}
        assert all(heard.retained for heard in later.messages)

    def test_a_device_keeps_the_order_of_its_readings(self, broker: Broker, tmp_path: Path) -> None:
        with listening(broker, "luchtig/devices/order/air-1/air") as listener:
            now_ns = local_ns(10)
            play(
                broker, venue_tables("order"), clock_at(now_ns), PlayedSpan(3600, now_ns), tmp_path
            )
            wait_until(lambda: len(listener.messages) >= 360, "all readings")
        seqs = [msgspec.json.decode(payload)["seq"] for payload in listener.on("/air")]
        assert seqs == sorted(seqs)

    def test_a_lost_sensor_is_told_by_its_last_will_and_its_backlog_follows(
        self, broker: Broker, tmp_path: Path
    ) -> None:
        fault = {"kind": "offline", "start": "09:20", "end": "09:40"}
        given = venue_tables("lost", device=[{"device": "air-1", "fault": [fault]}])
        with listening(broker, "luchtig/devices/lost/air-1/#") as listener:
            now_ns = local_ns(10)
            play(broker, given, clock_at(now_ns), PlayedSpan(3600, now_ns), tmp_path)
            wait_until(lambda: len(listener.on("/status")) == 4, "the last goodbye")
            wait_until(lambda: len(readings_of(listener)) >= 359, "the backlog")
        assert listener.on("/status") == [b"online", b"offline", b"online", b"offline"]
        first_offline = [h.payload for h in listener.messages].index(b"offline")
        before = [h for h in listener.messages[:first_offline] if h.topic.endswith("/air")]
        assert 115 <= len(before) <= 121

    def test_broken_bytes_arrive_as_they_are(self, broker: Broker, tmp_path: Path) -> None:
        fault = {"kind": "nan", "probability": 1.0}
        given = venue_tables("nan", device=[{"device": "air-1", "fault": [fault]}])
        with listening(broker, "luchtig/devices/nan/air-1/air") as listener:
            now_ns = local_ns(10)
            play(broker, given, clock_at(now_ns), PlayedSpan(60, now_ns), tmp_path)
            wait_until(lambda: len(listener.messages) == 6, "six readings")
        assert all(b'"co2_ppm":NaN' in payload for payload in listener.on("/air"))


def message(number: int, device: DeviceSlug = DeviceSlug("d")) -> DeviceMessage:
    return DeviceMessage(
        number, VenueSlug("fleet"), device, "air", b'{"co2_ppm":%d}' % (400 + number)
    )


class TestFleet:
    def fleet(
        self, url: str | tuple[str, ...], directory: Path, stop: threading.Event, n: int = 1
    ) -> Fleet:
        names = ["d", *(f"d{i}" for i in range(1, n))]
        stations = [
            own_station(Identity(VenueSlug("fleet"), DeviceSlug(name), About())) for name in names
        ]
        return Fleet(BrokerSettings(url=url), directory, stations, stop)

    def test_a_broker_that_goes_away_loses_nothing(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        port = free_port()
        stop = threading.Event()
        expected = {b'{"co2_ppm":%d}' % (400 + number) for number in range(300)}
        with self.fleet(f"mqtt://127.0.0.1:{port}", tmp_path, stop) as fleet:
            with mosquitto(tmp_path / "broker", port=port) as first:
                fleet.connect()
                with listening(first, "luchtig/devices/fleet/d/air") as listener:
                    for number in range(150):
                        fleet.do(message(number))
                    fleet.settle()
                    wait_until(lambda: len(listener.messages) == 150, "the first half")
                    heard = set(listener.on("/air"))
            fleet.do(message(150))  # nobody is there to take it, and the fleet does not know yet
            wait_until(lambda: noticed(fleet, caplog), "the fleet to notice")
            with (
                mosquitto(tmp_path / "broker", port=port) as second,
                listening(second, "luchtig/devices/fleet/d/air") as listener,
            ):
                for number in range(151, 300):
                    fleet.do(message(number))
                fleet.settle()
                wait_until(lambda: heard | set(listener.on("/air")) >= expected, "the rest")
        away, back = (r.message for r in caplog.records if r.name == "firmware_sim.fleet")
        assert " is away (" in away
        assert back == f"broker mqtt://127.0.0.1:{port} is back"

    def test_where_one_address_dies_the_next_takes_the_rest(self, tmp_path: Path) -> None:
        dead = f"mqtt://127.0.0.1:{free_port()}"
        with ExitStack() as stack, ExitStack() as dies:
            second = stack.enter_context(mosquitto(tmp_path / "b"))
            heard = stack.enter_context(listening(second, "luchtig/devices/fleet/d/air"))
            first = dies.enter_context(mosquitto(tmp_path / "a"))
            urls = (dead, first.url, second.url)
            fleet = stack.enter_context(self.fleet(urls, tmp_path, threading.Event(), n=3))
            fleet.connect()
            fleet.do(message(0))
            fleet.settle()
            dies.close()
            for number in range(1, 20):
                fleet.do(message(number))
            fleet.settle()
            expected = {b'{"co2_ppm":%d}' % (400 + number) for number in range(2, 20)}
            wait_until(lambda: set(heard.on("/air")) >= expected, "the rest")

    def test_stopping_is_heard_while_the_broker_is_away(self, tmp_path: Path) -> None:
        stop = threading.Event()
        threading.Timer(0.3, stop.set).start()
        url = f"mqtt://127.0.0.1:{free_port()}"
        with self.fleet(url, tmp_path, stop) as fleet, pytest.raises(Stopped):
            fleet.connect()

    def test_a_broker_that_refuses_the_login_is_not_asked_again(self, tmp_path: Path) -> None:
        extra = "allow_anonymous false\npassword_file /dev/null\n"
        with (
            mosquitto(tmp_path / "broker", extra=extra) as closed,
            self.fleet(closed.url, tmp_path, threading.Event()) as fleet,
            pytest.raises(BrokerRefused, match="Not authorized"),
        ):
            fleet.connect()

    def test_what_the_broker_refuses_is_said_once_and_stays_unacknowledged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        script = Script(puback=lambda packet: 0x87 if packet.topic.endswith("/d/air") else 0)
        with (
            ScriptedBroker(script).serving() as broker,
            self.fleet(broker.url, tmp_path, threading.Event(), n=2) as fleet,
        ):
            fleet.connect()
            for number in range(10):
                fleet.do(message(number))
                fleet.do(message(number, DeviceSlug("d1")))
            fleet.settle()
            wait_until(lambda: noticed(fleet, caplog), "the complaint")
            assert fleet.unacknowledged == 10
            assert broker.published("luchtig/devices/fleet/d1/air") == 10
            before = broker.published("luchtig/devices/fleet/d/air")
            script.puback = lambda _packet: 0
            wait_until(lambda: noticed(fleet, caplog) and not fleet.unacknowledged, "the rest")
            assert broker.published("luchtig/devices/fleet/d/air") >= before + 10
        first = caplog.records[0].message
        assert "PUBACK 0x87" in first
        assert "`topic write luchtig/devices/fleet/d/#`" in first
        assert len([r for r in caplog.records if "refuses" in r.message]) == 1

    def test_access_rules_of_a_real_broker_are_heard(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with (
            mosquitto_with_rules(tmp_path / "b", "topic read luchtig/#") as broker,
            self.fleet(broker.url, tmp_path, threading.Event()) as fleet,
        ):
            fleet.connect()
            fleet.do(message(1))
            fleet.settle()
            wait_until(lambda: noticed(fleet, caplog), "the complaint")
            assert fleet.unacknowledged == 3, "the reading, and what the device says of itself"

    @pytest.mark.parametrize("code", [0x85, 0x86, 0x8A], ids=["client id", "login", "banned"])
    def test_a_no_to_the_connection_ends_it_with_what_to_do(
        self, tmp_path: Path, code: int
    ) -> None:
        with (
            ScriptedBroker(Script(connack=lambda _packet: code)).serving() as broker,
            self.fleet(broker.url, tmp_path, threading.Event()) as fleet,
            pytest.raises(BrokerRefused, match=f"CONNACK 0x{code:02x}, .*: .*broker"),
        ):
            fleet.connect()

    def test_a_broker_that_keeps_no_retained_messages_is_worked_with(self, tmp_path: Path) -> None:
        with (
            mosquitto(tmp_path / "b", extra="retain_available false\n") as broker,
            self.fleet(broker.url, tmp_path, threading.Event()) as fleet,
        ):
            fleet.connect()
            fleet.do(message(1))
            fleet.settle()
            assert fleet.unacknowledged == 0

    def test_a_broker_that_speaks_3_1_1_alone_is_spoken_to_in_that(self, tmp_path: Path) -> None:
        with (
            amqtt_broker(tmp_path) as broker,
            self.fleet(broker.url, tmp_path, threading.Event(), n=5) as fleet,
        ):
            fleet.connect()
            fleet.do(message(1))
            fleet.settle()
            assert fleet.unacknowledged == 0

    def test_hundreds_of_devices_have_a_connection_and_a_will_each(
        self, broker: Broker, tmp_path: Path
    ) -> None:
        with listening(broker, "luchtig/devices/fleet/+/status") as listener:
            with self.fleet(broker.url, tmp_path, threading.Event(), n=300) as fleet:
                fleet.connect()
                fleet.do(ConnectionLost(0, VenueSlug("fleet"), DeviceSlug("d7")))
                wait_until(lambda: b"offline" in listener.on("/d7/status"), "the last will")
                assert [h.topic for h in listener.messages if h.payload == b"offline"] == [
                    "luchtig/devices/fleet/d7/status"
                ]
                fleet.do(ConnectionBack(0, VenueSlug("fleet"), DeviceSlug("d7")))
                fleet.do(message(1, DeviceSlug("d7")))
                fleet.settle()
            wait_until(lambda: len(listener.on("/status")) == 602, "births, one will, goodbyes")
        assert listener.on("/d7/status") == [b"online", b"offline", b"online", b"offline"]


def noticed(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the fleet has said that its broker is away; serves it first."""
    fleet.pump(0.01)
    return bool(caplog.records)


class TestReplay:
    @pytest.mark.parametrize(
        ("file", "columns", "times"),
        [
            (
                "windesheim/windesheim-999169.csv",
                "ts=ts,co2_ppm=co2_scd41_ppm,count=people_xovis",
                Times.ORIGINAL,
            ),
            (
                "uci864/Occupancy_Estimation.csv",
                "ts=Date+Time,co2_ppm=S5_CO2,count=Room_Occupancy_Count",
                Times.ENDING_NOW,
            ),
        ],
        ids=["windesheim", "uci864"],
    )
    def test_a_recording_arrives_complete(
        self, broker: Broker, tmp_path: Path, file: str, columns: str, times: Times
    ) -> None:
        rows = read_recording(recording(file), parse_map(columns), ZoneInfo("UTC"))
        rows = shifted(rows, times, local_ns(12))
        venue = file.partition("/")[0]
        with listening(broker, f"luchtig/devices/{venue}/#") as listener:
            done = run_replay(
                rows, Part(VenueSlug(venue), DeviceSlug("co2"), DeviceSlug("people"), RoomSlug("zaal")), BrokerSettings(url=broker.url),
                tmp_path, None, threading.Event(), silent,
            )  # fmt: skip
            wait_until(lambda: len(readings_of(listener)) == done.planned, "the whole recording")
            heard = readings_of(listener)
        air = sum(row.co2_ppm is not None for row in rows)
        people = sum(row.count is not None for row in rows)
        assert done == Replayed(air, people, air + people, repeated=0, unacknowledged=0)
        assert done.complete
        assert Counter(kind for _, kind, _ in heard) == {"air": air, "people": people}
