"""A store from its address, and mistakes in it that are told before anything is opened."""

import base64
from pathlib import Path
from typing import Any

import pytest

from gateway.config import StoreSettings
from gateway.store.influx import InfluxStore
from gateway.store.influx_address import parse_address
from gateway.store.interface import StoreMisconfigured
from gateway.store.open import open_store
from gateway.store.sqlite import SqliteStore
from tests.gateway.store.rows import air


def test_a_sqlite_file_lies_in_the_data_directory(tmp_path: Path) -> None:
    store = open_store(StoreSettings(url="sqlite:///deep/readings.db"), tmp_path)
    assert isinstance(store, SqliteStore)
    store.write([air(0)])
    store.close()
    assert (tmp_path / "deep" / "readings.db").is_file()


def test_an_absolute_sqlite_file_lies_where_it_says(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.db"
    store = open_store(StoreSettings(url=f"sqlite:///{file}"), Path("/nonexistent"))
    store.write([air(0)])
    store.close()
    assert file.is_file()


def test_an_influxdb_is_not_asked_before_it_is_used(tmp_path: Path) -> None:
    store = open_store(StoreSettings(url="influxdb://192.0.2.1/luchtig"), tmp_path)
    assert isinstance(store, InfluxStore)
    store.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"url": "postgres://host/db"}, "expected sqlite:///FILE or influxdb://"),
        ({"url": "readings.db"}, "expected sqlite:///FILE or influxdb://"),
        ({"url": "sqlite://"}, "expected sqlite:///FILE"),
        ({"url": "influxdb://"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://host"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://host:many/db"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://host:99999/db"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://[::1/db"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://host/db?u=x"}, "expected influxdb://HOST:PORT/DATABASE"),
        ({"url": "influxdb://host/d%0Ab"}, "control character"),
        ({"url": "influxdb://me:s3cret@host/db"}, "store.username and store.password"),
        ({"url": "influxdb://host/db", "token_file": "none"}, "store.token_file"),
        ({"url": "influxdb://host/db", "token": "a\nb"}, "store.token: holds a line break"),
        ({"url": "influxdb://host/db", "ca_file": "none.pem"}, "store.ca_file"),
    ],
)
def test_a_mistake_is_told_with_its_key(
    settings: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreMisconfigured, match=told) as raised:
        open_store(StoreSettings(**settings), tmp_path)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "tls", "base_url", "database", "retention", "bucket"),
    [
        ("influxdb://host/db", False, "http://host:8086", "db", None, "db"),
        ("influxdb://host:9/db", True, "https://host:9", "db", None, "db"),
        ("influxdb://[::1]/db", False, "http://[::1]:8086", "db", None, "db"),
        ("influxdb://host/db/month", False, "http://host:8086", "db", "month", "db/month"),
        ("influxdb://host/a%20b", False, "http://host:8086", "a b", None, "a b"),
    ],
)
def test_the_parts_of_an_address(
    url: str, tls: bool, base_url: str, database: str, retention: str | None, bucket: str
) -> None:
    found = parse_address(StoreSettings(url=url, tls=tls), Path())
    assert (found.base_url, found.database, found.retention, found.bucket) == (
        base_url,
        database,
        retention,
        bucket,
    )


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("settings", "login"),
    [
        ({}, None),
        ({"username": "me", "password": "pw"}, basic("me:pw")),
        ({"username": "me"}, basic("me:")),
        ({"token": "abc=="}, "Token abc=="),
        ({"token": "abc", "username": "me"}, "Token abc"),
        ({"token_file": "token.txt"}, "Token from-file"),
        ({"username": "mé", "password": "é"}, basic("mé:é")),
    ],
    ids=["none", "user", "no password", "token", "token wins", "token in a file", "not ASCII"],
)
def test_the_login_of_a_request(
    settings: dict[str, Any], login: str | None, tmp_path: Path
) -> None:
    (tmp_path / "token.txt").write_text("from-file\n")
    found = parse_address(StoreSettings(url="influxdb://host/db", **settings), tmp_path)
    assert found.login == login
