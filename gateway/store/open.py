"""A store from its settings, and all stores of a set-up."""

from pathlib import Path

from gateway.config import Settings, StoreSettings
from gateway.store.by_venue.share import Share
from gateway.store.by_venue.store import Part, StoreByVenue
from gateway.store.interface import Store, StoreMisconfigured


def open_store(settings: StoreSettings, directory: Path) -> Store:
    """The store that ``settings.url`` names; relative paths lie in ``directory``.

    Nothing is sent yet: a server that is away is found by ``check`` and by the first write.

    Raises:
        StoreMisconfigured: no such kind of store, or a secret or certificate that cannot be read.

    """
    scheme, _, rest = settings.url.partition("://")
    if scheme == "sqlite":
        from gateway.store.sqlite import SqliteStore  # noqa: PLC0415 - only the chosen one is loaded

        file = rest.removeprefix("/")
        if not file:
            raise StoreMisconfigured(f"store.url = {settings.url!r}: expected sqlite:///FILE")
        return SqliteStore(directory / file)
    if scheme == "influxdb":
        from gateway.store.influx import InfluxStore  # noqa: PLC0415 - only the chosen one is loaded

        return InfluxStore(settings, directory)
    raise StoreMisconfigured(
        f"store.url = {settings.url!r}: expected sqlite:///FILE or influxdb://HOST:PORT/DATABASE"
    )


def share_of(settings: Settings, one: StoreSettings) -> Share:
    """The venues that one of the stores of a set-up has."""
    if one.venues:
        return Share(frozenset(one.venues))
    return Share(
        frozenset(v for other in settings.venue_stores for v in other.venues), is_rest=True
    )


def store_of(settings: Settings, venue: str) -> StoreSettings:
    """The store that has a venue."""
    own = (one for one in settings.venue_stores if venue in one.venues)
    return next(own, settings.store)


def open_stores(settings: Settings) -> Store:
    """What a set-up has its readings in: its one store, or all of them as one.

    Raises:
        StoreMisconfigured: as of ``open_store``.

    """
    parts = open_parts(settings)
    return parts[0].store if len(parts) == 1 else StoreByVenue(parts)


def open_parts(settings: Settings) -> list[Part]:
    """Each store of a set-up with its venues, the one that has all others first.

    Raises:
        StoreMisconfigured: as of ``open_store``.

    """
    parts: list[Part] = []
    try:
        for one in settings.stores:
            store = open_store(one, settings.directory)
            parts.append(Part(store, share_of(settings, one)))
    except StoreMisconfigured:
        for part in parts:
            part.store.close()
        raise
    return parts


def shown_stores(settings: Settings) -> str:
    """The addresses of all of them for a log, with their venues where there are several."""
    if not settings.venue_stores:
        return settings.store.url
    return ", ".join(f"{one.url} ({share_of(settings, one).shown})" for one in settings.stores)
