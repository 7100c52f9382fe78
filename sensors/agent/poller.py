"""The loop of one device on a serial port or an I2C bus: ask, listen, judge, hand the reading on.

A port that cannot be opened, a cable that is pulled and a device that stays silent are all mended
the same way: close, wait, open again, and say so once.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing

from sensors.agent.conversation import Conversation, OpenPort, converse
from sensors.agent.device import SerialDevice, Tally
from sensors.agent.i2c import OpenBus, open_bus
from sensors.agent.port import PortError
from sensors.agent.untimed import Untimed
from sensors.clock import Clock
from sensors.protocols.event import (
    BadFrame,
    Event,
    Measured,
    MeasuredAir,
    MeasuredPeople,
    Noise,
    NotYet,
)
from sensors.wire.payload import EARLIEST_NS
from sensors.wire.reading import CO2_PPM_RANGE, AirReading, PeopleReading, Reading

logger = logging.getLogger(__name__)

SILENT_AFTER = 3  # requests without a whole reply, before the device counts as gone
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_SHORTEST_SILENCE_S = 2.0
_NS_PER_MS = 1_000_000


class DeviceSilent(Exception):
    """The port stands, but nothing whole comes out of it."""


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
        keep: Callable[[Reading], None],
        present: Callable[[bool], None],
        untimed: Untimed | None = None,
        tally: Tally | None = None,
        open_bus: OpenBus = open_bus,
    ) -> None:
        self.tally = tally or Tally()
        self._untimed = untimed
        self._device = device
        self._clock = clock
        self._open_port = open_port
        self._open_bus = open_bus
        self._keep = keep
        self._present = present
        self._trouble: str | None = None
        self._wait_s = _FIRST_WAIT_S
        self._garbled = False
        self._clock_was_wrong = False

    @property
    def device(self) -> SerialDevice:
        """The one that it asks."""
        return self._device

    @property
    def trouble(self) -> str:
        """Why the device is not there, nothing while it is or is not yet known to be missing."""
        return self._trouble or ""

    @property
    def answers(self) -> bool | None:
        """Whether the device is there, None while that is not known yet."""
        return None if self._trouble is None else self._trouble == ""

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; what ``keep`` raises comes through."""
        while not stop.is_set():
            try:
                with closing(converse(self._device, self._open_port, self._open_bus)) as talk:
                    self._poll(talk, stop)
            except (PortError, DeviceSilent) as error:
                self._lost(str(error))
                stop.wait(self._wait_s)
                self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _poll(self, talk: Conversation, stop: threading.Event) -> None:
        device = self._device
        self._tell(talk, stop)
        # When the device got its power is unknown: with the port, at the latest.
        warm_at_s = time.monotonic() + self._clock.wall_s(device.warm_up_s)
        period_s = self._clock.wall_s(device.interval_s)
        due_s = heard_s = time.monotonic()
        silent = 0
        while not stop.is_set():
            due_s = max(due_s + period_s, time.monotonic())
            hear = self._listen if device.model.prints else self._ask
            measured = hear(talk, due_s, stop)
            now_s = time.monotonic()
            if measured is not None:
                silent, heard_s = 0, now_s
                warming_s = max(0.0, warm_at_s - now_s)
                self._heard(warming_s)
                for one in measured:
                    self._take(one, warming_s > 0 and isinstance(one, MeasuredAir))
            elif not stop.is_set():
                silent += 1
                self._be_patient(silent, now_s - heard_s)
            stop.wait(max(0.0, due_s - time.monotonic()))

    def _be_patient(self, silent: int, silence_s: float) -> None:
        """Count what was waited for in vain.

        Raises:
            DeviceSilent: that has been long enough.

        """
        model = self._device.model
        if model.prints:
            gone = silence_s > max(self._clock.wall_s(model.reply_within_s), _SHORTEST_SILENCE_S)
        else:
            self.tally.bad["timeout"] += 1
            gone = silent == SILENT_AFTER
        if gone:
            raise DeviceSilent(f"{self._device.port} is open, but no {model.name} answers")

    def _ask(
        self, talk: Conversation, until_s: float, stop: threading.Event
    ) -> list[Measured] | None:
        """What the device answers, nothing where it has nothing to say, or None where no whole reply came
        in time.
        """
        for events in talk.ask(until_s, stop):
            self._count(events)
            for event in events:
                match event:
                    case MeasuredAir() | MeasuredPeople():
                        return [event]
                    case NotYet() | BadFrame(kind="status" | "error"):
                        return []
        return None

    def _listen(
        self, talk: Conversation, until_s: float, stop: threading.Event
    ) -> list[Measured] | None:
        """The newest of each kind that a device that prints has said until then, None for nothing."""
        newest: dict[type[Measured], Measured] = {}
        for events in talk.ask(until_s, stop):
            self._count(events)
            newest |= {
                type(event): event
                for event in events
                if isinstance(event, MeasuredAir | MeasuredPeople)
            }
        return list(newest.values()) or None

    def _tell(self, talk: Conversation, stop: threading.Event) -> None:
        """Have the device as the configuration has it. Some answer such an order, some do not."""
        for order in self._device.orders:
            for events in talk.tell(order, stop):
                self._count(events)

    def _take(self, measured: Measured, warming_up: bool) -> None:
        at_ns = self._clock.now_ns() // _NS_PER_MS * _NS_PER_MS  # as exact as the wire tells it
        if warming_up:
            self.tally.warming_up += 1
        elif self._clock_is_set(at_ns):
            earlier = [] if self._untimed is None else self._untimed.take(self._device.name, at_ns)
            for then_ns, one in (*earlier, (at_ns, measured)):
                self.tally.readings += 1
                self._keep(self._reading(one, then_ns // _NS_PER_MS * _NS_PER_MS))
        elif self._untimed is not None:
            self._untimed.add(self._device.name, measured)

    def _reading(self, measured: Measured, at_ns: int) -> Reading:
        device = self._device
        if isinstance(measured, MeasuredPeople):
            return PeopleReading(
                device.venue, device.device, at_ns, at_ns, True, measured.count,
                measured.in_total, measured.out_total, motion=measured.motion,
            )  # fmt: skip
        low, high = CO2_PPM_RANGE
        co2_ppm = min(max(measured.co2_ppm + device.co2_offset_ppm, low), high)
        temperature_c = measured.temperature_c
        if temperature_c is not None:
            temperature_c = round(temperature_c + device.temperature_offset_c, 2)
        return AirReading(
            device.venue, device.device, at_ns, at_ns, True,
            co2_ppm, temperature_c, measured.humidity_pct,
        )  # fmt: skip

    def _clock_is_set(self, at_ns: int) -> bool:
        """A machine without a battery wakes up in 1970: what it measures then has no time to go by."""
        right = at_ns >= EARLIEST_NS
        if right == self._clock_was_wrong:
            self._clock_was_wrong = not right
            state = "is set now" if right else "is not set yet: readings wait until it is"
            logger.warning("%s: the clock of this machine %s", self._device.device, state)
        return right

    def _count(self, events: Iterable[Event]) -> None:
        shown = ""
        for event in events:
            if isinstance(event, BadFrame):
                self.tally.bad[event.kind] += 1
                shown = shown or f"{event.frame.hex(' ')}: {event.why}"
            elif isinstance(event, Noise):
                self.tally.bad["noise"] += 1
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
