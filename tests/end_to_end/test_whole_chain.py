"""A quarter of an hour of De Kade at speed 60, with every fault in turn: exactly the good readings are in
InfluxDB afterwards. The whole day is `python -m bench.chain`.
"""

import statistics
import threading
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sensors.clock import started_at
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.topic import DeviceSlug
from tests.end_to_end.chain import (
    DE_KADE,
    Chain,
    check_all,
    every_fault,
    running_chain,
    use_clock,
)
from tests.end_to_end.wires import Behind, trouble_on_the_wires
from tests.servers import Broker, Influx, free_port, mosquitto, stop, wait_until

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MINUTE_NS = 60_000_000_000


def test_with_every_fault_in_turn_exactly_the_good_readings_are_stored(
    tmp_path: Path, broker: Broker, influx: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCHTIG_CLOCK", "")
    clock = started_at(datetime(2026, 11, 24, 9, 0, tzinfo=AMSTERDAM), 60)
    use_clock(clock)
    with running_chain(tmp_path, broker, influx, f"whole-{free_port()}", clock) as chain:
        begins_ns = -(-clock.now_ns() // MINUTE_NS) * MINUTE_NS + MINUTE_NS
        local = datetime.fromtimestamp(begins_ns / 1e9, AMSTERDAM)
        minutes = [f"{local.hour:02}:{local.minute + n:02}" for n in range(9)]
        faulty = every_fault(DE_KADE, minutes)
        until_ns, done = begins_ns + 10 * MINUTE_NS, threading.Event()
        others = threading.Thread(target=chain.play, args=(faulty, until_ns, done))
        others.start()
        try:
            trouble_on_the_wires(chain.wires, 0.6, done, chance=0.7, times=2)
            others.join()
        finally:
            done.set()
            others.join()
        stop(chain.venue.processes["sensor"])
        checked = check_all(chain, faulty, until_ns)
        assert min(checked.at_their_time, checked.at_arrival) > 100
        assert checked.of_wires > 20  # between faults that spoil two frames of three
        assert chain.outcome is not None
        assert (chain.outcome.unacknowledged, chain.outcome.lost) == (0, 0)
        for wire in chain.wires:
            assert chain.counted(wire.slug)[1] > 0, f"no bad frame of {wire.model} was counted"


def test_a_broker_that_was_away_costs_our_agent_nothing_and_others_a_gap(
    tmp_path: Path, influx: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCHTIG_CLOCK", "")
    clock = started_at(datetime(2026, 11, 24, 11, 0, tzinfo=AMSTERDAM), 20)
    use_clock(clock)
    port, folder = free_port(), tmp_path / "broker"
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        broker = first.enter_context(mosquitto(folder, port=port))
        database = f"away-{free_port()}"
        chain = stack.enter_context(running_chain(tmp_path, broker, influx, database, clock))
        behind = Behind(chain.wires, port)
        stack.callback(behind.close)
        until_ns, done = clock.now_ns() + 6 * MINUTE_NS, threading.Event()
        others = threading.Thread(target=chain.play, args=(DE_KADE, until_ns, done))
        others.start()
        stack.callback(others.join)
        stack.callback(done.set)
        wait_until(lambda: len(behind.noted) >= 20, "readings before")
        first.close()
        gone_ns = clock.now_ns()  # it took messages until it had ended
        told = len(chain.wires[0].sensor.told)
        wait_until(lambda: len(chain.wires[0].sensor.told) > told + 12, "two minutes without it")
        back_ns = clock.now_ns()
        stack.enter_context(mosquitto(folder, port=port))
        before = len(behind.noted)
        wait_until(lambda: behind.noted[before:] and behind.noted[-1] <= 1, "live values again")
        live = len(behind.noted)
        others.join()
        stop(chain.venue.processes["sensor"])
        assert statistics.median(behind.noted[live:]) <= 1
        checked = check_all(chain, DE_KADE, until_ns, broker_was_away=True)
        assert min(checked.of_wires, checked.at_their_time, checked.at_arrival) > 30
        for wire in chain.wires:
            kept = [at_ns for at_ns, _ in chain.stored(wire.key) if gone_ns < at_ns < back_ns]
            assert kept, wire.model
        for device in ("co2-01", "co2-02", "co2-05"):
            rows = chain.stored((DeviceSlug(device), "air"))
            assert not [at_ns for at_ns, _ in rows if gone_ns < at_ns < back_ns], device
        assert chain.outcome is not None
        assert chain.outcome.lost > 0
        assert chain.outcome.unacknowledged == 0
        chain.venue.start_dashboard()
        assert (
            _longest_gap_s(chain, "bibliotheek", gone_ns, back_ns) >= (back_ns - gone_ns) / 1e9 - 30
        )


def _longest_gap_s(chain: Chain, room: str, gone_ns: int, back_ns: int) -> float:
    """The longest that nothing is shown of a room's CO2 around the time in which it was not heard."""
    start, end = (to_wire(from_ns(at)) for at in (gone_ns - MINUTE_NS, back_ns + MINUTE_NS))
    spans = round((back_ns - gone_ns + 2 * MINUTE_NS) / 10e9)
    path = (
        f"/api/v1/rooms/de-kade/{room}/series?fields=co2_ppm&from={start}&to={end}&points={spans}"
    )
    shown = chain.venue.get(path)["co2_ppm"]["mean"]
    empty = ["." if one is None else "#" for one in shown]
    return 10.0 * max(map(len, "".join(empty).split("#")))
