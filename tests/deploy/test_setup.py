"""A machine set up, again, otherwise, and put back as it was."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dashboard.cli import main
from dashboard.setup.machine import SetupError
from tests.deploy.machines import FRESH, NOW, Machine, new_machine
from tests.servers import answers as is_answering
from tests.servers import free_port, program, running

pytestmark = pytest.mark.servers  # the logins are hashed by Mosquitto's own program
CONFIG = "/etc/luchtig/luchtig.toml"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    program("mosquitto_passwd")
    return new_machine(tmp_path / "root")


def test_a_second_run_has_nothing_to_do_and_touches_nothing(machine: Machine) -> None:
    assert len(machine.set_up()) > 20
    before, restarted = machine.files(), list(machine.system.restarted)
    assert machine.set_up() == []
    assert (machine.files(), machine.system.restarted) == (before, restarted)
    assert {"influxdb", "caddy", "avahi-daemon"} <= machine.system.installed


def test_secrets_are_for_who_reads_them(machine: Machine) -> None:
    machine.set_up()
    passwords = [
        machine.at(f"/etc/luchtig/broker-password-{who}") for who in ("gateway", "dashboard")
    ]
    for secret in (*passwords, machine.at("/etc/luchtig/tls/broker.key")):
        assert secret.stat().st_mode & 0o777 == 0o640
    texts = [one.read_text().strip() for one in passwords]
    assert texts[0] != texts[1]
    held = b"".join(text for text, mode, _ in machine.files().values() if mode & 0o007)
    assert not [text for text in texts if text.encode() in held]


def test_undone_with_its_data_the_machine_is_as_it_was(machine: Machine) -> None:
    before = {name: held[:2] for name, held in machine.files().items()}
    installed = set(machine.system.installed)
    machine.set_up()
    machine.at("/var/lib/luchtig").mkdir()
    machine.at("/var/lib/luchtig/luchtig.db").write_bytes(b"rows")
    outcomes = machine.undo(with_data=True)
    assert [one.says for one in outcomes if not one.is_undone] == []
    assert {name: held[:2] for name, held in machine.files().items()} == before
    assert machine.system.installed == installed
    assert machine.system.active == {"mosquitto.service"}
    assert not machine.at("/etc/luchtig").exists()


def test_undone_without_them_the_data_and_what_devices_trust_stay(machine: Machine) -> None:
    machine.set_up()
    machine.at("/var/lib/luchtig").mkdir()
    machine.at("/var/lib/luchtig/luchtig.db").write_bytes(b"rows")
    backup = machine.at("/var/backups/luchtig/day-1.backup")
    backup.write_bytes(b"all of it")
    authority = machine.at("/etc/luchtig/tls/authority.crt").read_bytes()
    with machine.at("/etc/mosquitto/luchtig.passwords").open("a") as file:
        file.write("de-kade/co2-01:$7$101$c2FsdA==$aGFzaA==\n")
    kept = [one.says for one in machine.undo() if not one.is_undone]
    assert "user luchtig" in kept
    assert machine.at("/var/lib/luchtig/luchtig.db").exists()
    assert backup.exists()
    assert machine.at("/etc/mosquitto/luchtig.passwords").read_text().startswith("de-kade/co2-01:")
    machine.set_up()
    assert machine.at("/etc/luchtig/tls/authority.crt").read_bytes() == authority
    assert machine.set_up() == []


def test_what_was_changed_by_hand_stays_and_is_not_undone(machine: Machine) -> None:
    machine.set_up()
    with machine.at(CONFIG).open("a") as file:
        file.write('\n[updates]\nurl = "https://example.org"\n')
    theirs = machine.at(CONFIG).read_bytes()
    assert machine.set_up(msgspec.structs.replace(FRESH, host="lucht.local"))
    assert machine.at(CONFIG).read_bytes() == theirs
    kept = [one.says for one in machine.undo(with_data=True) if not one.is_undone]
    assert f"{CONFIG}, which was changed by hand" in kept
    assert machine.at(CONFIG).read_bytes() == theirs


def test_other_answers_take_back_what_they_no_longer_need(machine: Machine) -> None:
    machine.set_up()
    closed = msgspec.structs.replace(FRESH, reach="machine", store="sqlite")
    due = machine.set_up(closed)
    assert "stop influxdb.service" in due
    assert machine.at("/etc/caddy/Caddyfile").read_text() == ":80 {\n}\n"
    assert not {"influxdb", "caddy"} & machine.system.installed
    assert "8883" not in machine.at("/etc/mosquitto/conf.d/luchtig.conf").read_text()
    assert machine.set_up(closed) == []


def test_one_that_broke_off_goes_on_where_it_was(machine: Machine) -> None:
    machine.system.failing = "mosquitto.service"
    with pytest.raises(SetupError):
        machine.set_up()
    assert "mosquitto.service" not in machine.system.restarted
    machine.system.failing = ""
    due = machine.set_up()
    assert due[0] == "start mosquitto.service, now and with the machine"
    assert machine.system.restarted[1] == "mosquitto.service"
    assert machine.set_up() == []


def test_what_changed_is_read_anew_by_its_reader_and_by_nobody_else(machine: Machine) -> None:
    machine.set_up()
    machine.system.restarted.clear()
    machine.at("/etc/mosquitto/luchtig.acl").unlink()
    machine.set_up()
    assert machine.system.restarted == ["mosquitto.service"]


def test_the_broker_s_certificate_is_renewed_in_time_by_the_same_authority(
    machine: Machine,
) -> None:
    machine.set_up()
    authority = machine.at("/etc/luchtig/tls/authority.crt").read_bytes()
    nine_years = NOW + timedelta(days=9 * 365 + 10)
    assert machine.set_up(now=nine_years) == [
        "sign /etc/luchtig/tls/broker.crt for air.local, localhost, 127.0.0.1",
        "start mosquitto.service, now and with the machine",
    ]
    assert machine.at("/etc/luchtig/tls/authority.crt").read_bytes() == authority


def test_mosquitto_takes_it_and_a_device_trusts_it(machine: Machine, tmp_path: Path) -> None:
    machine.set_up()
    etc, port, inside = machine.at("/etc/mosquitto"), free_port(), free_port()
    main_file = etc / "mosquitto.conf"  # as Debian's
    as_root = "user root\n" if os.geteuid() == 0 else ""
    main_file.write_text(
        f"{as_root}persistence true\npersistence_location {tmp_path}/\ninclude_dir {etc}/conf.d\n"
    )
    ours = etc / "conf.d/luchtig.conf"
    text = ours.read_text().replace(" /etc/", f" {machine.root}/etc/")
    text = text.replace("listener 8883", f"listener {port} 127.0.0.1")
    ours.write_text(text.replace("listener 1883", f"listener {inside}"))
    command = [program("mosquitto"), "-c", str(main_file)]
    with running(command, tmp_path / "log", ready=lambda: is_answering(port)):
        told = subprocess.run(
            ["mosquitto_pub", "-h", "localhost", "-p", str(port), "-V", "5", "-q", "1",
             "--cafile", str(machine.at("/etc/luchtig/tls/authority.crt")), "-u", "luchtig-gateway",
             "-P", machine.at("/etc/luchtig/broker-password-gateway").read_text().strip(),
             "-t", "luchtig/rooms/de-kade/zaal/state", "-m", "{}"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("tls", ["local", "acme"])
def test_caddy_takes_its_file(machine: Machine, tmp_path: Path, tls: str) -> None:
    caddy = program("caddy")
    machine.set_up(msgspec.structs.replace(FRESH, host="air.example.org", tls=tls))
    file = machine.at("/etc/caddy/Caddyfile")
    file.write_text(file.read_text().replace(" /etc/", f" {machine.root}/etc/"))
    said = subprocess.run(
        [caddy, "validate", "--adapter", "caddyfile", "--config", str(file)],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr


def test_a_dry_run_says_it_all_and_leaves_no_trace(
    machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('host = "air.local"\n')
    before = machine.files()
    asked = ["setup", "--answers", str(answers), "--dry-run", "--root", str(machine.root)]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "What it would do:\n  install Debian's package mosquitto\n" in said
    assert "make a password in /etc/luchtig/broker-password-gateway (0640 root:luchtig)" in said
    assert "https://air.local" in said
    assert machine.files() == before
