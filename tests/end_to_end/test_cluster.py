"""Three nodes of NATS, or of RabbitMQ: killed and restarted under a gateway and an agent, nothing missing
or twice.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from sensors.agent.link import Identity
from sensors.agent.publisher import SpoolPublisher
from sensors.agent.spool import Spool
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug
from tests.end_to_end.gateway_alone import Ledger
from tests.end_to_end.set_up import SetUp, set_up
from tests.nats import PASSWORD, USERNAME, nats_cluster
from tests.rabbitmq import rabbitmq_cluster
from tests.servers import Broker, wait_until

READINGS = 900
WITHIN_S = 120.0
DEVICE = Identity(VenueSlug("de-kade"), DeviceSlug("co2-03"), About(model="mh-z19b"))


class Node(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


class Cluster(Protocol):
    """Three brokers that are one; the login is the same on both kinds."""

    @property
    def nodes(self) -> Sequence[Node]: ...
    @property
    def urls(self) -> tuple[str, ...]: ...
    def in_use(self, client_id: str) -> Node | None: ...
    def leader(self, client_id: str) -> Node | None: ...


def configure(venue: SetUp, cluster: Cluster) -> str:
    """Name all nodes in the configuration; the id that the gateway has there."""
    listed = json.dumps(cluster.urls)
    text = venue.config.read_text().replace(
        f'url = "{venue.broker.url}"',
        f'url = {listed}\nusername = "{USERNAME}"\npassword = "{PASSWORD}"',
    )
    venue.config.write_text(text)
    return f"gateway-{venue.port}"


def fill(spool: Spool, begin: int, end: int) -> None:
    """Readings of the last hour, each at its own second."""
    for number in range(begin, end):
        at = to_wire(from_ns(SYSTEM.now_ns() - (READINGS - number) * 1_000_000_000))
        spool.append(
            DEVICE.name,
            "air",
            lambda seq, at=at: json.dumps({"ts": at, "seq": seq, "co2_ppm": 800}).encode(),  # type: ignore[misc]
        )


def stored(ledger: Ledger) -> int:
    return ledger.store.count("air", VenueSlug("de-kade"), RoomSlug("serre"))


def the_node(cluster: Cluster, client_id: str) -> Node:
    wait_until(lambda: cluster.in_use(client_id), f"the node of {client_id}", WITHIN_S)
    node = cluster.in_use(client_id)
    assert node is not None
    return node


def the_leader(cluster: Cluster, client_id: str) -> Node:
    wait_until(lambda: cluster.leader(client_id), "a leader", WITHIN_S)
    node = cluster.leader(client_id)
    assert node is not None
    return node


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "of", [nats_cluster, rabbitmq_cluster], ids=["NATS JetStream", "RabbitMQ, quorum queues"]
)
def test_every_acknowledged_reading_arrives_once_whichever_node_dies(
    tmp_path: Path, of: Callable[[Path], AbstractContextManager[Cluster]]
) -> None:
    nowhere = Broker(1, tmp_path)
    with (
        of(tmp_path) as cluster,
        set_up(tmp_path, nowhere, "sqlite:///readings.db") as venue,
        Spool(tmp_path / "spool.db") as spool,
    ):
        gateway = configure(venue, cluster)
        venue.import_venue()
        venue.start("gateway")
        said = venue.run("check").stdout
        assert said.count("lets us in, MQTT 3.1.1") == len(cluster.nodes), said
        assert "FAIL  way" not in said, said
        ledger = Ledger(venue.config)
        broker = BrokerSettings(url=cluster.urls, username=USERNAME, password=PASSWORD)
        agent = SpoolPublisher(DEVICE, broker, tmp_path, spool)
        agent.start()
        third = READINGS // 3

        fill(spool, 0, third)
        agent.look()
        victim = the_node(cluster, gateway)
        victim.kill()
        the_node(cluster, gateway)
        wait_until(lambda: not spool.waiting(), "the first third to be taken", WITHIN_S)
        victim.start()

        leader = the_leader(cluster, gateway)
        fill(spool, third, 2 * third)
        agent.look()
        leader.kill()
        wait_until(lambda: not spool.waiting(), "the second third to be taken", WITHIN_S)
        leader.start()

        fill(spool, 2 * third, READINGS)
        agent.look()
        for node in cluster.nodes:
            the_leader(cluster, gateway)
            node.stop()
            node.start()
        wait_until(lambda: not spool.waiting(), "the last third to be taken", WITHIN_S)

        agent.stop()
        wait_until(lambda: stored(ledger) >= READINGS, "all of them to be stored", WITHIN_S)
        assert stored(ledger) == READINGS
        ledger.close()
