"""HTTP to one InfluxDB through influxdb-client: its pool, TLS and time-outs, and none of its
retrying.

Whatever the server says comes back as an ``Answer``; only a network that fails raises.
"""

import re
from collections.abc import Mapping
from typing import Any

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from gateway.store.influx_address import InfluxAddress
from gateway.store.influx_answer import Answer
from gateway.store.interface import StoreError, StoreMisconfigured, StoreUnavailable

CONNECT_TIMEOUT_MS = 5_000
READ_TIMEOUT_MS = 30_000
V2_WRITE = "/api/v2/write"
V2_DELETE = "/api/v2/delete"

# How urllib3 begins what it says; our message names the server already.
_CONNECTION = re.compile(r"^HTTPS?Connection\w*\([^)]*\): ")
# What TLS says when trying again cannot help.
_LASTING_TLS = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "doesn't match")


class InfluxClient:
    """Requests to the server at ``address``; any thread may make them. Nothing is sent before."""

    def __init__(self, address: InfluxAddress) -> None:
        self._address = address
        if address.ca_file is not None and not address.ca_file.is_file():
            raise StoreMisconfigured(f"store.ca_file = {str(address.ca_file)!r}: no such file")
        # Any: the library's methods carry no types.
        self._client: Any = InfluxDBClient(
            url=address.base_url,
            token="",  # the login is ours, in the header of each request
            timeout=(CONNECT_TIMEOUT_MS, READ_TIMEOUT_MS),
            ssl_ca_cert=None if address.ca_file is None else str(address.ca_file),
        )

    def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """The server's answer, whatever its status.

        Raises:
            StoreUnavailable: it was not reached, or broke off.
            StoreMisconfigured: it is not the server that TLS was to prove.

        """
        headers = {"Content-Type": "text/plain; charset=utf-8", "Accept": "application/json"}
        login = self._address.login
        if login is not None:
            headers["Authorization"] = login
        try:
            response, status, found = self._client.api_client.call_api(
                path,
                method,
                query_params=dict(query),
                header_params=headers,
                body=body,
                _preload_content=False,
            )
            return _answer(status, response.data, found)
        except ApiException as error:
            if error.status:
                return _answer(error.status, error.body, error.headers)
            raise self._network_error(str(error.reason)) from error
        except (HTTPError, OSError) as error:
            raise self._network_error(_CONNECTION.sub("", str(error))) from error

    def close(self) -> None:
        self._client.close()

    def _network_error(self, reason: str) -> StoreError:
        shown = " ".join(reason.split())
        if any(words in reason for words in _LASTING_TLS):
            return StoreMisconfigured(
                f"InfluxDB at {self._address.shown}: {shown}: check store.tls and store.ca_file"
            )
        return StoreUnavailable(f"InfluxDB at {self._address.shown} is not reached: {shown}")


def _answer(status: int, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    return Answer(
        status=status,
        body=body or b"",
        content_type=headers.get("Content-Type", ""),
        version=headers.get("X-Influxdb-Version"),
        retry_after=headers.get("Retry-After"),
        date=headers.get("Date"),
    )
