"""The process of the front ends when its gateway does, however, and never the other way unheard."""

import os
import signal
import threading
from pathlib import Path

import psutil
import pytest

from gateway.front.process import FarFront, FrontDied
from gateway.metrics import Metrics
from gateway.mqtt.connection import Outgoing
from sensors.clock import SYSTEM
from sensors.config import BrokerSettings
from tests.gateway.fronts import NO_BROKER, Heard, make_front
from tests.gateway.journalled import placed
from tests.servers import Broker, wait_until


def process_of(_front: object) -> psutil.Process:
    """The one that this test started last."""
    children = psutil.Process().children()
    return max((c for c in children if "gateway.front" in c.cmdline()), key=lambda c: c.pid)


def dies(front: FarFront) -> None:
    with pytest.raises(FrontDied):
        front.commit(threading.Event())


def test_a_part_that_dies_is_told_in_its_own_words(tmp_path: Path) -> None:
    wrong = BrokerSettings(url="mqtts://127.0.0.1:1", ca_file="not-there.pem")
    front = make_front("far", tmp_path, broker=wrong)
    with pytest.raises(FrontDied, match="cannot be used"):
        front.subscribe(threading.Event())
    front.close()


def test_a_process_that_is_killed_is_told_of_and_what_was_safe_stays(tmp_path: Path) -> None:
    front = make_front("far", tmp_path)
    died: list[str] = []

    def commit() -> None:
        try:
            front.commit(threading.Event())
        except FrontDied as error:
            died.append(str(error))

    thread = threading.Thread(target=commit)
    thread.start()
    front.journal.append([placed(1)])
    assert front.journal.flush(60)
    process_of(front).send_signal(signal.SIGKILL)
    thread.join(60)
    assert died == ["its process was ended by SIGKILL"]
    assert front.journal.read(0, 10) == [(1, placed(1))]
    front.close()


def test_what_stops_the_gateway_is_nothing_to_the_process_of_its_front(tmp_path: Path) -> None:
    front = make_front("far", tmp_path)
    stop = threading.Event()
    thread = threading.Thread(target=front.commit, args=(stop,))
    thread.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        process_of(front).send_signal(number)
    front.journal.append([placed(1)])
    assert front.journal.flush(60)
    stop.set()
    thread.join(60)
    front.close()


def test_a_front_whose_gateway_is_gone_goes_too_and_lets_go_of_what_it_held(tmp_path: Path) -> None:
    read, write = os.pipe()
    front = FarFront(NO_BROKER, tmp_path, None, SYSTEM, held=[write])
    front.open(Metrics(), Heard().events)
    thread = threading.Thread(target=dies, args=(front,))
    thread.start()
    process = process_of(front)
    os.close(write)
    front._channel.close()  # as the system does when the gateway is killed
    assert os.read(read, 1) == b""
    os.close(read)
    process.wait(60)
    thread.join(60)
    front.close()


def test_without_a_connection_nothing_is_published(tmp_path: Path) -> None:
    front = make_front("far", tmp_path)
    assert not front.publish(Outgoing("t", b"", retain=False))
    front.close()


def test_what_is_published_is_answered_once_the_broker_has_it(
    tmp_path: Path, broker: Broker
) -> None:
    heard, answered = Heard(), threading.Event()
    front = make_front("far", tmp_path, broker=BrokerSettings(url=broker.url), heard=heard)
    stop = threading.Event()
    threads = [
        threading.Thread(target=work, args=(stop,)) for work in (front.commit, front.subscribe)
    ]
    for thread in threads:
        thread.start()
    wait_until(lambda: heard.said["subscribed"], "the session")
    assert heard.said["up"] == 1
    assert front.publish(Outgoing("luchtig/x", b"1", retain=False, done=answered.set))
    assert answered.wait(60)
    stop.set()
    for thread in threads:
        thread.join(60)
    front.close()
    assert heard.said["down"] >= 1
