"""``luchtig sensor``: the devices on this machine's serial ports, each read, spooled and
published.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time
from importlib.metadata import version

import msgspec

from sensors.agent.link import Identity
from sensors.agent.poller import OpenPort, Poller, SerialDevice
from sensors.agent.port import open_serial
from sensors.agent.publisher import SpoolPublisher
from sensors.agent.settings import AgentSettings
from sensors.agent.spool import Spool, SpoolError
from sensors.clock import Clock
from sensors.wire.payload import encode_reading
from sensors.wire.reading import About, Reading

logger = logging.getLogger(__name__)

_LOOK_AFTER_S = 1.0


def run(
    settings: AgentSettings,
    clock: Clock,
    stop: threading.Event,
    open_port: OpenPort = open_serial,
) -> bool:
    """Read and publish until ``stop`` is set; whether it ended because of that.

    Raises:
        ConfigError: the broker's address, a certificate or a password file is wrong.
        SpoolError: the spool cannot be opened.

    """
    with ExitStack() as stack:
        spool = stack.enter_context(Spool(settings.spool))
        _tell_of_strangers(spool, settings)
        threads: list[SpoolPublisher | threading.Thread] = []
        for device in settings.devices:
            publisher = SpoolPublisher(
                _identity(device), settings.broker, settings.directory, spool
            )
            publisher.start()
            stack.callback(publisher.stop)
            threads.append(publisher)
            poller = Poller(
                device, clock, open_port, Keeper(spool, publisher).keep, publisher.set_present
            )
            threads.append(stack.enter_context(_polling(poller, device, stop)))
        while not stop.wait(_LOOK_AFTER_S):
            if not all(thread.is_alive() for thread in threads):
                stop.set()  # a thread that fell has said why; start again from nothing
                return False
        return True


class Keeper:
    """Puts a device's readings into the spool, and says when the disk does not take them."""

    def __init__(self, spool: Spool, publisher: SpoolPublisher) -> None:
        self._spool = spool
        self._publisher = publisher
        self._lost = 0
        self._full = False

    def keep(self, reading: Reading) -> None:
        name = f"{reading.venue}/{reading.device}"

        def payload_of(seq: int) -> bytes:
            return encode_reading(msgspec.structs.replace(reading, seq=seq))

        try:
            dropped = self._spool.append(name, reading.kind, payload_of)
        except SpoolError as error:
            self._lost += 1
            if self._lost == 1:
                logger.warning("%s: readings are lost: %s", name, error)
            return
        if self._lost:
            logger.warning("%s: %d readings were lost, now they are kept", name, self._lost)
            self._lost = 0
        if dropped and not self._full:
            logger.warning("%s: the spool is full: the oldest readings are dropped", name)
        self._full = bool(dropped)
        self._publisher.look()


@contextmanager
def _polling(
    poller: Poller, device: SerialDevice, stop: threading.Event
) -> Iterator[threading.Thread]:
    thread = threading.Thread(
        target=poller.run, args=(stop,), name=f"read {device.venue}/{device.device}"
    )
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()
        logger.info(
            "%s: %d readings, %d while warming up, %d bad frames, %d bytes of noise",
            device.device, poller.tally.readings, poller.tally.warming_up,
            poller.tally.bad_frames, poller.tally.noise_bytes,
        )  # fmt: skip


def _identity(device: SerialDevice) -> Identity:
    day = device.calibrated
    about = About(
        model=device.model.name,
        firmware=f"luchtig {version('luchtig')}",
        interval_s=device.interval_s,
        room=device.room,
        # Noon, so that the day is the same one at any venue's local time.
        calibrated_at=None if day is None else datetime.combine(day, time(12), UTC),
    )
    return Identity(device.venue, device.device, about)


def _tell_of_strangers(spool: Spool, settings: AgentSettings) -> None:
    ours = {f"{device.venue}/{device.device}" for device in settings.devices}
    for name, count in spool.waiting().items():
        if name not in ours:
            logger.warning(
                "%s: %d readings of %s wait, which is not in the configuration any more",
                settings.spool, count, name,
            )  # fmt: skip
