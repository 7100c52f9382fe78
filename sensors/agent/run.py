"""``luchtig sensor``: the devices on this machine's serial ports and I2C buses, each
read, spooled and published.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from importlib.metadata import version

import msgspec

from sensors.agent.calibration import remembered
from sensors.agent.conversation import OpenPort
from sensors.agent.device import SerialDevice, Tally
from sensors.agent.gathering import GatheringSpool
from sensors.agent.link import Identity
from sensors.agent.poller import Poller
from sensors.agent.port import open_serial
from sensors.agent.publisher import SpoolPublisher
from sensors.agent.settings import AgentSettings
from sensors.agent.spool import Spool, SpoolError
from sensors.agent.status_page import Figures, status_page
from sensors.agent.untimed import Untimed
from sensors.clock import Clock
from sensors.config import BrokerSettings
from sensors.systemd import ALIVE, READY, notify
from sensors.wire.instant import from_ns
from sensors.wire.payload import EARLIEST_NS, encode_reading
from sensors.wire.reading import About, Health, Reading

logger = logging.getLogger(__name__)

_LOOK_AFTER_S = 1.0


Tallies = dict[str, Tally]
"""What came out of each device, by its name: kept over a changed configuration."""


def run(
    settings: AgentSettings,
    clock: Clock,
    stop: threading.Event,
    open_port: OpenPort = open_serial,
    tallies: Tallies | None = None,
) -> bool:
    """Read and publish until ``stop`` is set; whether it ended because of that.

    Raises:
        ConfigError: the broker's address, a certificate or a password file is wrong.
        SpoolError: the spool cannot be opened.

    """
    with ExitStack() as stack:
        kept = stack.enter_context(Spool(settings.spool))
        spool = stack.enter_context(GatheringSpool(kept, settings.commit_every_s))
        _tell_of_strangers(kept, settings)
        untimed = Untimed(settings.spool.with_name(settings.spool.name + ".untimed"))
        working = [
            _begin(device, settings, clock, stop, spool, untimed, open_port, tallies, stack)
            for device in settings.devices
        ]
        figures = partial(_figures, [one.poller for one in working], spool)
        stack.enter_context(status_page(settings.bind, figures))
        notify(READY)
        while not stop.wait(_LOOK_AFTER_S):
            if not all(one.is_alive() for one in working):
                stop.set()  # a thread that fell has said why; start again from nothing
                return False
            notify(ALIVE)
        return True


@dataclass(frozen=True, slots=True)
class _Working:
    poller: Poller
    thread: threading.Thread
    publisher: SpoolPublisher

    def is_alive(self) -> bool:
        return self.thread.is_alive() and self.publisher.is_alive()


def _begin(
    device: SerialDevice,
    settings: AgentSettings,
    clock: Clock,
    stop: threading.Event,
    spool: GatheringSpool,
    untimed: Untimed,
    open_port: OpenPort,
    tallies: Tallies | None,
    stack: ExitStack,
) -> _Working:
    tally = Tally() if tallies is None else tallies.setdefault(device.name, Tally())
    identity = _identity(device, remembered(settings.directory))
    publisher = SpoolPublisher(
        identity, _broker_of(device, settings.broker), settings.directory, spool,
        health=partial(_health, identity, tally, spool, clock),
    )  # fmt: skip
    publisher.start()
    stack.callback(publisher.stop)
    poller = Poller(
        device, clock, open_port, Keeper(spool, publisher).keep, publisher.set_present,
        untimed, tally,
    )  # fmt: skip
    return _Working(poller, stack.enter_context(_polling(poller, device, stop)), publisher)


def _health(identity: Identity, tally: Tally, spool: GatheringSpool, clock: Clock) -> Health:
    now_ns = clock.now_ns()
    return Health(
        at=from_ns(now_ns) if now_ns >= EARLIEST_NS else None,
        bad={kind: count for kind, count in sorted(tally.bad.items()) if count},
        spooled=spool.waiting().get(identity.name, 0),
        calibrated_at=identity.about.calibrated_at,
    )


def _broker_of(device: SerialDevice, broker: BrokerSettings) -> BrokerSettings:
    """The broker, with the device's own login where it has one."""
    if device.username is None:
        return broker
    return msgspec.structs.replace(
        broker, username=device.username, password=None, password_file=device.password_file
    )


def _figures(pollers: list[Poller], spool: GatheringSpool) -> list[Figures]:
    waiting = spool.waiting()
    return [
        Figures(
            device.name, device.model.name, device.port, poller.tally,
            waiting.get(device.name, 0), poller.answers,
        )
        for poller in pollers
        for device in (poller.device,)
    ]  # fmt: skip


class Keeper:
    """Puts a device's readings into the spool, and says when the disk does not take them."""

    def __init__(self, spool: GatheringSpool, publisher: SpoolPublisher) -> None:
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
                logger.warning("%s: readings are not on disk: %s", name, error)
            self._publisher.look()
            return
        if self._lost:
            logger.warning("%s: %d readings could not be written, now they can", name, self._lost)
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


def _identity(device: SerialDevice, calibrated: Mapping[str, datetime]) -> Identity:
    day, noted_at = device.calibrated, calibrated.get(device.name)
    # Noon, so that the day is the same one at any venue's local time.
    told_at = None if day is None else datetime.combine(day, time(12), UTC)
    about = About(
        model=device.model.name,
        firmware=f"luchtig {version('luchtig')}",
        interval_s=device.interval_s,
        room=device.room,
        calibrated_at=max((at for at in (told_at, noted_at) if at is not None), default=None),
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
