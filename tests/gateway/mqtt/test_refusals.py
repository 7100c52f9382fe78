"""What the broker refuses is said once, counted, and stays undone until the broker takes it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateway.mqtt.connection import Outgoing
from gateway.mqtt.reach import Patience
from gateway.mqtt.session import BrokerSession, SecondGateway
from sensors.config import BrokerSettings
from tests.acl import mosquitto_with_rules
from tests.scripted_broker import (
    CONNECT,
    PUBLISH,
    SUBSCRIBE,
    Packet,
    Script,
    ScriptedBroker,
)
from tests.servers import mosquitto, wait_until

STATE = "luchtig/rooms/de-kade/serre/state"
OTHER_STATE = "luchtig/rooms/de-kade/zaal/state"
SOON = Patience(own_s=0.5, devices_s=0.5)
PROBE = "luchtig/devices/luchtig-check/probe/air"


class Gateway:
    """A session on a broker, what it took in and what it counted."""

    def __init__(self, url: str, directory: Path, username: str | None = None) -> None:
        self.taken: list[tuple[str, bool]] = []
        self.counted: Counter[tuple[str, int]] = Counter()
        self.ready = threading.Event()
        self.died: Exception | None = None
        settings = BrokerSettings(url=url, client_id="g1", username=username, password="x")
        self.session = BrokerSession(
            settings, directory, self, on_refused=self._count, on_subscribed=self.ready.set,
            patience=SOON,
        )  # fmt: skip
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def tick(self, *, is_up: bool, ending: bool = False) -> None:
        pass

    def connected(self, *, session_present: bool) -> None:
        """Nothing hangs on it here."""

    def message(
        self,
        topic: str,
        payload: bytes,  # noqa: ARG002 - as the session has it
        *,
        retained: bool,
        done: Callable[[], None] | None,
        packet: int | None,  # noqa: ARG002
        again: bool,  # noqa: ARG002
    ) -> None:
        self.taken.append((topic, retained))
        if done is not None:
            done()

    def publish(self, topic: str) -> list[str]:
        """What the broker says to a message there, once it has."""
        said: list[str] = []
        message = Outgoing(
            topic, b"{}", retain=True,
            done=lambda: said.append("taken"), refused=lambda: said.append("refused"),
        )  # fmt: skip
        assert self.session.publish(message)
        return said

    def publish_and_wait(self, topic: str) -> list[str]:
        answer = self.publish(topic)
        wait_until(lambda: answer, "the answer")
        return answer

    def _count(self, packet: str, code: int) -> None:
        self.counted[packet, code] += 1

    def _run(self) -> None:
        try:
            self.session.run(self.stop)
        except SecondGateway as error:
            self.died = error

    @contextmanager
    def running(self) -> Iterator["Gateway"]:
        self.thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            self.thread.join(10)
            assert not self.thread.is_alive()


def published_by(user: str, port: int, topic: str) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user, "x")
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(topic, b'{"co2_ppm":812}', 1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


def said(caplog: pytest.LogCaptureFixture, part: str) -> list[str]:
    return [record.message for record in list(caplog.records) if part in record.message]


class TestWithAccessRules:
    def test_what_may_not_be_published_is_refused_and_said_once_with_the_line_that_is_missing(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with (
            mosquitto_with_rules(tmp_path / "b", "topic read luchtig/#") as broker,
            Gateway(broker.url, tmp_path, "gw").running() as gateway,
        ):
            assert gateway.ready.wait(20)
            answers = [gateway.publish(topic) for topic in (STATE, STATE, OTHER_STATE)]
            wait_until(lambda: all(answers), "the answers")
            wait_until(lambda: gateway.counted["puback", 135] >= 4, "the count, its status too")
        assert answers == [["refused"]] * 3
        (line,) = said(caplog, "luchtig/rooms")
        assert line == (
            f"broker: does not let us publish on {STATE} (PUBACK 0x87, Not authorized): its access "
            "rules need `topic write luchtig/rooms/#`; trying again"
        )

    def test_a_message_on_one_topic_that_is_refused_does_not_hinder_another(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        rules = f"topic read luchtig/#\ntopic write {OTHER_STATE}\ntopic write luchtig/gateways/#"
        with (
            mosquitto_with_rules(tmp_path / "b", rules) as broker,
            Gateway(broker.url, tmp_path, "gw").running() as gateway,
        ):
            assert gateway.ready.wait(20)
            answers = [gateway.publish(topic) for topic in (STATE, OTHER_STATE, STATE)]
            wait_until(lambda: all(answers), "the answers")
        assert answers == [["refused"], ["taken"], ["refused"]]
        assert gateway.counted == {("puback", 135): 2}
        assert len(said(caplog, "luchtig/rooms")) == 1

    def test_rules_that_are_mended_are_noticed_and_said(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with mosquitto_with_rules(tmp_path / "b", "topic read luchtig/#") as broker:
            rules = tmp_path / "b" / "rules.acl"
            with Gateway(broker.url, tmp_path, "gw").running() as gateway:
                assert gateway.ready.wait(20)
                refused = gateway.publish(STATE)
                wait_until(lambda: refused, "the no")
                rules.write_text(rules.read_text() + "topic readwrite luchtig/#\n")
                broker.reload()
                wait_until(lambda: "taken" in gateway.publish_and_wait(STATE), "the yes")
            assert said(caplog, "takes luchtig/rooms") == [f"broker: takes {STATE} again"]

    def test_that_nothing_comes_in_is_said_where_the_gateway_may_send_but_not_read(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        rules = "topic readwrite luchtig/gateways/#\ntopic write luchtig/#"
        with (
            mosquitto_with_rules(tmp_path / "b", rules) as broker,
            Gateway(broker.url, tmp_path, "gw").running() as gateway,
        ):
            published_by("dev", broker.port, "luchtig/devices/de-kade/co2-03/air")
            wait_until(lambda: said(caplog, "reaches us"), "the complaint")
        assert gateway.taken == []
        (line,) = said(caplog, "reaches us")
        assert "`topic read luchtig/devices/#`" in line

    def test_that_nothing_has_come_is_said_where_the_gateway_may_not_try_it_itself(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with (
            mosquitto_with_rules(tmp_path / "b", "topic readwrite luchtig/gateways/#") as broker,
            Gateway(broker.url, tmp_path, "gw").running() as gateway,
        ):
            published_by("dev", broker.port, "luchtig/devices/de-kade/co2-03/air")
            wait_until(lambda: said(caplog, "nothing has come in"), "the complaint")
        assert gateway.taken == []
        (line,) = said(caplog, "nothing has come in")
        assert "`topic read luchtig/devices/#`" in line
        assert not gateway.counted, "its own trial is no refusal of anybody's reading"

    def test_where_devices_are_heard_nothing_is_said(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        rules = "topic read luchtig/#\ntopic write luchtig/gateways/#\ntopic write luchtig/rooms/#"
        with (
            mosquitto_with_rules(tmp_path / "b", rules) as broker,
            Gateway(broker.url, tmp_path, "gw").running() as gateway,
        ):
            assert gateway.ready.wait(20)
            published_by("dev", broker.port, "luchtig/devices/de-kade/co2-03/air")
            wait_until(lambda: gateway.taken, "the reading")
            gateway.stop.wait(2 * SOON.devices_s)
        assert said(caplog, "access rules") == []
        assert not gateway.counted


class TestChecks:
    @pytest.mark.parametrize(
        "topic",
        [
            "luchtig/devices/luchtig-check/probe/air",
            "luchtig/devices/luchtig-check/probe/status",
            "luchtig/devices/luchtig-check/probe/rubbish",
            "luchtig/devices/luchtig-check",
            "luchtig/devices/de-kade/luchtig-check/people",
        ],
    )
    def test_what_a_check_sends_is_passed_over(self, tmp_path: Path, topic: str) -> None:
        air = "luchtig/devices/de-kade/co2-03/air"
        with (
            mosquitto(tmp_path / "b") as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            assert gateway.ready.wait(20)
            published_by("dev", broker.port, topic)
            published_by("dev", broker.port, air)
            wait_until(lambda: gateway.taken, "what is no check's")
        assert [topic for topic, _ in gateway.taken] == [air]


class TestWithoutRetainedMessages:
    def test_a_gateway_works_on_a_broker_that_keeps_none_and_says_so_once(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with (
            mosquitto(tmp_path / "b", extra="retain_available false\n") as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            assert gateway.ready.wait(20)
            answer = gateway.publish(STATE)
            published_by("dev", broker.port, "luchtig/devices/de-kade/co2-03/air")
            wait_until(lambda: answer and gateway.taken, "both ways")
        assert answer == ["taken"]
        (line,) = said(caplog, "no retained messages")
        assert "retain_available true" in line
        assert gateway.counted == {("connack", 154): 1}


class TestOtherNoes:
    def test_a_subscription_that_is_refused_is_asked_for_again_until_it_is_granted(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        answers = iter([[0x87, 1], [1]])
        script = Script(suback=lambda packet: next(answers) if packet.is_5 else [1])
        with (
            ScriptedBroker(script).serving() as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            assert gateway.ready.wait(20)
            assert broker.of_kind(SUBSCRIBE)[-1].filters == ["luchtig/devices/#"]
        (line,) = said(caplog, "subscribe")
        assert line == (
            "broker: does not let us subscribe to luchtig/devices/# (SUBACK 0x87, Not authorized): "
            "its access rules need `topic read luchtig/devices/#`; trying again"
        )
        assert gateway.counted == {("suback", 0x87): 1}

    def test_3_1_1_knows_one_no_to_a_subscription(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        script = Script(
            connack=lambda packet: 0x84 if packet.is_5 else 0,
            suback=lambda packet: [0x80] * len(packet.filters),
        )
        with (
            ScriptedBroker(script).serving() as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            wait_until(lambda: gateway.counted["suback", 0x80] >= 2, "both filters to be refused")
            assert not gateway.ready.is_set()
        assert len(said(caplog, "`topic read luchtig/devices/#`")) == 1

    def test_only_the_gateways_own_status_may_not_be_read_and_readings_come_all_the_same(
        self, tmp_path: Path
    ) -> None:
        script = Script(suback=lambda packet: [0x87 if "gat" in f else 1 for f in packet.filters])
        with (
            ScriptedBroker(script).serving() as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            assert gateway.ready.wait(20)

    @pytest.mark.parametrize(
        ("code", "advice"),
        [(0x85, "broker.client_id"), (0x86, "broker.password"), (0x8A, "bans"), (0x97, "quota")],
        ids=["client id", "login", "banned", "quota"],
    )
    def test_a_no_to_the_connection_is_said_once_with_what_to_do(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int, advice: str
    ) -> None:
        with (
            ScriptedBroker(Script(connack=lambda p: code if p.is_5 else 0)).serving() as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            wait_until(lambda: gateway.counted["connack", code] >= 2, "two attempts")
        (line,) = said(caplog, "refuses us")
        assert f"CONNACK 0x{code:02x}" in line
        assert advice in line

    def test_a_broker_that_closes_the_connection_over_a_message_is_quoted_and_not_besieged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        def closes(packet: Packet) -> int | None:
            return 0x87 if packet.kind == PUBLISH and packet.topic == PROBE else None

        with (
            ScriptedBroker(Script(closes=closes)).serving() as broker,
            Gateway(broker.url, tmp_path).running() as gateway,
        ):
            wait_until(lambda: gateway.counted["disconnect", 0x87] == 1, "the end of the first")
            wait_until(lambda: gateway.session.is_up, "the second connection")
            answer = gateway.publish(STATE)
            wait_until(lambda: answer, "it to last")
            assert broker.published(PROBE) == 1, "what cost the connection is not tried again"
            assert len([p for p in broker.of_kind(CONNECT) if p.is_5]) == 2
        assert answer == ["taken"]
        (line,) = said(caplog, "closed the connection")
        assert "DISCONNECT 0x87, Not authorized" in line
        assert gateway.died is None
