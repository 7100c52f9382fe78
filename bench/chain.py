"""A whole day of De Kade through the whole chain, with every fault again and again: what of it was lost?

    python -m bench.chain [--hours 14.5] [--speed 60] [--models mh-z19b senseair-s8 scd30 counter-line]

Pseudo-terminals that an agent reads and six kinds of other makers' devices, through Mosquitto and a gateway
into InfluxDB, from 07:00 on. Every quarter of an hour of the day each device has one fault for a minute, in
turn, and the lines have theirs all day. It ends with an error where the store holds anything but exactly
the good readings.
"""

import argparse
import tempfile
import threading
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sensors.clock import started_at
from sensors.wire.instant import to_ns
from tests.end_to_end.chain import (
    DE_KADE,
    SERIAL,
    check_all,
    every_fault,
    running_chain,
    use_clock,
)
from tests.end_to_end.wires import trouble_on_the_wires
from tests.servers import influxd, mosquitto, stop

BEGINS = datetime(2026, 11, 24, 6, 58, tzinfo=ZoneInfo("Europe/Amsterdam"))
EVERY = timedelta(minutes=15)
LINE_FAULT_S = 2.0
CHANCE = 0.1


def main() -> None:
    asked = argparse.ArgumentParser(description="a whole day through the whole chain")
    asked.add_argument("--hours", type=float, default=14.5)
    asked.add_argument("--speed", type=float, default=60.0)
    asked.add_argument("--models", nargs="+", default=list(SERIAL), help="on the lines")
    given = asked.parse_args()
    ends = BEGINS + timedelta(hours=given.hours)
    begins = [BEGINS + EVERY * n for n in range(1, round(given.hours * 4))]
    faulty = every_fault(DE_KADE, [f"{at:%H:%M}" for at in begins])
    clock = started_at(BEGINS, given.speed)
    use_clock(clock)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="luchtig-chain-")))
        broker = stack.enter_context(mosquitto(folder / "broker"))
        influx = stack.enter_context(influxd(folder / "influxd"))
        models = {model: SERIAL.get(model, "bibliotheek") for model in given.models}
        chain = stack.enter_context(running_chain(folder, broker, influx, "day", clock, models))
        done = threading.Event()
        others = threading.Thread(target=chain.play, args=(faulty, to_ns(ends), done))
        others.start()
        stack.callback(others.join)
        stack.callback(done.set)
        while others.is_alive():
            trouble_on_the_wires(chain.wires, LINE_FAULT_S, done, CHANCE)
        stop(chain.venue.processes["sensor"])
        checked = check_all(chain, faulty, to_ns(ends))
        bad = {wire.model: chain.counted(wire.slug)[1] for wire in chain.wires}
        assert chain.outcome is not None
        print(
            f"{checked.of_wires} readings of our agent ({bad} bad frames), {checked.at_their_time} of "
            f"others at their own time, {checked.at_arrival} at their arrival; others sent "
            f"{chain.outcome.sent} messages, {chain.outcome.lost} lost. None is missing, none too many."
        )


if __name__ == "__main__":
    main()
