"""The loop of one device on a serial port: ask, listen, judge, hand the reading on.

A port that cannot be opened, a cable that is pulled and a device that stays silent are all mended
the same way: close, wait, open again, and say so once.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from sensors.agent.models import Model
from sensors.agent.port import BytePort, PortError
from sensors.clock import Clock
from sensors.protocols.event import BadFrame, Event, MeasuredAir, Noise, SerialProtocol
from sensors.wire.payload import EARLIEST_NS
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

logger = logging.getLogger(__name__)

OpenPort = Callable[[str, int], BytePort]
SILENT_AFTER = 3  # requests without a whole reply, before the device counts as gone
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_NS_PER_MS = 1_000_000


class DeviceSilent(Exception):
    """The port stands, but nothing whole comes out of it."""


@dataclass(frozen=True, slots=True)
class SerialDevice:
    """One device of the configuration, checked."""

    venue: VenueSlug
    device: DeviceSlug
    model: Model
    port: str
    interval_s: float
    warm_up_s: float
    room: RoomSlug | None = None
    calibrated: date | None = None


@dataclass(slots=True)
class Tally:
    """What came out of a port since the agent began."""

    readings: int = 0
    warming_up: int = 0
    bad_frames: int = 0
    noise_bytes: int = 0


class Poller:
    """Asks one device at its interval until told to stop.

    ``keep`` gets each reading that counts, ``present`` whether the device is there; both are called
    from the thread that runs this.
    """

    def __init__(
        self,
        device: SerialDevice,
        clock: Clock,
        open_port: OpenPort,
        keep: Callable[[AirReading], None],
        present: Callable[[bool], None],
    ) -> None:
        self.tally = Tally()
        self._device = device
        self._clock = clock
        self._open_port = open_port
        self._keep = keep
        self._present = present
        self._trouble: str | None = None
        self._wait_s = _FIRST_WAIT_S
        self._garbled = False
        self._clock_was_wrong = False

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; what ``keep`` raises comes through."""
        while not stop.is_set():
            try:
                with closing(self._open_port(self._device.port, self._device.model.baud)) as port:
                    self._poll(port, stop)
            except (PortError, DeviceSilent) as error:
                self._lost(str(error))
                stop.wait(self._wait_s)
                self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _poll(self, port: BytePort, stop: threading.Event) -> None:
        device = self._device
        protocol = device.model.protocol()
        # When the device got its power is unknown: with the port, at the latest.
        warm_at_s = time.monotonic() + self._clock.wall_s(device.warm_up_s)
        period_s = self._clock.wall_s(device.interval_s)
        due_s = time.monotonic()
        silent = 0
        while not stop.is_set():
            measured = self._ask(port, protocol, stop)
            if measured is not None:
                silent = 0
                warming_s = max(0.0, warm_at_s - time.monotonic())
                self._heard(warming_s)
                self._take(measured, warming_s > 0)
            elif not stop.is_set():
                silent += 1
                if silent == SILENT_AFTER:
                    raise DeviceSilent(f"{device.port} is open, but no {device.model.name} answers")
            now_s = time.monotonic()
            due_s = max(due_s + period_s, now_s)
            stop.wait(due_s - now_s)

    def _ask(
        self, port: BytePort, protocol: SerialProtocol, stop: threading.Event
    ) -> MeasuredAir | None:
        """The first whole reply, or None where none came in time."""
        port.discard_input()  # an answer that came too late must not pass for the next one
        port.write(protocol.request())
        until_s = time.monotonic() + self._device.model.reply_within_s
        while (left_s := until_s - time.monotonic()) > 0 and not stop.is_set():
            events = protocol.feed(port.read(left_s))
            self._count(events)
            for event in events:
                if isinstance(event, MeasuredAir):
                    return event
        return None

    def _take(self, measured: MeasuredAir, warming_up: bool) -> None:
        at_ns = self._clock.now_ns() // _NS_PER_MS * _NS_PER_MS  # as exact as the wire tells it
        if warming_up:
            self.tally.warming_up += 1
        elif self._clock_is_set(at_ns):
            self.tally.readings += 1
            self._keep(
                AirReading(
                    self._device.venue, self._device.device, at_ns, at_ns, True,
                    measured.co2_ppm, measured.temperature_c, measured.humidity_pct,
                )
            )  # fmt: skip

    def _clock_is_set(self, at_ns: int) -> bool:
        """A machine without a battery wakes up in 1970: what it measures then has no time to go
        by.
        """
        right = at_ns >= EARLIEST_NS
        if right == self._clock_was_wrong:
            self._clock_was_wrong = not right
            state = "is set now" if right else "is not set yet: readings are left out until it is"
            logger.warning("%s: the clock of this machine %s", self._device.device, state)
        return right

    def _count(self, events: list[Event]) -> None:
        shown = ""
        for event in events:
            if isinstance(event, BadFrame):
                self.tally.bad_frames += 1
                shown = shown or f"{event.frame.hex(' ')}: {event.why}"
            elif isinstance(event, Noise):
                self.tally.noise_bytes += event.count
                shown = shown or f"{event.count} bytes that are no frame"
        # Once per connection: a noisy line would fill the log, and the tally goes on.
        if shown and not self._garbled:
            self._garbled = True
            logger.warning("%s: garbled on %s: %s", self._device.device, self._device.port, shown)

    def _heard(self, warming_s: float) -> None:
        if self._trouble == "":
            return
        self._trouble = ""
        self._wait_s = _FIRST_WAIT_S
        self._present(True)
        logger.info(
            "%s: %s on %s answers%s",
            self._device.device, self._device.model.name, self._device.port,
            f", readings count when it is warm in {warming_s:.0f} s" if warming_s else "",
        )  # fmt: skip

    def _lost(self, trouble: str) -> None:
        self._garbled = False
        if trouble == self._trouble:
            return
        self._trouble = trouble
        self._present(False)
        logger.warning("%s: %s; trying again until it is back", self._device.device, trouble)
