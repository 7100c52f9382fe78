"""The models that can be simulated on a line: how each speaks, and the character it has."""

from collections.abc import Callable
from typing import Final

from firmware_sim.devices.serial_sensor import CHARACTERS, Sample, SerialSensor
from firmware_sim.devices.wire.cubic import SimCm1106
from firmware_sim.devices.wire.modbus import SimScd30, SimSenseAir, SimSunrise
from firmware_sim.devices.wire.printing import SimCounterLine, SimJsonLines
from firmware_sim.devices.wire.speaker import Speaker
from firmware_sim.devices.wire.winsen import SimMhz19

NowNs = Callable[[], int]
SPEAKERS: Final[dict[str, Callable[[SerialSensor, NowNs], Speaker]]] = {
    "mh-z19b": lambda sensor, _: SimMhz19(sensor.read_ppm),
    "mh-z19c": lambda sensor, _: SimMhz19(sensor.read_ppm),
    "senseair-s8": lambda sensor, _: SimSenseAir(sensor.read_ppm, sensor.is_warm),
    "senseair-k30": lambda sensor, _: SimSenseAir(sensor.read_ppm, sensor.is_warm),
    "senseair-sunrise": lambda sensor, _: SimSunrise(sensor.read, sensor.is_warm),
    "scd30": lambda sensor, _: SimScd30(sensor.read),
    "cm1106": lambda sensor, _: SimCm1106(sensor.read_ppm),
    "counter-line": lambda sensor, now_ns: SimCounterLine(sensor.read, now_ns),
    "lines": lambda sensor, now_ns: SimJsonLines(sensor.read, now_ns),
}


def serial_device(
    model: str, look: Callable[[], Sample], now_ns: NowNs, seed: int
) -> tuple[Speaker, SerialSensor]:
    """A device of that model in the room that ``look`` sees, as it speaks and as it measures.

    Raises:
        KeyError: there is no such model.

    """
    sensor = SerialSensor(look, now_ns, CHARACTERS[model], seed)
    return SPEAKERS[model](sensor, now_ns), sensor
