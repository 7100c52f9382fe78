import itertools
import json

from bench.ingest.flood import Flood
from bench.ingest.packets import Packets
from sensors.wire.instant import from_wire


def test_a_round_of_all_rooms_comes_after_the_other() -> None:
    assert list(Flood(2, 2).order()) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_of_a_burst_a_room_sends_several_together() -> None:
    flood = Flood(2, 3, burst=2)
    assert list(flood.order()) == [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1)]


def test_readings_are_four_seconds_apart_and_those_before_them_older() -> None:
    flood = Flood(1, 3, ago_s=60.0)
    made = [
        json.loads(packet.body[packet.body.index(b"{") :])
        for one in (flood.first_of_all(), flood)
        for _, _, said in one.made()
        for packet in Packets().feed(said)
    ]
    at = [from_wire(body["ts"]).timestamp() for body in made]
    assert [round(b - a, 1) for a, b in itertools.pairwise(at[1:])] == [4.0, 4.0]
    assert at[0] < at[1]
    assert [body["seq"] for body in made] == [0, 0, 1, 2]


def test_live_readings_carry_the_time_at_which_they_are_due() -> None:
    made = Flood(2, 2, rate=4.0, live=True).made()
    at = [from_wire(ts).timestamp() for _, ts, _ in made]
    assert [round(b - a, 2) for a, b in itertools.pairwise(at)] == [0.25] * 3
    assert [room for room, _, _ in made] == ["room-00000", "room-00001"] * 2
