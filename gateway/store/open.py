"""A store from its settings."""

from pathlib import Path

from gateway.config import StoreSettings
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
