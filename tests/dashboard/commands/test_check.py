"""``luchtig check`` against real parts: each is reached, or it says how to mend it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from paho.mqtt.enums import CallbackAPIVersion

from dashboard.cli import main
from gateway.registry.database import open_database
from tests.scripted_broker import Packet, Script, ScriptedBroker
from tests.servers import Broker, free_port, mosquitto


@pytest.fixture
def config(tmp_path: Path, broker: Broker) -> Path:
    """A set-up in which all is well: a broker, a migrated database, a mail server."""
    open_database("sqlite:///luchtig.db", tmp_path).migrate()
    file = tmp_path / "luchtig.toml"
    file.write_text(f'[broker]\nurl = "{broker.url}"\n[notify]\nmail = ""\n', encoding="utf-8")
    return file


def put(config: Path, text: str) -> None:
    """Replace the configuration."""
    config.write_text(text, encoding="utf-8")


def check(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    status = main(["check", "--config", str(config), *more])
    return status, capsys.readouterr().out.splitlines()


def line(lines: list[str], part: str) -> str:
    (found,) = [text for text in lines if text[6:].startswith(part)]
    return found


@contextmanager
def client_of(broker: Broker) -> Iterator[mqtt.Client]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def test_a_set_up_in_which_all_is_well_passes(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = check(config, capsys)
    assert status == 0
    assert line(lines, "broker").endswith("lets us in, MQTT 5")
    assert line(lines, "database").startswith("ok")
    assert line(lines, "gateway") == "note  gateway    luchtig-gateway is never seen on this broker"


def test_a_broker_that_is_away_is_told_and_the_other_parts_are_still_tried(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(config, f'[broker]\nurl = "mqtt://127.0.0.1:{free_port()}"\n')
    status, lines = check(config, capsys)
    assert status == 1
    assert line(lines, "broker").startswith("FAIL")
    assert line(lines, "database").startswith("ok")


def test_one_address_that_is_away_is_no_failure_where_another_stands_in(
    config: Path, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = f"mqtt://127.0.0.1:{free_port()}"
    put(config, f'[broker]\nurl = ["{dead}", "{broker.url}"]\n[notify]\nmail = ""\n')
    status, lines = check(config, capsys)
    first, second = [text for text in lines if text[6:].startswith("broker")]
    assert status == 0
    assert first.startswith(f"note  broker     {dead} is not reached")
    assert second == f"ok    broker     {broker.url} lets us in, MQTT 5"
    assert line(lines, "way in").startswith("ok")


def test_a_broker_that_closes_on_mqtt_5_unanswered_is_asked_in_3_1_1(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Deaf(ScriptedBroker):
        def _answer(self, connection: object, packet: Packet) -> bool:
            return not packet.is_5 and super()._answer(connection, packet)  # type: ignore[arg-type]

    with Deaf(Script()).serving() as old:
        put(config, f'[broker]\nurl = "{old.url}"\n[notify]\nmail = ""\n')
        _, lines = check(config, capsys)
    assert line(lines, "broker") == f"ok    broker     {old.url} lets us in, MQTT 3.1.1"


def test_a_wrong_login_is_told_in_the_brokers_words(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "passwords").touch()
    extra = f"password_file {closed / 'passwords'}\n"
    with mosquitto(closed, extra=extra, anonymous=False) as strict:
        put(config, f'[broker]\nurl = "{strict.url}"\nusername = "anna"\npassword = "wrong"\n')
        status, lines = check(config, capsys)
    assert status == 1
    assert "Not authorized" in line(lines, "broker")


def test_a_database_without_tables_says_which_command_makes_them(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "luchtig.db").unlink()
    status, lines = check(config, capsys)
    assert status == 1
    assert "start luchtig gateway" in line(lines, "database")


def test_a_mail_server_is_really_asked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        text = config.read_text(encoding="utf-8")
        put(config, text.replace('mail = ""', f'mail = "smtp://127.0.0.1:{controller.port}"'))
        _, lines = check(config, capsys)
        assert line(lines, "mail").startswith("ok")
    finally:
        controller.stop()
    _, lines = check(config, capsys)
    assert line(lines, "mail").startswith("FAIL")


def test_a_port_that_another_program_uses_is_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        put(config, f'{config.read_text(encoding="utf-8")}[dashboard]\nbind = "{bind}"\n')
        status, lines = check(config, capsys)
    assert status == 1
    assert line(lines, "dashboard").startswith(f"FAIL  dashboard  {bind} cannot be used")


def test_a_mistake_in_the_file_is_told_with_its_key(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(config, "[broker]\nurll = 1\n[store]\ntls = 3\n")
    assert main(["check", "--config", str(config)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{config}: broker.urll: unknown key, did you mean url?",
        f"{config}: store.tls: expected bool, got int",
    ]


def test_what_others_can_read_is_told_with_how_to_mend_it(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line(check(config, capsys)[1], "files").startswith("ok")
    (tmp_path / "luchtig.db").chmod(0o640)
    (tmp_path / "secret").write_text("x" * 40)
    (tmp_path / "secret").chmod(0o604)
    tmp_path.chmod(0o755)
    status, lines = check(config, capsys)
    assert status == 1
    told = [text for text in lines if text[6:].startswith("files")]
    assert told == [
        f"note  files      {tmp_path} is open to others",
        f"FAIL  files      {tmp_path}/secret can be read by others",
        f"FAIL  files      {tmp_path}/luchtig.db can be read by others",
    ]
    assert f"{'':17}→ chmod 600 {tmp_path}/luchtig.db" in lines


SOURCES = """
[[source]]
kind = "zigbee2mqtt"
filter = "zigbee2mqtt/#"
venue = "de-kade"
[[source]]
kind = "statestream"
filter = "homeassistant/#"
venue = "de-kade"
[[source]]
kind = "tasmota"
filter = "tele/#"
venue = "de-kade"
"""


def test_the_topics_of_other_makers_are_tried_and_it_says_what_came_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database("sqlite:///luchtig.db", tmp_path).migrate()
    with mosquitto(tmp_path / "mosquitto") as broker, client_of(broker) as client:
        file = tmp_path / "luchtig.toml"
        put(file, f'[broker]\nurl = "{broker.url}"\n[notify]\nmail = ""\n{SOURCES}')
        for topic, payload in {
            "zigbee2mqtt/Vergaderzaal Noord": '{"co2":612,"temperature":21.3,"battery":87}',
            "zigbee2mqtt/bridge/state": '{"state":"online"}',
            "tele/plug/STATE": '{"Uptime":"1T"}',
        }.items():
            client.publish(topic, payload, 1, retain=True).wait_for_publish()
        status, lines = check(file, capsys)
    assert status == 0
    zigbee, hass, tasmota = [text for text in lines if text[6:].startswith("source")]
    assert zigbee == (
        "ok    source     zigbee2mqtt on zigbee2mqtt/#: 2 messages, from 1: vergaderzaal-noord"
    )
    assert hass == "note  source     statestream on homeassistant/#: nothing came within 3 s"
    assert tasmota.endswith("tasmota on tele/#: 1 message, none of which says a value")
    assert any("topic read homeassistant/#" in text for text in lines)


def test_topics_that_the_broker_does_not_let_us_hear_are_a_failure(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_zigbee(packet: Packet) -> list[int]:
        return [135 if name == "zigbee2mqtt/#" else 1 for name in packet.filters]

    with ScriptedBroker(Script(suback=no_zigbee)).serving() as strict:
        source = '[[source]]\nkind = "zigbee2mqtt"\nfilter = "zigbee2mqtt/#"\nvenue = "de-kade"\n'
        put(config, f'[broker]\nurl = "{strict.url}"\n[notify]\nmail = ""\n{source}')
        status, lines = check(config, capsys)
    assert status == 1
    assert line(lines, "source").startswith("FAIL")
