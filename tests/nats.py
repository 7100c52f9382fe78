"""A cluster of brokers: three nodes of NATS with MQTT on JetStream."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import answers, free_port, running, server, wait_until

USERNAME, PASSWORD = "luchtig", "x"

CONF = """\
server_name: n{number}
listen: 127.0.0.1:{client}
http: 127.0.0.1:{http}
jetstream {{ store_dir: "{directory}/js{number}" }}
cluster {{ name: C, listen: 127.0.0.1:{route}, routes: [{routes}] }}
accounts {{
  A: {{ jetstream: enabled, users: [ {{ user: luchtig, password: x }} ] }}
  SYS: {{ users: [ {{ user: system, password: x }} ] }}
}}
system_account: SYS
mqtt {{ listen: 127.0.0.1:{mqtt}, ack_wait: "10s", max_ack_pending: 500 }}
"""


@dataclass
class Node:
    number: int
    command: list[str]
    log: Path
    mqtt: int
    http: int
    stack: ExitStack = field(default_factory=ExitStack)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.mqtt}"

    def start(self) -> None:
        self.child = self.stack.enter_context(
            running(self.command, self.log, ready=lambda: answers(self.mqtt))
        )

    def kill(self) -> None:
        """As a power cut would."""
        assert self.child is not None
        os.kill(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self) -> None:
        """End it as its service manager would."""
        self.stack.close()

    def asked(self, path: str) -> Any:
        """What it says of itself; None where it is away."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as said:
                return json.load(said)
        except OSError:
            return None

    def holds(self, client_id: str) -> bool:
        """Whether a client with this id is connected to it."""
        said = self.asked("/connz?limit=1000") or {"connections": []}
        return any(one.get("mqtt_client") == client_id for one in said["connections"])


@dataclass(frozen=True)
class Cluster:
    nodes: tuple[Node, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(node.url for node in self.nodes)

    def leader(self, _client_id: str = "") -> Node | None:
        """The node that leads them all, as one that lives tells."""
        for node in self.nodes:
            said = node.asked("/jsz")
            if said is not None:
                name = said.get("meta_cluster", {}).get("leader")
                return next((one for one in self.nodes if f"n{one.number}" == name), None)
        return None

    def in_use(self, client_id: str) -> Node | None:
        """The node that a client is connected to."""
        return next((node for node in self.nodes if node.holds(client_id)), None)


@contextmanager
def nats_cluster(directory: Path) -> Iterator[Cluster]:
    """Three nodes on loopback that have elected a leader."""
    binary = server("nats-server")
    routes = [free_port() for _ in range(3)]
    shown = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
    nodes = []
    for number, route in enumerate(routes):
        conf = directory / f"n{number}.conf"
        mqtt, http = free_port(), free_port()
        conf.write_text(
            CONF.format(
                number=number, client=free_port(), http=http, directory=directory,
                route=route, routes=shown, mqtt=mqtt,
            )
        )  # fmt: skip
        nodes.append(Node(number, [binary, "-c", str(conf)], directory / "nats.log", mqtt, http))
    cluster = Cluster(tuple(nodes))
    try:
        for node in nodes:
            node.start()
        wait_until(cluster.leader, "a leader")
        yield cluster
    finally:
        for node in nodes:
            node.stop()
