"""As many rooms as one asks for, from one process."""

import threading
import tomllib
from collections import Counter
from itertools import islice
from pathlib import Path

from firmware_sim.device_events import device_events
from firmware_sim.event import DeviceMessage
from firmware_sim.scenario.many import many_rooms, venue_file
from firmware_sim.station import MOST_CONNECTIONS, stations_of
from firmware_sim.venue import PlayedSpan, identities, run_venue
from sensors.config import BrokerSettings
from sensors.venue.file import parse_venues
from sensors.wire.topic import device_topic
from tests.firmware_sim.listener import listening
from tests.firmware_sim.scenarios import SECOND_NS, local_ns
from tests.firmware_sim.test_sim_mqtt import clock_at, silent
from tests.servers import Broker, wait_until


def test_rooms_are_dealt_to_venues_and_are_the_same_for_the_same_seed() -> None:
    scenario = many_rooms(70, 7, seed=3)
    assert scenario == many_rooms(70, 7, seed=3)
    assert Counter(room.venue for room in scenario.rooms) == {
        f"venue-{n:03}": 10 for n in range(1, 8)
    }
    assert sum("count" in device.measures for device in scenario.devices) == 14


def test_its_file_is_one_for_import() -> None:
    scenario = many_rooms(12, 3, seed=1)
    venues = parse_venues(tomllib.loads("".join(venue_file(scenario))), "many")
    hung = {(venue.slug, device.slug, device.room) for venue in venues for device in venue.device}
    assert hung == {(device.venue, device.slug, device.room) for device in scenario.devices}


def test_it_begins_at_once_and_not_by_living_through_the_morning() -> None:
    scenario = many_rooms(2_000, 1, seed=1)
    first = list(islice(device_events(scenario, local_ns(23)), 100))
    assert all(local_ns(23) <= event.at_ns < local_ns(23) + SECOND_NS for event in first)


def test_many_devices_share_connections_and_few_have_one_each() -> None:
    few = stations_of(identities(many_rooms(MOST_CONNECTIONS, 1, seed=1)))
    assert len(few) == MOST_CONNECTIONS
    assert all(station.will is not None for station in few)
    many = stations_of(identities(many_rooms(10_000, 20, seed=1)))
    assert len(many) == 20
    assert sum(len(station.speaks_for) for station in many) == 10_000


def test_devices_that_share_a_connection_say_all_that_they_have_to(
    broker: Broker, tmp_path: Path
) -> None:
    scenario = many_rooms(MOST_CONNECTIONS + 100, 2, seed=1)
    now_ns = local_ns(10)
    with listening(broker, "luchtig/devices/venue-001/#") as listener:
        run_venue(
            scenario, BrokerSettings(url=broker.url), tmp_path, clock_at(now_ns),
            PlayedSpan(30, now_ns), threading.Event(), silent,
        )  # fmt: skip
        wait_until(lambda: listener.on("/status").count(b"offline") == 500, "the goodbyes")
    planned = {
        (device_topic(event.venue, event.device, event.leaf), event.payload)
        for event in device_events(scenario, now_ns - 20 * SECOND_NS, now_ns)
        if isinstance(event, DeviceMessage) and event.venue == "venue-001"
    }
    heard = Counter(
        (h.topic, h.payload) for h in listener.messages if h.topic.endswith(("/air", "/people"))
    )
    # The clock goes on while it connects: the first seconds are of another start.
    assert {topic for topic, _ in planned} <= {topic for topic, _ in heard}
    assert max(heard.values()) == 1
    assert listener.on("/status").count(b"online") == 500
