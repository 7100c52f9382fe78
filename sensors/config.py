"""Configuration: one TOML file plus environment variables ``LUCHTIG_SECTION_KEY`` that win over it.

Parsed, checked and frozen before anything is opened; all mistakes of a file are told together, each
with its file, its key and what was expected.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

T = TypeVar("T", bound=msgspec.Struct)

Level = Literal["debug", "info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class ConfigError(ValueError):
    """A file with mistakes: ``str()`` is one line for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the MQTT broker is, or each node of a cluster; ``client_id`` is the gateway's.

    ``device_passwords`` is Mosquitto's file of logins, for ``luchtig device``, ``device_url`` the broker as
    devices reach it, and ``device_ca_file`` the certificate of the authority that they have to trust.
    """

    url: str | tuple[str, ...] = "mqtt://127.0.0.1:1883"
    client_id: str = "luchtig-gateway"
    username: str | None = None
    password: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    device_passwords: str | None = None
    device_url: str | None = None
    device_ca_file: str | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses in the order in which they are tried."""
        return (self.url,) if isinstance(self.url, str) else self.url

    @property
    def shown(self) -> str:
        """The addresses for a log."""
        return ", ".join(self.urls)


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One device on a serial port, and the room it hangs in as a hint for the gateway.

    Without ``interval_s``, ``warm_up_s`` and ``baud`` those of its model count; ``calibrated`` is the
    day on which its CO2 was last calibrated. ``self_calibration`` and ``range_ppm`` are told to the
    device, and left as it has them where nothing is said; the offsets are added to what it measures.
    ``username`` and ``password_file`` are its own login at the broker. ``format`` and ``fields`` say how the lines of the model ``lines`` are read.
    """

    device: DeviceSlug
    model: str
    port: str
    interval_s: float | None = None
    warm_up_s: float | None = None
    room: RoomSlug | None = None
    calibrated: date | None = None
    baud: int | None = None
    self_calibration: bool | None = None
    range_ppm: int | None = None
    co2_offset_ppm: float = 0.0
    temperature_offset_c: float = 0.0
    username: str | None = None
    password_file: str | None = None
    format: Literal["json", "csv"] | None = None
    fields: dict[str, str | int] | None = None


class SensorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``luchtig sensor`` reads on this machine. Its figures are served at ``bind``, nowhere where
    that is empty; what the broker has not taken after ``commit_every_s`` is written to the spool.
    """

    venue: VenueSlug = VenueSlug("")
    spool: str = "spool.db"
    bind: str = "127.0.0.1:9108"
    commit_every_s: float = 15.0
    device: tuple[DeviceSettings, ...] = ()


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How much a program that runs for long says of itself."""

    level: Level = "info"


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ConfigError: not there, not readable or not TOML.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 (byte {error.start})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path}: is nested too deep"]) from error
    except ValueError as error:
        raise ConfigError([f"{path}: has a number of over 4300 digits"]) from error


def section(
    kind: type[T],
    name: str,
    tables: Mapping[str, Any],
    environment: Mapping[str, str],
    source: str,
    mistakes: list[str],
) -> T:
    """The settings of one section; what is wrong is added to ``mistakes`` and left at its
    default.
    """
    given = tables.get(name, {})
    if not isinstance(given, dict):
        mistakes.append(f"{source}: {name}: expected a section [{name}]")
        given = {}
    fields = _fields(kind)
    values: dict[str, Any] = {}
    for key, value in given.items():
        _take(fields, key, value, f"{source}: {name}.{key}", mistakes, values)
    for key, field in fields.items():
        variable = f"LUCHTIG_{name}_{key}".upper()
        if variable in environment:
            _take_text(field, environment[variable], variable, mistakes, values)
    return kind(**values)


def convert(kind: type[T], value: object, where: str, mistakes: list[str]) -> T | None:
    """A table of a file as a struct with required keys; what is wrong is added to ``mistakes``.

    ``where`` names the file and the table. None where a required key is missing or wrong.
    """
    if not isinstance(value, dict):
        mistakes.append(f"{where}: expected a table")
        return None
    before = len(mistakes)
    fields = _fields(kind)
    values: dict[str, Any] = {}
    for key, given in value.items():
        _take(fields, key, given, f"{where}.{key}", mistakes, values)
    mistakes.extend(
        f"{where}.{key}: is missing, expected {_shown(field.type)}"
        for key, field in fields.items()
        if field.required and key not in value
    )
    return kind(**values) if len(mistakes) == before else None


def resolved(directory: Path, name: str | None) -> Path | None:
    """A path of the configuration: relative ones lie in the data directory."""
    return None if name is None else directory / name


def secret(value: str | None, file: str | None, directory: Path, where: str) -> str | None:
    """A secret given in the configuration or in a file of its own: its first line, without the byte
    order mark that some editors put before it.

    Raises:
        ConfigError: the file cannot be read, or says nothing.

    """
    path = resolved(directory, file)
    if value is not None or path is None:
        return value
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError([f"{where} = {str(path)!r}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{where} = {str(path)!r}: is not UTF-8 text"]) from error
    if not lines or not lines[0].strip():
        raise ConfigError([f"{where} = {str(path)!r}: its first line is empty"])
    return lines[0].strip()


def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _take(
    fields: Mapping[str, FieldInfo],
    key: str,
    value: object,
    where: str,
    mistakes: list[str],
    values: dict[str, Any],
) -> None:
    if key not in fields:
        near = difflib.get_close_matches(key, fields, 1)
        meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(fields)}"
        mistakes.append(f"{where}: unknown key, {meant}")
        return
    try:
        values[fields[key].name] = msgspec.convert(value, fields[key].type)
    except msgspec.ValidationError as error:
        mistakes.append(f"{where}: {_plain(str(error))}")


def _take_text(
    field: FieldInfo, text: str, variable: str, mistakes: list[str], values: dict[str, Any]
) -> None:
    """A value from the environment: numbers and booleans as text, lists split at commas."""
    kinds = {get_origin(part) for part in (field.type, *get_args(field.type))}
    listed = get_origin(field.type) is tuple or (tuple in kinds and "," in text)
    value = [part.strip() for part in text.split(",") if part.strip()] if listed else text
    try:
        values[field.name] = msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        mistakes.append(f"{variable}: {_plain(str(error))}")


def _plain(message: str) -> str:
    """Msgspec's words with its path ``$[0].port`` turned into ours, ``[0].port``."""
    match = re.fullmatch(r"(.*) - at `\$?(.*)`", message)
    text, path = match.groups() if match else (message, "")
    text = text[0].lower() + text[1:].replace("`", "")
    return f"{path.lstrip('.')}: {text}" if path else text


def _shown(hint: Any) -> str:
    """A type as whoever writes the file knows it: a slug is text."""
    if isinstance(hint, UnionType):
        return " | ".join("None" if part is NoneType else _shown(part) for part in get_args(hint))
    plain = getattr(hint, "__supertype__", hint)
    return getattr(plain, "__name__", str(plain))
