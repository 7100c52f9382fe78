"""A backup of a machine, put onto another: devices, gateway and browsers go on as if it were the same."""

import os
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dashboard.cli import main
from dashboard.setup.another_machine import Backup, restore_machine
from dashboard.setup.answers import Answers
from dashboard.setup.belongings import take
from dashboard.setup.broker_login import has_login, write_login
from dashboard.setup.contents import ACL, CONFIG, PASSWORDS, TLS, credential
from dashboard.setup.machine import SetupError, Tree
from dashboard.setup.plan import Site
from gateway.keeping.archive import KeepingError
from tests.deploy.machines import FRESH, NOW, Machine, new_machine
from tests.gateway.keeping.set_up import database_rows, fill, settings, stored_rows
from tests.servers import program

pytestmark = pytest.mark.servers  # the logins are hashed by Mosquitto's own program
ANSWERS = msgspec.structs.replace(FRESH, store="sqlite")
DEVICE = "de-kade/co2-01"
GROUPS = {
    PASSWORDS: "mosquitto",
    f"{TLS}/broker.key": "mosquitto",
    f"{TLS}/authority.key": "caddy",
    "/etc/luchtig/broker-password-gateway": "luchtig",
}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Set up, with a device, data, and a line that somebody wrote by hand."""
    program("mosquitto_passwd")
    found = new_machine(tmp_path / "one")
    found.set_up(ANSWERS)
    write_login(found.at(PASSWORDS), DEVICE, "of the ceiling")
    with found.at(CONFIG).open("a") as file:
        file.write('\n[updates]\nurl = "https://example.org"\n')
    mail = found.at("/etc/luchtig/mail-password")
    mail.write_text("of the mail server\n")
    mail.chmod(0o640)
    found.at("/var/lib/luchtig").mkdir()
    fill(settings(found.at("/var/lib/luchtig")))
    return found


@pytest.fixture
def backup(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUCHTIG_DATA_DIR", str(machine.at("/var/lib/luchtig")))
    file = tmp_path / "kade.backup"
    assert main(["backup", str(file), "--config", str(machine.at(CONFIG))]) == 0
    return file


@pytest.fixture
def other(tmp_path: Path) -> Machine:
    return new_machine(tmp_path / "two")


def restored(other: Machine, backup: Path, key: X25519PrivateKey | None = None) -> Answers:
    tree, of = Tree(other.root), Backup(backup, key)
    return restore_machine(tree, other.system, Site(), of, NOW, other.said.append)[0]


def kept(machine: Machine) -> dict[str, tuple[bytes, int]]:
    """What devices, gateway and browsers know it by."""
    return {
        name: (held, mode)
        for name, (held, mode, _) in machine.files().items()
        if name.startswith(("etc/luchtig/", "etc/mosquitto/", "etc/caddy/"))
    }


def test_all_of_it_is_there_and_nothing_is_asked(
    machine: Machine, backup: Path, other: Machine
) -> None:
    assert restored(other, backup) == ANSWERS
    assert kept(other) == kept(machine)
    assert has_login(other.at(PASSWORDS), DEVICE, "of the ceiling")
    of_both = [settings(one.at("/var/lib/luchtig")) for one in (machine, other)]
    assert database_rows(of_both[0]) == database_rows(of_both[1])
    assert stored_rows(of_both[0]) == stored_rows(of_both[1])
    assert other.system.active == machine.system.active
    before_the_gateway = other.said[: other.said.index("put back the data")]
    assert "start luchtig-gateway.service, now and with the machine" not in before_the_gateway


def test_afterwards_it_is_a_set_up_like_any_other(backup: Path, other: Machine) -> None:
    before = {name: held[:2] for name, held in other.files().items()}
    restored(other, backup)
    theirs = other.at(CONFIG).read_bytes()
    assert other.set_up(ANSWERS) == []
    assert other.at(CONFIG).read_bytes() == theirs  # by hand: it stays, as on the machine it is of
    outcomes = other.undo(with_data=True)
    assert [one.says for one in outcomes if not one.is_undone] == [
        f"{CONFIG}, which was changed by hand",
        "/etc/luchtig, which has something in it",
    ]
    left = {name: held[:2] for name, held in other.files().items()}
    by_hand = {"etc/luchtig/luchtig.toml", "etc/luchtig/mail-password"}
    devices = {"etc/mosquitto/luchtig.passwords", "var/lib/luchtig-setup/journal.json"}
    assert {name: left[name] for name in left.keys() - by_hand - devices} == before


def test_one_that_broke_off_is_run_again(machine: Machine, backup: Path, other: Machine) -> None:
    other.system.failing = "mosquitto.service"
    with pytest.raises(SetupError):
        restored(other, backup)
    other.system.failing = ""
    restored(other, backup)
    assert kept(other) == kept(machine)
    assert other.set_up(ANSWERS) == []


def test_a_machine_that_has_a_set_up_keeps_it(
    machine: Machine, backup: Path, other: Machine
) -> None:
    other.set_up(ANSWERS)
    before = other.files()
    with pytest.raises(SetupError, match="has a set-up of its own"):
        restored(other, backup)
    assert other.files() == before


def test_a_backup_of_data_alone_makes_no_machine(
    machine: Machine, other: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The configuration is another than the machine's: nothing of the machine goes along."""
    monkeypatch.setenv("LUCHTIG_DATA_DIR", str(machine.at("/var/lib/luchtig")))
    elsewhere = tmp_path / "luchtig.toml"
    elsewhere.write_bytes(machine.at(CONFIG).read_bytes())
    assert main(["backup", str(tmp_path / "b"), "--config", str(elsewhere)]) == 0
    with pytest.raises(SetupError, match="holds the data and no set-up"):
        restored(other, tmp_path / "b")


def test_what_its_user_may_not_read_is_handed_over_or_named(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = {machine.at(path) for path in (f"{TLS}/authority.key", PASSWORDS, ACL)}
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    tree = Tree(machine.root)
    whole = take(tree, None)
    monkeypatch.setattr(Path, "read_bytes", refuse)  # root, who runs tests, may read everything
    without = take(tree, None)
    assert without is not None
    assert set(without.unread) == {f"{TLS}/authority.key", PASSWORDS, ACL}
    for path in without.unread:
        (tmp_path / credential(path)).write_bytes(read(machine.at(path)))
    assert take(tree, tmp_path) == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_whose_the_files_are_is_known_though_who_takes_the_backup_sees_nobody(
    machine: Machine, other: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit of each night has users of its own: whoever is not among them is nobody there."""
    with monkeypatch.context() as unit:
        unit.setenv("LUCHTIG_DATA_DIR", str(machine.at("/var/lib/luchtig")))
        unit.setattr(Tree, "names", lambda *_: ("nobody", "nogroup"))
        command = ["backup", str(tmp_path / "b"), "--config", str(machine.at(CONFIG))]
        assert main(command) == 0
    groups = other.at("/etc/group")
    numbers = {"mosquitto": 4101, "caddy": 4102, "luchtig": 4103}
    lines = [f"{name}:x:{numbers.get(name, os.getgid())}:\n" for name in ("root", *numbers)]
    groups.write_text("".join(lines))
    restored(other, tmp_path / "b")
    found = {path: other.at(path).stat().st_gid for path in GROUPS}
    assert found == {path: numbers[name] for path, name in GROUPS.items()}
    assert kept(other) == kept(machine)


def test_an_encrypted_one_is_put_back_with_its_key(
    machine: Machine, other: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCHTIG_DATA_DIR", str(machine.at("/var/lib/luchtig")))
    file, key = tmp_path / "sealed", X25519PrivateKey.generate()
    public = tmp_path / "backup.pub"
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    to = ["--encrypt-to", str(public), "--config", str(machine.at(CONFIG))]
    assert main(["backup", str(file), *to]) == 0
    with pytest.raises(KeepingError, match="is encrypted"):
        restored(other, file)
    restored(other, file, key)
    assert kept(other) == kept(machine)
