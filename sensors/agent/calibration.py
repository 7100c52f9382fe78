"""Calibrating a device when a person asks for it, and remembering that it was.

The day is kept beside the spool, in a file of one line a device; the agent says it of the device from
then on, so that a report can name it.
"""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sensors.agent.device import SerialDevice
from sensors.agent.port import BytePort
from sensors.protocols.event import BadFrame, Done
from sensors.protocols.order import CalibrateSpan, CalibrateZero

FILE = "calibrated.json"
_BETWEEN_S = 0.3


class NotCalibrated(Exception):
    """The device refused; ``str()`` says why."""


def calibrate(
    device: SerialDevice,
    order: CalibrateZero | CalibrateSpan,
    open_port: Callable[[str, int], BytePort],
) -> bool:
    """Tell the device; whether it said that it has done so. Many say nothing.

    Raises:
        CannotOrder: its model cannot be calibrated so.
        PortError: the port cannot be used; an agent that runs has it.
        NotCalibrated: it refused.

    """
    protocol = device.protocol()
    done = 0
    frames = protocol.frames(order)
    with closing(open_port(device.port, device.baud)) as port:
        for frame in frames:
            port.discard_input()
            port.write(frame)
            until_s = time.monotonic() + device.model.reply_within_s
            said = False
            while not said and (left_s := until_s - time.monotonic()) > 0:
                for event in protocol.feed(port.read(left_s)):
                    if isinstance(event, BadFrame) and event.kind == "error":
                        raise NotCalibrated(event.why)
                    said = said or isinstance(event, Done)
            done += said
            time.sleep(_BETWEEN_S)
    return done == len(frames)


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
