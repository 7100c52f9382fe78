"""What an InfluxDB has, asked without a client."""

import json
import urllib.parse
import urllib.request

from tests.servers import Influx, free_port


def new_database(influx: Influx) -> str:
    name = f"bench-{free_port()}"
    _ask(influx, {"q": f'CREATE DATABASE "{name}"'})
    return name


def stored(influx: Influx, database: str) -> int:
    """How many readings of air it has."""
    said = _ask(influx, {"db": database, "q": "SELECT count(co2_ppm) FROM air"})
    found = json.loads(said)["results"][0].get("series", [])
    return int(found[0]["values"][0][1]) if found else 0


def venues_heard(influx: Influx, database: str, since_ns: int) -> set[str]:
    """Those it has a reading of that is newer than that."""
    query = f"SELECT count(co2_ppm) FROM air WHERE time > {since_ns} GROUP BY venue"
    said = json.loads(_ask(influx, {"db": database, "q": query}))
    return {one["tags"]["venue"] for one in said["results"][0].get("series", [])}


def _ask(influx: Influx, query: dict[str, str]) -> bytes:
    url, body = f"http://127.0.0.1:{influx.port}/query", urllib.parse.urlencode(query).encode()
    with urllib.request.urlopen(url, body, timeout=30) as answer:
        return bytes(answer.read())
