"""``luchtig check`` sends a message through the broker, and names what is in its way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from dashboard.cli import main
from gateway.registry.database import open_database
from tests.acl import mosquitto_with_rules
from tests.scripted_broker import PUBLISH, Script, ScriptedBroker
from tests.servers import Broker, mosquitto

ALL = "topic readwrite luchtig/#"
PROPER = """\
topic read luchtig/devices/#
topic write luchtig/rooms/#
topic readwrite luchtig/gateways/#"""
STATUS = "luchtig/devices/luchtig-check/probe/status"


def checked(
    directory: Path, url: str, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, list[str]]:
    """The exit status and the lines about the ways through the broker."""
    open_database("sqlite:///luchtig.db", directory).migrate()
    config = directory / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "{url}"\nusername = "gw"\npassword = "x"\n[notify]\nmail = ""\n',
        encoding="utf-8",
    )
    status = main(["check", "--config", str(config), *more])
    lines = capsys.readouterr().out.splitlines()
    return status, lines


def about(lines: list[str], part: str) -> str:
    """What is said of a part, with what to do, or nothing."""
    found = [i for i, line in enumerate(lines) if line[6:].startswith(part)]
    if not found:
        return ""
    (at,) = found
    mend = lines[at + 1] if lines[at + 1 : at + 2] and "→" in lines[at + 1] else ""
    return f"{lines[at]} {mend.strip()}".strip()


def retained(broker: Broker, topic: str) -> list[bytes]:
    """What the broker keeps there."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("dev", "x")
    found: list[bytes] = []
    asked = threading.Event()
    client.on_message = lambda _c, _u, message: found.append(bytes(message.payload))
    client.on_subscribe = lambda *_: asked.set()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.subscribe([(topic, 1), ("nothing", 1)])
    assert asked.wait(10)
    client.publish(topic + "/end", b"", 1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
    return found


@contextmanager
def rules(directory: Path, gateway: str) -> Iterator[Broker]:
    with mosquitto_with_rules(directory / "broker", gateway) as broker:
        yield broker


def test_an_open_broker_is_gone_through_and_nothing_is_left_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rules(tmp_path, ALL) as broker:
        status, lines = checked(tmp_path, broker.url, capsys)
        assert retained(broker, STATUS) == []
        assert retained(broker, "luchtig/rooms/luchtig-check/probe/state") == []
    assert status == 0
    assert about(lines, "way in").startswith("ok    way in     what a device publishes")
    assert about(lines, "way out").startswith("ok ")
    assert about(lines, "retained") == ""


def test_a_gateway_that_may_not_write_as_a_device_is_a_note_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rules(tmp_path, PROPER) as broker:
        status, lines = checked(tmp_path, broker.url, capsys)
    assert status == 0
    assert about(lines, "way in").startswith("note  way in     our own login may not publish")
    assert "--device-login NAME --password-file FILE" in about(lines, "way in")


def test_a_devices_login_goes_the_whole_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    kept.write_text("x\n")
    password = tmp_path / "password"
    password.symlink_to(kept)
    given = ("--device-login", "dev", "--password-file", str(password))
    with rules(tmp_path, PROPER) as broker:
        status, lines = checked(tmp_path, broker.url, capsys, *given)
        assert retained(broker, STATUS) == []
    assert status == 0
    assert "with the login dev reaches the gateway" in about(lines, "way in")


def test_what_the_gateway_may_not_read_is_named_with_the_line_that_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rules(tmp_path, "topic readwrite luchtig/gateways/#") as broker:
        status, lines = checked(tmp_path, broker.url, capsys, "--device-login", "dev")
    assert status == 1
    assert about(lines, "way in").startswith("FAIL")
    assert "`topic read luchtig/devices/#`" in about(lines, "way in")
    assert "`topic write luchtig/rooms/#`" in about(lines, "way out")


def test_what_the_gateway_may_not_publish_is_named_with_the_line_that_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rules(tmp_path, "topic read luchtig/#") as broker:
        status, lines = checked(tmp_path, broker.url, capsys)
    assert status == 1
    assert about(lines, "way out").startswith("FAIL")
    assert "PUBACK 0x87" in about(lines, "way out")
    assert "`topic write luchtig/rooms/#`" in about(lines, "way out")


def test_a_device_that_may_not_write_is_told_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rules(tmp_path, PROPER) as broker:
        status, lines = checked(tmp_path, broker.url, capsys, "--device-login", "nobody")
    assert status == 1
    assert about(lines, "way in").startswith("FAIL  way in     the broker refuses what nobody")
    assert "`topic write luchtig/devices/luchtig-check/#`" in about(lines, "way in")


def test_a_gateway_that_hears_devices_needs_no_trial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("dev", "x")
    with rules(tmp_path, PROPER) as broker:
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        client.publish(
            "luchtig/devices/de-kade/co2-01/status", b"online", 1, True
        ).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()
        status, lines = checked(tmp_path, broker.url, capsys)
    assert status == 0
    assert about(lines, "way in") == "ok    way in     the gateway sees what devices send"


def test_a_broker_that_keeps_no_retained_messages_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mosquitto(tmp_path / "broker", extra="retain_available false\n") as broker:
        status, lines = checked(tmp_path, broker.url, capsys)
    assert status == 1
    assert about(lines, "way in").startswith("ok ")
    assert about(lines, "retained").startswith("FAIL  retained   the broker keeps no retained")
    assert "retain_available true" in about(lines, "retained")


@pytest.mark.parametrize(
    ("script", "part", "words"),
    [
        (Script(connack=lambda p: 0x8A if p.is_5 else 5), "broker", "CONNACK 0x8a, Banned"),
        (Script(connack=lambda p: 0x86 if p.is_5 else 4), "broker", "broker.password"),
        (Script(connack=lambda p: 0x85 if p.is_5 else 2), "broker", "broker.client_id"),
        (
            Script(suback=lambda p: [0x87 if "devices" in p.filters[0] else 1]),
            "way in",
            "`topic read luchtig/devices/#`",
        ),
        (
            Script(connack=lambda p: 0x84 if p.is_5 else 0, suback=lambda _: [0x80]),
            "broker",
            "SUBACK 0x80",
        ),
        (
            Script(puback=lambda p: 0x87 if p.topic.endswith("/alert") else 0),
            "way out",
            "`topic write luchtig/rooms/#`",
        ),
        (
            Script(closes=lambda p: 0x98 if p.kind == PUBLISH else None),
            "way out",
            "DISCONNECT 0x98",
        ),
    ],
    ids=["banned", "login", "client id", "filter", "filter in 3.1.1", "one topic", "disconnected"],
)
def test_each_no_of_a_broker_is_quoted_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], script: Script, part: str, words: str
) -> None:
    with ScriptedBroker(script).serving() as broker:
        status, lines = checked(tmp_path, broker.url, capsys)
    assert status == 1
    assert about(lines, part).startswith("FAIL")
    assert words in about(lines, part)


def test_where_3_1_1_drops_in_silence_both_lines_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(connack=lambda packet: 0x84 if packet.is_5 else 0)
    with ScriptedBroker(script).serving() as broker:
        status, lines = checked(tmp_path, broker.url, capsys, "--device-login", "dev")
        own_status, own = checked(tmp_path, broker.url, capsys)
    assert (status, own_status) == (1, 0)
    assert about(own, "way in").startswith("note")
    assert "`topic read luchtig/devices/#`" in about(lines, "way in")
    assert "`topic write luchtig/devices/luchtig-check/#`" in about(lines, "way in")


def test_a_password_file_without_a_login_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--password-file", str(tmp_path / "x")]) == 2
    assert "--device-login" in capsys.readouterr().err
