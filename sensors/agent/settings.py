"""The settings of ``luchtig sensor``: checked, and frozen before anything is opened."""

import difflib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec

from sensors.agent.device import SerialDevice
from sensors.agent.i2c import I2C_BUSES, WHAT_IS_MISSING, check, has_driver
from sensors.agent.models import Model, SerialMaker, UnknownModel, model_named
from sensors.config import (
    BrokerSettings,
    ConfigError,
    DeviceSettings,
    LogSettings,
    SensorSettings,
    read_toml,
    section,
)
from sensors.protocols.lines import KNOWN_FIELDS, Lines
from sensors.protocols.order import CannotOrder, DetectionRange, Order, SelfCalibration
from sensors.wire.topic import VenueSlug, is_slug

_SECTIONS = ("broker", "sensor", "data", "log")


class _DataSettings(msgspec.Struct, frozen=True, kw_only=True):
    dir: str = "."


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent needs of a configuration; relative paths lie in ``directory``."""

    directory: Path
    broker: BrokerSettings
    spool: Path
    devices: tuple[SerialDevice, ...]
    bind: tuple[str, int] | None = None
    commit_every_s: float = 0.0
    log: LogSettings = LogSettings()


def load(path: Path | None, environment: Mapping[str, str]) -> AgentSettings:
    """The settings of a file and the environment; sections of other programs are left to them.

    Raises:
        ConfigError: every mistake, a line each.

    """
    tables = {} if path is None else read_toml(path)
    source = "defaults" if path is None else str(path)
    mistakes = _misspelt(tables, source)
    broker = section(BrokerSettings, "broker", tables, environment, source, mistakes)
    sensor = section(SensorSettings, "sensor", tables, environment, source, mistakes)
    data = section(_DataSettings, "data", tables, environment, source, mistakes)
    log = section(LogSettings, "log", tables, environment, source, mistakes)
    devices = _checked(sensor, source, mistakes)
    bind = _bind(sensor.bind, source, mistakes)
    if not 0 <= sensor.commit_every_s <= 3600:
        mistakes.append(
            f"{source}: sensor.commit_every_s = {sensor.commit_every_s:g}: expected 0 to 3600"
        )
    if mistakes:
        raise ConfigError(mistakes)
    base = Path.cwd() if path is None else path.resolve().parent
    directory = base / data.dir
    return AgentSettings(
        directory=directory, broker=broker, spool=directory / sensor.spool, devices=devices,
        bind=bind, commit_every_s=sensor.commit_every_s, log=log,
    )  # fmt: skip


def _bind(text: str, source: str, mistakes: list[str]) -> tuple[str, int] | None:
    """Where the figures are served; nothing of a text that says nowhere or is wrong."""
    host, _, port = text.rpartition(":")
    if not text:
        return None
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        mistakes.append(
            f"{source}: sensor.bind = {text!r}: expected HOST:PORT, like 127.0.0.1:9108"
        )
        return None
    return host.strip("[]"), int(port)


def _misspelt(tables: Mapping[str, object], source: str) -> list[str]:
    """Sections of ours with a slip of the pen; with others we have nothing to do."""
    return [
        f"{source}: {name}: unknown section, did you mean {near[0]}?"
        for name in tables
        if name not in _SECTIONS and (near := difflib.get_close_matches(name, _SECTIONS, 1, 0.8))
    ]


def _checked(sensor: SensorSettings, source: str, mistakes: list[str]) -> tuple[SerialDevice, ...]:
    if not is_slug(sensor.venue):
        mistakes.append(
            f"{source}: sensor.venue = {sensor.venue!r}: expected the venue's slug,"
            " small letters, digits and '-', like de-kade"
        )
    if not sensor.device:
        mistakes.append(f"{source}: sensor.device: expected at least one [[sensor.device]]")
    found: list[SerialDevice] = []
    for i, given in enumerate(sensor.device):
        where = f"{source}: sensor.device[{i}]"
        mistakes.extend(
            f"{where}.{key} = {getattr(given, key)!r}: is there already"
            for key in ("device", "port")
            if any(_same(key, given, other) for other in sensor.device[:i])
        )
        device = _checked_device(given, sensor.venue, where, mistakes)
        if device is not None:
            found.append(device)
    return tuple(found)


def _same(key: str, one: DeviceSettings, other: DeviceSettings) -> bool:
    """Whether two may not be there both; sensors of other models share an I2C bus."""
    shared = key == "port" and one.port.startswith(I2C_BUSES) and one.model != other.model
    return bool(getattr(one, key) == getattr(other, key)) and not shared


def _checked_device(
    given: DeviceSettings, venue: VenueSlug, where: str, mistakes: list[str]
) -> SerialDevice | None:
    for key, slug in (("device", given.device), ("room", given.room)):
        if slug is not None and not is_slug(slug):
            mistakes.append(f"{where}.{key} = {slug!r}: expected small letters, digits and '-'")
    try:
        model = model_named(given.model)
    except UnknownModel as error:
        mistakes.append(f"{where}.model = {given.model!r}: {error}")
        return None
    interval_s = model.interval_s if given.interval_s is None else given.interval_s
    if not model.shortest_interval_s <= interval_s <= 3600:
        mistakes.append(
            f"{where}.interval_s = {interval_s:g}: expected {model.shortest_interval_s:g} to 3600"
        )
    warm_up_s = model.warm_up_s if given.warm_up_s is None else given.warm_up_s
    if not 0 <= warm_up_s <= 3600:
        mistakes.append(f"{where}.warm_up_s = {warm_up_s:g}: expected 0 to 3600")
    mistakes += [f"{where}.{fault}" for fault in _faults_of_line(given, model)]
    for key, most in (("co2_offset_ppm", 1000.0), ("temperature_offset_c", 20.0)):
        if not -most <= getattr(given, key) <= most:
            mistakes.append(f"{where}.{key} = {getattr(given, key)}: expected at most {most:g} off")
    if given.password_file is not None and given.username is None:
        mistakes.append(f"{where}.password_file: goes with username")
    protocol = _protocol(given, model, where, mistakes)
    return SerialDevice(
        venue, given.device, model, given.port, interval_s, warm_up_s, protocol,
        model.baud if given.baud is None else given.baud, given.room, given.calibrated,
        orders=_orders(given, protocol, where, mistakes),
        co2_offset_ppm=given.co2_offset_ppm,
        temperature_offset_c=given.temperature_offset_c,
        username=given.username,
        password_file=given.password_file,
    )  # fmt: skip


def _faults_of_line(given: DeviceSettings, model: Model) -> list[str]:
    """What is wrong with how the device is reached."""
    faults = []
    if model.i2c is not None and not has_driver():
        faults.append(f"model = {given.model!r}: {WHAT_IS_MISSING}")
    if given.baud is not None and model.i2c is not None:
        faults.append("baud: is for serial ports alone")
    elif given.baud is not None and not 300 <= given.baud <= 4_000_000:
        faults.append(f"baud = {given.baud}: expected 300 to 4000000")
    return faults


def _protocol(
    given: DeviceSettings, model: Model, where: str, mistakes: list[str]
) -> SerialMaker | None:
    """How the device is spoken to; where the configuration does not say, as if it printed nothing."""
    if model.protocol is not None or model.i2c is not None:
        mistakes.extend(
            f"{where}.{key}: is for the model lines alone"
            for key in ("format", "fields")
            if getattr(given, key) is not None
        )
        return model.protocol
    format_, fields = given.format or "json", given.fields or {}
    if given.format is None:
        mistakes.append(f'{where}.format: is missing, expected "json" or "csv"')
    if not fields:
        mistakes.append(f'{where}.fields: is missing, expected for instance {{co2_ppm = "co2"}}')
    known = ", ".join(KNOWN_FIELDS)
    mistakes.extend(
        f"{where}.fields.{name}: unknown field, known are {known}"
        for name in fields
        if name not in KNOWN_FIELDS
    )
    mistakes.extend(
        f"{where}.fields.{name} = {place!r}: "
        + ("expected a key" if format_ == "json" else "expected a column, from 1 on, or its name")
        for name, place in fields.items()
        if (isinstance(place, int) and (format_ == "json" or place < 1)) or place == ""
    )
    return partial(Lines, format_, {name: fields[name] for name in fields if name in KNOWN_FIELDS})


def _orders(
    given: DeviceSettings, protocol: SerialMaker | None, where: str, mistakes: list[str]
) -> tuple[Order, ...]:
    """What the device is told each time its port is opened."""
    wished: dict[str, Order] = {}
    if given.self_calibration is not None:
        wished["self_calibration"] = SelfCalibration(given.self_calibration)
    if given.range_ppm is not None:
        wished["range_ppm"] = DetectionRange(given.range_ppm)
    for key, order in wished.items():
        try:
            if protocol is None:
                check(order)
            else:
                protocol().frames(order)
        except CannotOrder as error:
            mistakes.append(f"{where}.{key}: {error}")
    return tuple(wished.values())
