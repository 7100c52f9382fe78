"""A cluster of brokers: three nodes of RabbitMQ, whose subscriptions are quorum queues.

That is to be said before the first connection: a queue that is there keeps its kind.
"""

import base64
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
from urllib.parse import quote

from tests.servers import answers, free_port, missing, running, wait_until

USERNAME, PASSWORD = "luchtig", "x"
READY_S = 90.0
CONF = """\
listeners.tcp = none
default_user = luchtig
default_pass = x
loopback_users = none
mqtt.listeners.tcp.1 = 127.0.0.1:{mqtt}
mqtt.allow_anonymous = false
mqtt.durable_queue_type = quorum
mqtt.subscription_ttl = 604800000
mqtt.prefetch = 500
management.tcp.ip = 127.0.0.1
management.tcp.port = {http}
log.console = true
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = r0@localhost
cluster_formation.classic_config.nodes.2 = r1@localhost
cluster_formation.classic_config.nodes.3 = r2@localhost
cluster_formation.randomized_startup_delay_range.min = 0
cluster_formation.randomized_startup_delay_range.max = 1
"""


@dataclass
class Node:
    name: str
    program: str
    directory: Path
    env: dict[str, str]
    mqtt: int
    http: int
    stack: ExitStack = field(default_factory=ExitStack)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.mqtt}"

    def start(self) -> None:
        log = self.directory / "rabbitmq.log"
        self.child = self.stack.enter_context(
            running(
                [self.program], log, ready=lambda: answers(self.mqtt), env=self.env,
                cwd=self.directory, within_s=READY_S,
            )
        )  # fmt: skip

    def kill(self) -> None:
        """As a power cut would; what started it waits in the same group."""
        assert self.child is not None
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self) -> None:
        """End it as its service manager would."""
        self.stack.close()

    def asked(self, path: str) -> Any:
        """What it says of the cluster; None where it is away or knows nothing of that."""
        login = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}/api{path}", headers={"Authorization": f"Basic {login}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as said:  # noqa: S310 - our own node
                return json.load(said)
        except OSError:
            return None


@dataclass(frozen=True)
class Cluster:
    nodes: tuple[Node, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(node.url for node in self.nodes)

    def leader(self, client_id: str) -> Node | None:
        """The node that leads the queue of a client."""
        queue = quote(f"mqtt-subscription-{client_id}qos1", safe="")
        said = self._asked(f"/queues/%2F/{queue}") or {}
        return self._named(said.get("leader"))

    def in_use(self, client_id: str) -> Node | None:
        """The node that a client is connected to."""
        for one in self._asked("/connections") or []:
            if one.get("variable_map", {}).get("client_id") == client_id:
                return self._named(one.get("node"))
        return None

    def is_whole(self) -> bool:
        said = self._asked("/nodes") or []
        return [one.get("running") for one in said] == [True] * len(self.nodes)

    def _asked(self, path: str) -> Any:
        return next((said for node in self.nodes if (said := node.asked(path)) is not None), None)

    def _named(self, name: str | None) -> Node | None:
        return next((node for node in self.nodes if node.name == name), None)


@contextmanager
def rabbitmq_cluster(directory: Path) -> Iterator[Cluster]:
    """Three nodes on loopback that have found each other."""
    installed = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    if not installed:
        missing(
            "rabbitmq-server is not installed: `make servers` installs it from Debian's packages"
        )
    home = directory / "rabbitmq"
    home.mkdir()
    cookie = home / ".erlang.cookie"
    cookie.write_text("COOKIEOFTHETESTS")
    cookie.chmod(0o400)
    (home / "plugins").write_text("[rabbitmq_mqtt,rabbitmq_management].")
    names = str(free_port())
    nodes = tuple(_node(f"r{number}", str(installed[-1]), home, names) for number in range(3))
    cluster = Cluster(nodes)
    try:
        for node in nodes:
            node.start()
        wait_until(cluster.is_whole, "the nodes to find each other", READY_S)
        yield cluster
    finally:
        for node in nodes:
            node.stop()
        subprocess.run(["epmd", "-port", names, "-kill"], capture_output=True, check=False)


def _node(name: str, program: str, home: Path, names: str) -> Node:
    mqtt, http = free_port(), free_port()
    place = home / name
    place.mkdir()
    conf = place / "rabbitmq.conf"
    conf.write_text(CONF.format(mqtt=mqtt, http=http))
    env = dict(os.environ) | {
        "HOME": str(home),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": names,
        "RABBITMQ_NODENAME": f"{name}@localhost",
        "RABBITMQ_NODE_PORT": str(free_port()),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONFIG_FILE": str(conf),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(place),
        "RABBITMQ_LOG_BASE": str(place),
        "RABBITMQ_PID_FILE": str(place / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
    }
    return Node(f"{name}@localhost", program, place, env, mqtt, http)
