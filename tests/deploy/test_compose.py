"""The containers: what compose takes, what each may do, and a broker that lets in whom it should."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.servers import WAIT_S, answers, free_port, program, running

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/compose"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_compose_takes_it() -> None:
    command = [program("docker-compose"), "-f", str(FOLDER / "compose.yaml"), "--profile", "sim"]
    said = subprocess.run([*command, "config", "-q"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_pinned_writes_nowhere_else_and_gains_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":\d+\.\d+\.\d+$", service["image"]), service["image"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_a_port_listens_on_this_machine_until_somebody_says_otherwise(name: str) -> None:
    for port in SERVICES[name].get("ports", ()):
        assert re.match(r"(127\.0\.0\.1|\$\{BROKER_ADDRESS:-127\.0\.0\.1\}):\d+:\d+$", port)


def test_what_must_run_says_how_it_is() -> None:
    assert {name for name in SERVICES if "healthcheck" not in SERVICES[name]} == {"sim"}


def test_no_secret_stands_in_the_file() -> None:
    assert all(set(one) == {"file"} for one in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        for key in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|TOKEN|SECRET)$", key), key


def test_the_image_of_the_program_is_built_from_one_that_is_pinned() -> None:
    images = re.findall(r"^FROM (\S+)", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", image) for image in images)


@pytest.mark.servers
def test_prepared_the_broker_lets_in_its_logins_alone_and_preparing_again_changes_nothing(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "compose"
    shutil.copytree(FOLDER, folder)
    for _ in range(2):
        subprocess.run([folder / "prepare", "air.local"], check=True, capture_output=True)
        secrets = {
            path: path.read_bytes() for path in folder.glob("secrets/**/*") if path.is_file()
        }
        assert len(secrets) == 11
    assert all(
        path.stat().st_mode & 0o077 == 0 or path.name.startswith("store-") for path in secrets
    )

    plain, encrypted = free_port(), free_port()
    conf = (folder / "mosquitto.conf").read_text()
    for inside, here in {
        "listener 1883": f"listener {plain} 127.0.0.1",
        "listener 8883": f"listener {encrypted} 127.0.0.1",
        "/run/luchtig": str(folder / "secrets/broker"),
        "/mosquitto/config/luchtig.acl": str(ROOT / "deploy/mosquitto/luchtig.acl"),
        "/mosquitto/data/": f"{tmp_path}/",
    }.items():
        assert inside in conf
        conf = conf.replace(inside, here)
    (tmp_path / "mosquitto.conf").write_text(f"{conf}user root\n")

    def publish(port: int, login: str | None, *options: str) -> int:
        command = [
            program("mosquitto_pub"),
            "-h",
            "localhost",
            "-p",
            str(port),
            "-q",
            "1",
            "-m",
            "online",
        ]
        if login:
            password = (folder / f"secrets/{login.removeprefix('luchtig-')}-password").read_text()
            command += ["-u", login, "-P", password.strip()]
        topic = "luchtig/devices/de-kade/co2-01/status"
        said = subprocess.run(
            [*command, "-t", topic, *options], capture_output=True, timeout=WAIT_S, check=False
        )
        return said.returncode

    broker = [program("mosquitto"), "-c", str(tmp_path / "mosquitto.conf")]
    with running(broker, tmp_path / "log", ready=lambda: answers(plain)):
        assert publish(plain, None) != 0
        assert publish(plain, "luchtig-sim") == 0
        authority = folder / "secrets/authority.crt"
        assert publish(encrypted, "luchtig-dashboard", "--cafile", str(authority)) == 0
