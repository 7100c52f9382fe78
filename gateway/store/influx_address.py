"""Where an InfluxDB is and who we are to it: the ``[store]`` settings, checked before anything is
sent.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gateway.config import StoreSettings
from gateway.store.interface import StoreMisconfigured
from sensors.config import ConfigError, resolved, secret

DEFAULT_PORT = 8086


@dataclass(frozen=True, slots=True)
class InfluxAddress:
    """``database`` is a bucket on 2.x; ``retention`` is None for the server's default policy."""

    base_url: str
    shown: str
    database: str
    retention: str | None
    org: str | None
    username: str | None
    password: str | None
    token: str | None
    ca_file: Path | None

    @property
    def bucket(self) -> str:
        return self.database if self.retention is None else f"{self.database}/{self.retention}"

    @property
    def login(self) -> str | None:
        """The ``Authorization`` of every request. 1.8 and later also read a user and password as a
        ``Token``, but none in which there is a blank.
        """
        if self.token is not None:
            return _as_header(f"Token {self.token}")
        if self.username is None:
            return None
        pair = f"{self.username}:{self.password or ''}"
        return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def parse_address(settings: StoreSettings, directory: Path) -> InfluxAddress:
    """The address in ``store.url``, with its secrets; their files lie in ``directory`` where
    relative.

    Raises:
        StoreMisconfigured: not such an address, or a secret that cannot be read or sent.

    """
    try:
        parts = urlsplit(settings.url)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError as error:
        raise _wrong(settings.url, str(error)) from error
    if parts.username is not None:
        raise _wrong("influxdb://…@…", "put the login into store.username and store.password")
    database, _, retention = unquote(parts.path.removeprefix("/")).partition("/")
    if parts.scheme != "influxdb" or not host or not database or parts.query or parts.fragment:
        raise _wrong(settings.url)
    if not (database + retention).isprintable():
        raise _wrong(settings.url, "the name of the database holds a control character")
    password, token = _secrets(settings, directory)
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return InfluxAddress(
        base_url=f"{'https' if settings.tls else 'http'}://{shown}",
        shown=shown,
        database=database,
        retention=retention or None,
        org=settings.org,
        username=settings.username,
        password=password,
        token=token,
        ca_file=resolved(directory, settings.ca_file),
    )


def _secrets(settings: StoreSettings, directory: Path) -> tuple[str | None, str | None]:
    try:
        password = secret(
            settings.password, settings.password_file, directory, "store.password_file"
        )
        token = secret(settings.token, settings.token_file, directory, "store.token_file")
    except ConfigError as error:
        raise StoreMisconfigured(str(error)) from error
    for key, value in (
        ("username", settings.username),
        ("password", password),
        ("token", token),
    ):
        if value is not None and not value.isprintable():
            raise StoreMisconfigured(f"store.{key}: holds a line break or a control character")
    return password, token


def _as_header(text: str) -> str:
    """Text that goes over the wire as UTF-8, in the one-byte characters that http.client sends."""
    return text.encode().decode("latin-1")


def _wrong(url: str, why: str = "") -> StoreMisconfigured:
    detail = f" ({why})" if why else ""
    return StoreMisconfigured(
        f"store.url = {url!r}: expected influxdb://HOST:PORT/DATABASE{detail}"
    )
