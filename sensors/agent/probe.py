"""What hangs on the serial ports of this machine, and on the I2C bus of its pins: each port is opened, each
way of speaking tried.

Asked with the wrong words a sensor says nothing, so the order matters little; what answers is known by
a whole, checked frame. Some cannot be told apart by what they say, and that is told.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from typing import Final

from serial.tools import list_ports

from sensors.agent.conversation import I2cConversation, OpenPort
from sensors.agent.i2c import I2C_BUSES, I2C_HEADER, WHAT_IS_MISSING, OpenBus, has_driver, open_bus
from sensors.agent.models import I2C_MODELS, MODELS, Model
from sensors.agent.port import PortError
from sensors.protocols.event import BadFrame, Measured, MeasuredAir, MeasuredPeople, Next, NotYet

_BY_ID: Final = Path("/dev/serial/by-id")
_LISTEN_S: Final = 2.5
ALIKE: Final = {
    "mh-z19b": ("mh-z19c",),
    "senseair-s8": ("senseair-k30", "senseair-sunrise"),
}
"""Models that answer the first one's question as well."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a port said: a model and its first value, or neither and why."""

    port: str
    model: Model | None
    said: str


def ports() -> list[str]:
    """The serial ports of this machine, each by the name that lasts, and the bus of its pins."""
    lasting = {link.resolve(): link for link in sorted(_BY_ID.glob("*"))} if _BY_ID.is_dir() else {}
    header = [I2C_HEADER] if Path(I2C_HEADER).exists() else []
    return header + [
        str(lasting.get(Path(port.device).resolve(), port.device)) for port in list_ports.comports()
    ]


def probe(names: Iterable[str], open_port: OpenPort, open_bus: OpenBus = open_bus) -> list[Found]:
    """What answers on each port; on a bus that may be more than one."""
    return [
        found
        for name in names
        for found in (
            _probe_bus(name, open_bus) if name.startswith(I2C_BUSES) else [_probe(name, open_port)]
        )
    ]


def _probe_bus(name: str, open_bus: OpenBus) -> list[Found]:
    if not has_driver():
        return [Found(name, None, WHAT_IS_MISSING)]
    found = []
    try:
        for model in I2C_MODELS:
            said = _ask_on_bus(name, model, open_bus)
            if said:
                found.append(Found(name, model, said))
    except PortError as error:
        return [Found(name, None, str(error))]
    return found or [Found(name, None, "nothing that is known answers")]


def _ask_on_bus(name: str, model: Model, open_bus: OpenBus) -> str:
    assert model.i2c is not None  # noqa: S101 - of a row of these models
    bus = open_bus(name)
    talk = I2cConversation(name, model.name, bus, model.i2c.on(bus))
    with closing(talk):
        for events in talk.ask(0.0, Flag()):
            for event in events:
                match event:
                    case MeasuredAir():
                        return _shown(event)
                    case NotYet():
                        return "nothing new yet"
                    case BadFrame(why=why):
                        return why
    return ""


def _probe(name: str, open_port: OpenPort) -> Found:
    alike = {other for others in ALIKE.values() for other in others}
    asked = [model for model in MODELS if not model.prints and model.name not in alike]
    printing = [model for model in MODELS if model.prints and model.protocol is not None]
    try:
        for model in (*asked, *printing):
            said = _try(name, model, open_port)
            if said:
                return Found(name, model, said)
    except PortError as error:
        return Found(name, None, str(error))
    return Found(name, None, "nothing that is known answers")


def _try(name: str, model: Model, open_port: OpenPort) -> str:
    """What the device says in that model's words; nothing where it does not know them."""
    assert model.protocol is not None  # noqa: S101 - lines are read by a configuration
    protocol = model.protocol()
    with closing(open_port(name, model.baud)) as port:
        port.discard_input()
        within_s = _LISTEN_S if model.prints else model.reply_within_s
        until_s = time.monotonic() + within_s
        if not model.prints:
            port.write(protocol.request())
        while (left_s := until_s - time.monotonic()) > 0:
            for event in protocol.feed(port.read(left_s)):
                match event:
                    case MeasuredAir() | MeasuredPeople():
                        return _shown(event)
                    case NotYet():
                        return "nothing new yet"
                    case BadFrame(kind="status" | "error", why=why):
                        return why
                    case Next():
                        port.write(protocol.request())
                        until_s = time.monotonic() + within_s
    return ""


def _shown(measured: Measured) -> str:
    if isinstance(measured, MeasuredAir):
        return f"{measured.co2_ppm:.0f} ppm"
    if measured.in_total is not None:
        return f"{measured.in_total} in, {measured.out_total} out"
    return f"{measured.count} people"


def configuration(found: Sequence[Found], venue: str) -> str:
    """The part ``[sensor]`` for what was found."""
    lines = ["[sensor]", f'venue = "{venue}"']
    number = 0
    for one in found:
        if one.model is None:
            continue
        number += 1
        kind = "door" if one.model.name == "counter-line" else "co2"
        lines += ["", "[[sensor.device]]", f'device = "{kind}-{number:02}"']
        also = ALIKE.get(one.model.name, ())
        note = f"  # or {', '.join(also)}: they answer alike" if also else ""
        lines += [f'model = "{one.model.name}"{note}', f'port = "{one.port}"']
    return "\n".join(lines) + "\n"
