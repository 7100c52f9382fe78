"""A device's own login, with Mosquitto and the rules that are shipped for it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.up.code import scannable
from tests.servers import Broker, mosquitto

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.servers


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    return tmp_path / "passwords"


@pytest.fixture
def added(passwords: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The password that was printed for co2-01."""
    config = tmp_path / "luchtig.toml"
    config.write_text(
        f'[broker]\nurl = "mqtt://broker.example"\ndevice_passwords = "{passwords}"\n'
    )
    assert main(["device", "add", "de-kade", "co2-01", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "user name  de-kade/co2-01" in said
    assert "broker.example, port 1883" in said
    (line,) = [line for line in said.splitlines() if line.startswith("password ")]
    password = line.split()[1]
    assert scannable(f"mqtt://de-kade%2Fco2-01:{password}@broker.example:1883") in said
    return password


@pytest.fixture
def broker(added: str, passwords: Path, tmp_path: Path) -> Iterator[Broker]:
    assert added not in passwords.read_text()
    rules = tmp_path / "acl"
    rules.write_text((ROOT / "deploy/mosquitto/luchtig.acl").read_text())
    for file in (rules, passwords):
        file.chmod(0o644)
    extra = f"allow_anonymous false\npassword_file {passwords}\nacl_file {rules}\n"
    with mosquitto(tmp_path / "mosquitto", extra=extra) as running:
        yield running


def published(broker: Broker, login: str, password: str, topic: str) -> bool:
    said = subprocess.run(
        ["mosquitto_pub", "-V", "5", "-p", str(broker.port), "-u", login, "-P", password, "-q", "1",
         "-t", topic, "-m", "{}"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return said.returncode == 0 and "not authorized" not in (said.stdout + said.stderr).lower()


def test_a_device_speaks_for_itself_alone(broker: Broker, added: str) -> None:
    mine, others = "luchtig/devices/de-kade/co2-01/air", "luchtig/devices/de-kade/co2-02/air"
    assert published(broker, "de-kade/co2-01", added, mine)
    assert not published(broker, "de-kade/co2-01", added, others)
    assert not published(broker, "de-kade/co2-01", "wrong", mine)


def test_a_login_that_is_removed_is_none(
    added: str, passwords: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert added
    arguments = ["de-kade", "co2-01", "--passwords", str(passwords)]
    assert main(["device", "remove", *arguments]) == 0
    assert passwords.read_text() == ""
    assert main(["device", "remove", *arguments]) == 1
    assert "has no login de-kade/co2-01" in capsys.readouterr().err


def test_added_again_it_has_the_new_password_and_others_keep_theirs(
    added: str, passwords: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = passwords.read_text()
    assert main(["device", "add", "de-kade", "co2-02", "--passwords", str(passwords)]) == 0
    assert main(["device", "add", "de-kade", "co2-01", "--passwords", str(passwords)]) == 0
    assert added not in capsys.readouterr().out
    lines = passwords.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["de-kade/co2-02", "de-kade/co2-01"]
    assert lines[1] not in before


def test_it_says_where_devices_reach_the_broker(
    passwords: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "luchtig.toml"
    config.write_text(
        '[broker]\nurl = "mqtt://127.0.0.1"\ndevice_url = "mqtts://air.local"\n'
        f'device_passwords = "{passwords}"\n'
    )
    assert main(["device", "add", "de-kade", "co2-01", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "broker     air.local, port 8883" in said
    assert "has to trust the authority" in said


def test_without_a_file_it_says_which_key_names_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["device", "add", "de-kade", "co2-01"]) == 1
    assert "device_passwords" in capsys.readouterr().err
