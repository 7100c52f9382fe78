"""Which of InfluxDB's ways to write a server offers: found by asking it, whatever it calls
itself.
"""

import json
import re
from dataclasses import dataclass

from gateway.store.influx_address import InfluxAddress
from gateway.store.influx_answer import Answer, raise_for
from gateway.store.influx_client import V2_WRITE, InfluxClient
from gateway.store.interface import StoreMisconfigured

V1_WRITE = "/write"


@dataclass(frozen=True, slots=True)
class Dialect:
    """``may_write`` is the server's answer to a write of nothing."""

    version: str
    write_path: str
    may_write: Answer

    @property
    def major(self) -> int | None:
        """1, 2 or 3; None where the server does not say."""
        found = re.match(r"v?(\d+)\.", self.version)
        return None if found is None else int(found[1])

    @property
    def binds_parameters(self) -> bool:
        """Whether ``/query`` takes ``params``; InfluxDB 3's does not."""
        return self.major != 3

    @property
    def makes_databases(self) -> bool:
        """Whether a missing database is made by us (1.x) or by the first write (3)."""
        return self.major != 2


def find_dialect(client: InfluxClient, address: InfluxAddress) -> Dialect:
    """Ask a server what it is.

    A write of nothing shows whether a path is there, and stores nothing on any version.

    Raises:
        StoreUnavailable: not reached, or busy.
        StoreMisconfigured: what answers there is no InfluxDB.

    """
    ping = client.request("GET", "/ping", {})
    for path in (V2_WRITE, V1_WRITE):
        answer = client.request("POST", path, write_query(path, address))
        if answer.status in (408, 429) or answer.status >= 500:
            raise_for(answer, address.shown)
        if not answer.is_no_route:
            return Dialect(_version(ping), path, answer)
    raise StoreMisconfigured(
        f"what answers at {address.shown} is no InfluxDB: it has neither {V2_WRITE} nor {V1_WRITE}: "
        "check store.url"
    )


def write_query(path: str, address: InfluxAddress) -> dict[str, str]:
    """The parameters of a write on ``path``, times in nanoseconds."""
    if path == V2_WRITE:
        org = {} if address.org is None else {"org": address.org}
        return {"bucket": address.bucket, "precision": "ns", **org}
    retention = {} if address.retention is None else {"rp": address.retention}
    return {"db": address.database, "precision": "n", **retention}


def _version(ping: Answer) -> str:
    if ping.version is not None:
        return ping.version
    try:
        return str(json.loads(ping.body)["version"])
    except (ValueError, KeyError, TypeError):
        return "of unknown version"
