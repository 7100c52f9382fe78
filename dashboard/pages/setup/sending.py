"""How a sensor is told where to send: address and login as text, as a code to scan, and for two firmwares."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from gateway.config import DashboardSettings
from sensors.wire.topic import VenueSlug

DEVICE: Final = "co2-01"
USUAL_PORT: Final = 1883


@dataclass(frozen=True, slots=True)
class Sending:
    """``username`` and ``password`` are empty where the broker asks for none. ``url`` holds all of it,
    ``code`` is that as an SVG.
    """

    host: str
    port: int
    username: str
    password: str
    topic: str

    @property
    def url(self) -> str:
        login = (
            f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@"
            if self.username
            else ""
        )
        return f"mqtt://{login}{self.host}:{self.port}"

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
        message = '{"co2_ppm":%value%}'
        return "\n".join(
            [
                f"Backlog MqttHost {self.host}; MqttPort {self.port};{login} TelePeriod 10",
                f"Rule1 ON Tele-SCD40#CarbonDioxide DO Publish {self.topic} {message} ENDON",
                "Rule1 1",
            ]
        )


def sending(settings: DashboardSettings, directory: Path, venue: VenueSlug) -> Sending | None:
    """None where the set-up does not say where sensors send to."""
    if not settings.sensor_broker:
        return None
    named = urlsplit(settings.sensor_broker)
    password = ""
    if settings.sensor_password_file is not None:
        file = directory / settings.sensor_password_file
        password = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    return Sending(
        named.hostname or "",
        named.port or USUAL_PORT,
        settings.sensor_username,
        password,
        f"luchtig/devices/{venue}/{DEVICE}/air",
    )
