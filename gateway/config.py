"""All settings of a set-up, frozen; the sections and keys are those of docs/configuration.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.source import Source, faults_of
from sensors.config import (
    BrokerSettings,
    ConfigError,
    LogSettings,
    SensorSettings,
    convert,
    read_toml,
    section,
)

KeptDays = Annotated[int, msgspec.Meta(ge=0, le=36_500)]
"""0: for ever."""
LEAST_KEPT_DAYS: Final = 35


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``readings_days`` is for how long readings stay as they came, ``history_days`` for how long what
    they are down-sampled to does.
    """

    url: str = "sqlite:///readings.db"
    username: str | None = None
    password: str | None = None
    password_file: str | None = None
    token: str | None = None
    token_file: str | None = None
    org: str | None = None
    tls: bool = False
    ca_file: str | None = None
    readings_days: KeptDays = 0
    history_days: KeptDays = 0


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    url: str = "sqlite:///luchtig.db"


class DashboardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``demo`` logs every visitor in and answers the API freely; it is refused on other than
    loopback. ``hosts`` are further names that the dashboard may be asked for by, ``trusted_proxies`` the
    addresses and networks whose ``X-Forwarded-*`` counts. ``demo_speed`` is what a demo was to run at, times
    real time: where the clock is slower, the board says so. ``sensor_broker`` is where the set-up tells
    sensors to send to, with the login that they have there.
    """

    bind: str = "127.0.0.1:8080"
    public_url: str = "http://127.0.0.1:8080"
    secret_file: str = "secret"  # noqa: S105 - the name of a file, not a secret
    signing_key_file: str = "signing-key"
    viewers: int = 2_000
    connections: int = 4_096
    connections_per_address: int = 1_024
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    demo: bool = False
    demo_speed: float = 1.0
    sensor_broker: str = ""
    sensor_username: str = ""
    sensor_password_file: str | None = None


class OidcSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A provider of OpenID Connect that people may log in by; without ``issuer`` there is none."""

    issuer: str = ""
    client_id: str = "luchtig"
    client_secret_file: str | None = None


class NotifySettings(msgspec.Struct, frozen=True, kw_only=True):
    mail: str = "smtp://127.0.0.1:25"
    sender: str = msgspec.field(default="Luchtig <luchtig@localhost>", name="from")
    password_file: str | None = None
    ca_file: str | None = None
    urls: tuple[str, ...] = ()
    allow_private: bool = False
    push_key_file: str = "push-key"
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 730


class CalendarSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``allow_private`` lets calendars be fetched from private networks and this machine."""

    allow_private: bool = False


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """``processes`` is how many the gateway is: with two, one does nothing but take messages."""

    processes: Literal["auto", 1, 2] = "auto"


class JournalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A reading is on disk ``commit_every_s`` after it came at the latest; it is acknowledged then, or
    with ``stored`` once the store has it too.
    """

    commit_every_s: Annotated[float, msgspec.Meta(ge=0.001, le=300.0)] = 0.005
    acknowledge: Literal["disk", "stored"] = "disk"


USUAL_JOURNAL: Final = JournalSettings()


class HomeAssistantSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``discovery`` has each room show up in Home Assistant, which listens under ``prefix``."""

    discovery: bool = False
    prefix: Annotated[str, msgspec.Meta(min_length=1, pattern=r"^[^+#\x00]+$")] = "homeassistant"


class UpdatesSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``url`` says which version is the newest; without it nobody is asked."""

    url: str = ""


class AuditSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``keep_days`` is how long it stays on record who changed what."""

    keep_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 730


class DataSettings(msgspec.Struct, frozen=True, kw_only=True):
    dir: str = "."


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``directory`` is where journal, spool and relative paths lie."""

    directory: Path
    broker: BrokerSettings = BrokerSettings()
    gateway: GatewaySettings = GatewaySettings()
    journal: JournalSettings = USUAL_JOURNAL
    store: StoreSettings = StoreSettings()
    database: DatabaseSettings = DatabaseSettings()
    dashboard: DashboardSettings = DashboardSettings()
    oidc: OidcSettings = OidcSettings()
    notify: NotifySettings = NotifySettings()
    calendar: CalendarSettings = CalendarSettings()
    sensor: SensorSettings = SensorSettings()
    home_assistant: HomeAssistantSettings = HomeAssistantSettings()
    updates: UpdatesSettings = UpdatesSettings()
    audit: AuditSettings = AuditSettings()
    log: LogSettings = LogSettings()
    sources: tuple[Source, ...] = ()


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "broker": BrokerSettings,
    "gateway": GatewaySettings,
    "journal": JournalSettings,
    "store": StoreSettings,
    "database": DatabaseSettings,
    "dashboard": DashboardSettings,
    "oidc": OidcSettings,
    "notify": NotifySettings,
    "calendar": CalendarSettings,
    "sensor": SensorSettings,
    "home_assistant": HomeAssistantSettings,
    "updates": UpdatesSettings,
    "audit": AuditSettings,
    "data": DataSettings,
    "log": LogSettings,
}
SOURCE: Final = "source"
"""The tables ``[[source]]``: devices that are not ours."""


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of a file (None: the defaults) and the environment.

    Relative paths lie in ``data.dir``, and that one relative to the file's own folder.

    Raises:
        ConfigError: every mistake, a line each.

    """
    tables: dict[str, Any] = {} if path is None else read_toml(path)
    source = "defaults" if path is None else str(path)
    mistakes = [
        f"{source}: {name}: unknown section, known are {', '.join(SECTIONS)}"
        for name in tables
        if name not in SECTIONS and name != SOURCE
    ]
    found: dict[str, Any] = {
        name: section(kind, name, tables, environment, source, mistakes)
        for name, kind in SECTIONS.items()
    }
    mistakes += [f"{source}: {fault}" for fault in _too_short(found["store"])]
    found["sources"] = _sources(tables.get(SOURCE, []), source, mistakes)
    if mistakes:
        raise ConfigError(mistakes)
    base = Path.cwd() if path is None else path.resolve().parent
    data: DataSettings = found.pop("data")
    return Settings(directory=base / data.dir, **found)


def _too_short(store: StoreSettings | None) -> list[str]:
    """What of the days that readings are kept cannot be."""
    if store is None:
        return []
    faults = [
        f"store.{name}: expected 0, for ever, or at least {LEAST_KEPT_DAYS} days: limits are tried on the month before"
        for name in ("readings_days", "history_days")
        if 0 < getattr(store, name) < LEAST_KEPT_DAYS
    ]
    if 0 < store.history_days < store.readings_days:
        faults.append("store.history_days: expected at least store.readings_days")
    return faults


def _sources(tables: object, file: str, mistakes: list[str]) -> tuple[Source, ...]:
    if not isinstance(tables, list):
        mistakes.append(f"{file}: source: expected tables [[source]]")
        return ()
    found: list[Source] = []
    for index, table in enumerate(tables):
        where = f"{file}: source[{index}]"
        one = convert(Source, table, where, mistakes)
        if one is not None:
            mistakes += [f"{where}.{fault}" for fault in faults_of(one, frozenset(MODELS))]
            found.append(one)
    return tuple(found)
