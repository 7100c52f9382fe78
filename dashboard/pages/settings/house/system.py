"""The house itself, for who runs it: its parts and how they are, what lies on its disk, and what its
programs said.
"""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from flask import Blueprint, render_template
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.settings.channels import channel_lines
from dashboard.pages.settings.house.recent_log import LogEntry, masked, recent
from dashboard.pages.settings.house.store import refused_lines
from dashboard.web.services import services
from gateway.domain.room_state import Level
from gateway.metrics import (
    JOURNAL_BYTES,
    JOURNAL_ENTRIES,
    JOURNAL_FULL,
    JOURNAL_MOST_BYTES,
    LIVE_BACKLOG,
    STORE_BACKLOG,
)
from gateway.registry.live.metric_totals import all_totals
from gateway.store.by_venue.store import StoreByVenue
from gateway.store.interface import Store, StoreError
from gateway.words.locale import PageLocale
from sensors.clock import SYSTEM

blueprint = Blueprint("system", __name__)

KEPT_IN: Final = (".db", ".db-wal", ".log", ".log.1")
"""What the programs keep in the data folder ends so."""
SHOWN: Final = frozenset(
    (JOURNAL_BYTES, JOURNAL_ENTRIES, JOURNAL_FULL, JOURNAL_MOST_BYTES, LIVE_BACKLOG, STORE_BACKLOG)
)
NEARLY_FULL: Final = 0.8


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the house with how it is, in words; ``level`` as of a room."""

    name: str
    level: Level
    says: str


@dataclass(frozen=True, slots=True)
class SizeLine:
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class LogLine:
    time: str
    program: str
    level: str
    text: str


@blueprint.get("/settings/system")
def system() -> str:
    locale = locale_at()
    with services().database.read() as conn:
        store_refuses = refused_lines(conn, locale)
        parts = list(_parts(conn, locale))
        has_channels = bool(channel_lines(conn, locale))
    folder = services().directory
    return render_template(
        "settings/system.html",
        version=version("luchtig"),
        python=platform.python_version(),
        store_refuses=store_refuses,
        parts=parts,
        has_channels=has_channels,
        sizes=list(_sizes(locale)),
        free=_bytes(shutil.disk_usage(folder).free, locale),
        log=[_log_line(entry, locale) for entry in recent(folder, SYSTEM.now())],
    )


def _parts(conn: Connection, locale: PageLocale) -> Iterator[PartLine]:
    """The broker, the gateways, the store and the database."""
    reached, away = locale.gettext("reached"), locale.gettext("not reached")
    board = services().board
    is_there = board.is_connected()
    yield PartLine(
        locale.gettext("Broker"), "good" if is_there else "act", reached if is_there else away
    )
    yield from _gateways(conn, locale)
    for name, store in _stores(locale):
        try:
            says = masked(store.check())
        except StoreError as error:
            yield PartLine(name, "act", f"{away}: {masked(str(error))}")
        else:
            yield PartLine(name, "good", says)
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(
        conn.dialect.name, conn.dialect.name
    )
    yield PartLine(locale.gettext("Database"), "good", f"{kind}, {reached}")


def _stores(locale: PageLocale) -> Iterator[tuple[str, Store]]:
    """Each with its name; where there are several that says of which venues."""
    store, name = services().store, locale.gettext("Store")
    if not isinstance(store, StoreByVenue):
        yield name, store
        return
    for part in store.parts:
        others = locale.gettext("all other venues")
        yield f"{name} ({others if part.share.is_rest else part.share.shown})", part.store


def _gateways(conn: Connection, locale: PageLocale) -> Iterator[PartLine]:
    gateways = services().board.gateways()
    waiting: dict[str, dict[str, float]] = {}
    for gateway, name, _, value in all_totals(conn):
        if name in SHOWN:
            waiting.setdefault(gateway, {})[name] = value
    for name, is_online in sorted(gateways.items()):
        said = [locale.gettext("running") if is_online else locale.gettext("stopped")]
        kept = waiting.get(name, {})
        entries, behind = kept.get(JOURNAL_ENTRIES, 0), kept.get(STORE_BACKLOG, 0)
        said.append(
            locale.ngettext(
                "%(number)s entry in its journal",
                "%(number)s entries in its journal",
                round(entries),
            )
        )
        if behind:
            said.append(
                locale.ngettext(
                    "%(number)s waits for the store", "%(number)s wait for the store", round(behind)
                )
            )
        level: Level = "good" if is_online else "act"
        if kept.get(JOURNAL_FULL):
            level = "act"
            said.append(locale.gettext("the journal is full, new readings wait at the broker"))
        elif share := _share(kept):
            level = "watch" if is_online else "act"
            said.append(locale.gettext("the journal is nearly full (%(share)s)", share=share))
        title = locale.gettext("Gateway %(name)s", name=name)
        yield PartLine(title, level, ", ".join(said))
    if not gateways:
        yield PartLine(
            locale.gettext("Gateway"), "unknown", locale.gettext("none was heard of yet")
        )


def _share(kept: dict[str, float]) -> str | None:
    """How full a journal is, where it nearly is."""
    held, most = kept.get(JOURNAL_BYTES, 0.0), kept.get(JOURNAL_MOST_BYTES, 0.0)
    return f"{held / most:.0%}" if most and held >= NEARLY_FULL * most else None


def _sizes(locale: PageLocale) -> Iterator[SizeLine]:
    """What the programs keep in the data folder, the largest first."""
    kept = (one for one in services().directory.iterdir() if one.name.endswith(KEPT_IN))
    found = [(one.stat().st_size, one.name) for one in kept if one.is_file()]
    for size, name in sorted(found, reverse=True):
        yield SizeLine(name, _bytes(size, locale))


def _bytes(size: int, locale: PageLocale) -> str:
    if size >= 10**9:
        return f"{locale.tenths(size / 1e9)} GB"
    return f"{locale.tenths(size / 1e6)} MB" if size >= 10**5 else f"{locale.tenths(size / 1e3)} kB"


def _log_line(entry: LogEntry, locale: PageLocale) -> LogLine:
    return LogLine(f"{locale.local(entry.at):%H:%M:%S}", entry.program, entry.level, entry.text)
