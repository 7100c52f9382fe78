"""Two that connect by the same client id and push each other off the broker."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from sensors.agent.link import Identity
from sensors.agent.publisher import SpoolPublisher
from sensors.agent.spool import Spool
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from sensors.wire.instant import from_ns, to_wire
from sensors.wire.reading import About
from sensors.wire.topic import DeviceSlug
from tests.faults.publishers import MS, Told
from tests.faults.site import DE_KADE, site
from tests.servers import Broker, wait_until

DEVICE = Identity(DE_KADE, DeviceSlug("co2-04"), About(model="mh-z19b"))
THE_GATEWAY_SAYS = "is anything else connected as"
AN_AGENT_SAYS = "is another device connected as luchtig-de-kade-co2-04?"


@contextmanager
def stranger(broker: Broker, client_id: str) -> Iterator[None]:
    """Somebody who takes a session over, gets what is in it and acknowledges nothing."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=False, manual_ack=True
    )
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    wait_until(client.is_connected, "the stranger")
    try:
        yield
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_gateway_whose_place_is_taken_again_and_again_says_so_and_loses_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    with site(tmp_path, broker, "sqlite:///r.db") as place:
        gateway = place.venue.start("gateway")

        def said(words: str) -> int:
            return place.venue.log("gateway").count(words)

        over, other = place.devices(broker.port)
        with over, other:
            for _ in range(15):
                if said(THE_GATEWAY_SAYS):
                    break
                before = said("connected to")
                with stranger(broker, f"gateway-{place.venue.port}"):
                    other.says(5)
                wait_until(lambda n=before: said("connected to") > n, "the gateway again")  # type: ignore[misc]
            other.says(30)
            place.ends_equal((over, other))
        assert gateway.poll() is None
        assert said(THE_GATEWAY_SAYS) == 1


def test_two_agents_by_the_same_name_say_so_once_each_and_lose_nothing(
    tmp_path: Path, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    sent: set[Told] = set()
    with site(tmp_path, broker, "sqlite:///r.db") as place, ExitStack() as stack:
        place.venue.start("gateway")
        spools = [stack.enter_context(Spool(tmp_path / name)) for name in ("one.db", "two.db")]
        settings = BrokerSettings(url=broker.url)
        agents = [SpoolPublisher(DEVICE, settings, tmp_path, spool) for spool in spools]
        for agent in agents:
            agent.start()
            stack.callback(agent.stop)

        def measure() -> None:
            for spool, agent in zip(spools, agents, strict=True):
                at_ns = SYSTEM.now_ns() // MS * MS + len(sent) * MS
                sent.add((DEVICE.device, at_ns, 700.0))
                body = json.dumps({"ts": to_wire(from_ns(at_ns)), "co2_ppm": 700}).encode()
                spool.append(DEVICE.name, "air", lambda _seq, it=body: it)  # type: ignore[misc]
                agent.look()

        def both_said_it() -> bool:
            measure()
            return caplog.text.count(AN_AGENT_SAYS) == len(agents)

        wait_until(both_said_it, "both to say it")
        wait_until(lambda: not any(spool.waiting() for spool in spools), "all to be taken")
        wait_until(lambda: place.held() == sent, "exactly what both sent")
        assert caplog.text.count(AN_AGENT_SAYS) == len(agents)
