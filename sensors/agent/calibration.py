"""Calibrating a device when a person asks for it, and remembering that it was.

The day is kept beside the spool, in a file of one line a device; the agent says it of the device from
then on, so that a report can name it.
"""

import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sensors.agent.conversation import OpenPort, converse
from sensors.agent.device import SerialDevice
from sensors.agent.i2c import OpenBus, check, open_bus
from sensors.protocols.event import BadFrame, Done
from sensors.protocols.order import CalibrateSpan, CalibrateZero

FILE = "calibrated.json"
_BETWEEN_S = 0.3


class NotCalibrated(Exception):
    """The device refused; ``str()`` says why."""


def calibrate(
    device: SerialDevice,
    order: CalibrateZero | CalibrateSpan,
    open_port: OpenPort,
    open_bus: OpenBus = open_bus,
) -> bool:
    """Tell the device; whether it said that it has done so. Many say nothing.

    Raises:
        CannotOrder: its model cannot be calibrated so.
        PortError: the port cannot be used; an agent that runs has it.
        NotCalibrated: it refused.

    """
    if device.protocol is None:
        check(order)
    else:
        device.protocol().frames(order)
    done = parts = 0
    with closing(converse(device, open_port, open_bus)) as talk:
        for events in talk.tell(order, threading.Event()):
            for event in events:
                if isinstance(event, BadFrame) and event.kind == "error":
                    raise NotCalibrated(event.why)
            done += any(isinstance(event, Done) for event in events)
            parts += 1
            time.sleep(_BETWEEN_S)
    return done == parts


def remember(directory: Path, device: str, at: datetime) -> None:
    """Keep when a device was calibrated.

    Raises:
        OSError: the file cannot be written.

    """
    known = {**remembered(directory), device: at.astimezone(UTC)}
    (directory / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(known)) + b"\n")


def remembered(directory: Path) -> dict[str, datetime]:
    """When devices were calibrated from here, by their names; nothing of a file that is no such."""
    try:
        return msgspec.json.decode((directory / FILE).read_bytes(), type=dict[str, datetime])
    except (OSError, msgspec.MsgspecError):
        return {}
