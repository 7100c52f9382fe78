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
from sensors.wire.topic import VenueSlug, is_slug

KeptDays = Annotated[int, msgspec.Meta(ge=0, le=36_500)]
"""0: for ever."""
LEAST_KEPT_DAYS: Final = 35
USUAL_SHARE_PER_S, MOST_PER_S = 100.0, 10_000.0


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``venues`` are those whose readings it has, none for all that no other store has;
    ``readings_days`` is for how long readings stay as they came, ``history_days`` for how long what they are
    down-sampled to does.
    """

    venues: tuple[VenueSlug, ...] = ()
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
    """``processes``: with two, one does nothing but take messages. ``device_messages_per_s`` is of one device."""

    processes: Literal["auto", 1, 2] = "auto"
    device_messages_per_s: Annotated[float, msgspec.Meta(ge=1.0, le=MOST_PER_S)] = USUAL_SHARE_PER_S


class JournalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A reading is on disk ``commit_every_s`` after it came at the latest; it is acknowledged then, or
    with ``stored`` once the store has it too. ``max_mb`` is how much may wait in the journal, in 10⁶ bytes;
    None: a share of its disk.
    """

    commit_every_s: Annotated[float, msgspec.Meta(ge=0.001, le=300.0)] = 0.005
    acknowledge: Literal["disk", "stored"] = "disk"
    max_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] | None = None


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
    """``directory`` is where journal, spool and relative paths lie; ``venue_stores`` have venues of their
    own, ``store`` has all others.
    """

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
    venue_stores: tuple[StoreSettings, ...] = ()

    @property
    def stores(self) -> tuple[StoreSettings, ...]:
        """All of them, the one that has all others first."""
        return self.store, *self.venue_stores


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
STORE: Final = "store"
"""The table ``[store]``, or the tables ``[[store]]``."""


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
        if name != STORE
    }
    found["store"], found["venue_stores"] = _stores(tables, environment, source, mistakes)
    found["sources"] = _sources(tables.get(SOURCE, []), source, mistakes)
    if mistakes:
        raise ConfigError(mistakes)
    base = Path.cwd() if path is None else path.resolve().parent
    data: DataSettings = found.pop("data")
    return Settings(directory=base / data.dir, **found)


def _stores(
    tables: Mapping[str, Any], environment: Mapping[str, str], file: str, mistakes: list[str]
) -> tuple[StoreSettings, tuple[StoreSettings, ...]]:
    """The store that has all others, which the environment is about, and those of some venues."""
    given = tables.get(STORE, {})
    rest, own = {STORE: given}, []
    if isinstance(given, list) or (isinstance(given, dict) and "venues" in given):
        listed = given if isinstance(given, list) else [given]
        named = [
            (f"{STORE}[{i}]" if listed is given else STORE, one) for i, one in enumerate(listed)
        ]
        own = [one for one in named if not isinstance(one[1], dict) or "venues" in one[1]]
        others = [one for one in named if one not in own]
        mistakes += [
            f"{file}: {where}: expected venues: {others[0][0]} has none either, and only one store may "
            "have all others"
            for where, _ in others[1:]
        ]
        rest = {STORE: others[0][1]} if others else {}
    store = section(StoreSettings, STORE, rest, environment, file, mistakes)
    mistakes += [f"{file}: {STORE}.{fault}" for fault in _too_short(store)]
    if store.venues:
        mistakes.append("LUCHTIG_STORE_VENUES: the environment is about the store of all others")
    found: list[StoreSettings] = []
    of_venue: dict[str, str] = {}
    for where, table in own:
        one = convert(StoreSettings, table, f"{file}: {where}", mistakes)
        if one is None:
            continue
        faults = [*_too_short(one), *_wrong_venues(one, where, of_venue)]
        mistakes += [f"{file}: {where}.{fault}" for fault in faults]
        found.append(one)
    return store, tuple(found)


def _wrong_venues(store: StoreSettings, where: str, of_venue: dict[str, str]) -> list[str]:
    """What the venues of a store cannot be, by what was seen in others: ``of_venue``, which is added to."""
    if not store.venues:
        return ["venues: expected at least one, or no venues for all that no other store has"]
    faults = [
        f"venues: {v!r}: expected the slug of a venue" for v in store.venues if not is_slug(v)
    ]
    for venue in store.venues:
        known = of_venue.setdefault(venue, where)
        if known != where or store.venues.count(venue) > 1:
            faults.append(f"venues: {venue!r} is in {known} already, and has one store")
    return list(dict.fromkeys(faults))


def _too_short(store: StoreSettings) -> list[str]:
    """What of the days that readings are kept cannot be."""
    faults = [
        f"{name}: expected 0, for ever, or at least {LEAST_KEPT_DAYS} days: limits are tried on the month before"
        for name in ("readings_days", "history_days")
        if 0 < getattr(store, name) < LEAST_KEPT_DAYS
    ]
    if 0 < store.history_days < store.readings_days:
        faults.append("history_days: expected at least store.readings_days")
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
