"""The broker and the store that one taker is measured with."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.ingest.relay import Acknowledged, Relay, relay_before
from bench.ingest.takers import Bench
from tests.servers import influxd, mosquitto

FLOOD = "max_inflight_messages 0\nmax_queued_messages 0\nautosave_interval 0\nlog_type subscribe\n"


@contextmanager
def servers(
    directory: Path, rooms: int, *, relayed: bool, store: str = "influxdb"
) -> Iterator[tuple[Bench, Relay[float] | None]]:
    """``relayed``: the taker reaches the broker through a relay that times its acknowledgements."""
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(directory / "broker", extra=FLOOD))
        influx = stack.enter_context(influxd(directory / "influxd"))
        relay = stack.enter_context(relay_before(broker.port, Acknowledged)) if relayed else None
        port = broker.port if relay is None else relay.port
        yield Bench(directory, broker, influx, rooms, port, store), relay
