"""How a sensor is told where to send: address and login as text, as a code to scan, and for two firmwares."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from gateway.config import DashboardSettings
from sensors.config import BrokerSettings
from sensors.wire.topic import VenueSlug

DEVICE: Final = "co2-01"
USUAL_PORT: Final = 1883
USUAL_TLS_PORT: Final = 8883
UNKNOWN: Final = "PASSWORD"
"""What stands for a password that is made when the sensor is added."""
CONFIG: Final = "/etc/luchtig/luchtig.toml"


@dataclass(frozen=True, slots=True)
class Sending:
    """``username`` and ``password`` are empty where the broker asks for none. Where each sensor has a
    login of its own, ``adding`` is the command that makes it and nobody knows the password beforehand;
    ``authority`` is the certificate that a sensor has to trust, as PEM, where the way is encrypted.
    ``url`` holds all of it, ``code`` is that as an SVG.
    """

    host: str
    port: int
    username: str
    password: str
    topic: str
    adding: str = ""
    is_encrypted: bool = False
    authority: str = ""

    @property
    def url(self) -> str:
        login = (
            f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@"
            if self.username
            else ""
        )
        scheme = "mqtts" if self.is_encrypted else "mqtt"
        return f"{scheme}://{login}{self.host}:{self.port}"

    @property
    def code(self) -> str:
        from segno import make_qr  # noqa: PLC0415 - only where one is shown

        drawn: str = make_qr(self.url, error="m").svg_inline(
            border=4, light="#fff", dark="#000", svgclass="code", lineclass=None, omitsize=True
        )
        return drawn

    @property
    def esphome(self) -> str:
        login = [f"  username: {self.username}", f"  password: {json.dumps(self.password)}"]
        return "\n".join(
            [
                "mqtt:",
                f"  broker: {self.host}",
                f"  port: {self.port}",
                *(login if self.username else ()),
                *(["  certificate_authority: |"] if self.authority else ()),
                *(f"    {line}" for line in self.authority.splitlines()),
                "interval:",
                "  - interval: 10s",
                "    then:",
                "      - mqtt.publish_json:",
                f"          topic: {self.topic}",
                "          qos: 1",
                '          payload: root["co2_ppm"] = id(co2).state;',
            ]
        )

    @property
    def tasmota(self) -> str:
        login = f" MqttUser {self.username}; MqttPassword {self.password};" if self.username else ""
        encrypted = " SetOption103 1;" if self.is_encrypted else ""
        message = '{"co2_ppm":%value%}'
        return "\n".join(
            [
                f"Backlog MqttHost {self.host}; MqttPort {self.port};{encrypted}{login} TelePeriod 10",
                f"Rule1 ON Tele-SCD40#CarbonDioxide DO Publish {self.topic} {message} ENDON",
                "Rule1 1",
            ]
        )


def sending(
    settings: DashboardSettings,
    directory: Path,
    venue: VenueSlug,
    broker: BrokerSettings = BrokerSettings(),  # noqa: B008 - frozen
) -> Sending | None:
    """None where the set-up does not say where sensors send to."""
    topic = f"luchtig/devices/{venue}/{DEVICE}/air"
    if settings.sensor_broker:
        host, port, _ = _address(settings.sensor_broker)
        password = _text(directory, settings.sensor_password_file).strip()
        return Sending(host, port, settings.sensor_username, password, topic)
    if broker.device_passwords is None:
        return None
    host, port, is_encrypted = _address(broker.device_url or broker.urls[0])
    return Sending(
        host, port, f"{venue}/{DEVICE}", UNKNOWN, topic,
        adding=f"sudo luchtig device add {venue} {DEVICE} --config {CONFIG}",
        is_encrypted=is_encrypted,
        authority=_text(directory, broker.device_ca_file).strip() if is_encrypted else "",
    )  # fmt: skip


def _address(url: str) -> tuple[str, int, bool]:
    named = urlsplit(url)
    is_encrypted = named.scheme == "mqtts"
    usual = USUAL_TLS_PORT if is_encrypted else USUAL_PORT
    return named.hostname or "", named.port or usual, is_encrypted


def _text(directory: Path, file: str | None) -> str:
    """Empty of a file that is not there, or that may not be read."""
    try:
        return "" if file is None else (directory / file).read_text(encoding="utf-8")
    except OSError:
        return ""
