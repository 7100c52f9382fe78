"""What a sensor needs to know, as the sensors' step shows it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from dashboard.pages.setup.sending import sending
from dashboard.up.code import scannable
from gateway.config import DashboardSettings
from sensors.config import BrokerSettings
from sensors.wire.topic import VenueSlug

MOLEN = VenueSlug("molen")


def test_on_a_network_the_login_is_told_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a/b: c\n", encoding="utf-8")
    settings = DashboardSettings(
        sensor_broker="mqtt://192.0.2.5:1884",
        sensor_username="sensors",
        sensor_password_file="password",
    )
    found = sending(settings, tmp_path, MOLEN)
    assert found is not None
    told = urlsplit(found.url)
    assert (told.hostname, told.port, told.username) == ("192.0.2.5", 1884, "sensors")
    assert unquote(told.password or "") == "a/b: c"
    for line in (
        "  broker: 192.0.2.5",
        "  port: 1884",
        "  username: sensors",
        '  password: "a/b: c"',
        "          topic: luchtig/devices/molen/co2-01/air",
    ):
        assert line in found.esphome.splitlines()
    assert "MqttHost 192.0.2.5; MqttPort 1884; MqttUser sensors;" in found.tasmota
    assert found.code.startswith("<svg")
    assert "style=" not in found.code


def test_on_this_machine_alone_there_is_no_login(tmp_path: Path) -> None:
    found = sending(DashboardSettings(sensor_broker="mqtt://127.0.0.1:1883"), tmp_path, MOLEN)
    assert found is not None
    assert found.url == "mqtt://127.0.0.1:1883"
    assert "password" not in found.esphome
    assert "MqttUser" not in found.tasmota


def test_where_nobody_says_where_to_send_nothing_is_shown(tmp_path: Path) -> None:
    assert sending(DashboardSettings(), tmp_path, MOLEN) is None


def test_where_each_sensor_has_a_login_of_its_own_the_page_says_how_it_is_made(
    tmp_path: Path,
) -> None:
    certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    (tmp_path / "authority.crt").write_text(f"{certificate}\n", encoding="utf-8")
    broker = BrokerSettings(
        device_passwords="/etc/mosquitto/luchtig.passwords",
        device_url="mqtts://air.local",
        device_ca_file="authority.crt",
    )
    found = sending(DashboardSettings(), tmp_path, MOLEN, broker)
    assert found is not None
    assert (found.host, found.port, found.username) == ("air.local", 8883, "molen/co2-01")
    assert found.adding.startswith("sudo luchtig device add molen co2-01 ")
    assert '  password: "PASSWORD"' in found.esphome
    assert found.authority == certificate
    assert "  certificate_authority: |\n    -----BEGIN CERTIFICATE-----\n" in found.esphome
    assert "MqttPort 8883; SetOption103 1; MqttUser molen/co2-01;" in found.tasmota


def test_a_certificate_that_cannot_be_read_leaves_the_rest(tmp_path: Path) -> None:
    broker = BrokerSettings(
        device_passwords="p", device_url="mqtts://air.local:8884", device_ca_file="gone"
    )
    found = sending(DashboardSettings(), tmp_path, MOLEN, broker)
    assert found is not None
    assert (found.port, found.authority) == (8884, "")
    assert "certificate_authority" not in found.esphome


def test_a_link_is_a_square_of_half_blocks() -> None:
    lines = scannable("http://192.0.2.5:8080/setup?key=abc").splitlines()
    widths = {len(line) for line in lines}
    assert len(widths) == 1
    assert abs(2 * len(lines) - widths.pop()) <= 1
