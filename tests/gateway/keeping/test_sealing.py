"""Backups that are encrypted."""

import io
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cli import main
from gateway.config import Settings
from gateway.keeping.archive import KeepingError
from gateway.keeping.backup import take_backup
from gateway.keeping.restore import restore
from gateway.keeping.sealing import PIECE, Sealer, private_key, public_key, unseal
from tests.gateway.keeping.set_up import NOW, database_rows, fill, settings, stored_rows

OURS = X25519PrivateKey.generate()


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    (tmp_path / "kept").mkdir()
    found = settings(tmp_path / "kept")
    fill(found)
    return found


@pytest.fixture
def backup(kept: Settings, tmp_path: Path) -> Path:
    take_backup(kept, tmp_path / "b", NOW, with_readings=True, key=OURS.public_key())
    return tmp_path / "b"


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return settings(tmp_path / "empty")


def sealed(plain: bytes, cut: int = PIECE) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, OURS.public_key())
    for begin in range(0, len(plain), cut):
        sealer.write(plain[begin : begin + cut])
    sealer.close()
    return file.getvalue()


def opened(path: Path, whole: bytes) -> bytes:
    path.write_bytes(whole)
    plain = io.BytesIO()
    unseal(path, OURS, plain)
    return plain.getvalue()


@given(st.integers(-2, 2), st.integers(0, 2), st.integers(1, 3 * PIECE))
def test_what_was_sealed_comes_out_again_in_whatever_portions(
    tmp_path_factory: pytest.TempPathFactory, beside: int, pieces: int, cut: int
) -> None:
    plain = bytes(range(251)) * PIECE
    plain = plain[: max(0, pieces * PIECE + beside)]
    assert opened(tmp_path_factory.mktemp("s") / "b", sealed(plain, max(cut, 1_000))) == plain


def test_any_bit_any_cut_and_any_piece_that_moved_is_refused(tmp_path: Path) -> None:
    whole = sealed(bytes(3 * PIECE))
    tagged = PIECE + 16
    head = len(whole) - 3 * tagged
    altered = [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 9_001)
    ]
    cuts = [
        whole[:upto] for upto in (0, 20, head, head + tagged, head + 2 * tagged, len(whole) - 1)
    ]
    moved = [whole[:head] + whole[head + tagged :], whole + whole[-tagged:]]
    for wrong in (*altered[1:], *cuts, *moved):
        with pytest.raises(KeepingError):
            opened(tmp_path / "b", wrong)


def test_an_encrypted_backup_comes_back_with_its_key(
    kept: Settings, backup: Path, empty: Settings
) -> None:
    assert b"secret" not in backup.read_bytes()
    restore(empty, backup, OURS)
    assert database_rows(empty) == database_rows(kept)
    assert stored_rows(empty) == stored_rows(kept)


def test_without_its_key_and_with_another_it_is_refused(backup: Path, empty: Settings) -> None:
    with pytest.raises(KeepingError, match="is encrypted: name the file"):
        restore(empty, backup)
    with pytest.raises(KeepingError, match="encrypted to another key"):
        restore(empty, backup, X25519PrivateKey.generate())


def test_one_that_was_cut_is_refused(backup: Path, empty: Settings) -> None:
    backup.write_bytes(backup.read_bytes()[:-1])
    with pytest.raises(KeepingError, match="was cut, altered or damaged"):
        restore(empty, backup, OURS)


def test_the_commands_take_the_keys_that_openssl_makes(
    kept: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, pub = tmp_path / "backup.key", tmp_path / "backup.pub"
    subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", pub], check=True)
    configs = [tmp_path / name / "luchtig.toml" for name in ("kept", "empty")]
    for config in configs:
        config.parent.mkdir(exist_ok=True)
        config.touch()
    backup = str(tmp_path / "b")
    assert main(["backup", backup, "--encrypt-to", str(pub), "--config", str(configs[0])]) == 0
    assert main(["restore", backup, "--config", str(configs[1])]) == 1
    assert "--key" in capsys.readouterr().err
    assert main(["restore", backup, "--key", str(key), "--config", str(configs[1])]) == 0
    with pytest.raises(KeepingError, match="is the private key"):
        public_key(key)
    with pytest.raises(KeepingError, match="is the public key"):
        private_key(pub)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_key_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    for read in (public_key, private_key):
        with pytest.raises(KeepingError, match="no key in a PEM file"):
            read(tmp_path / "key")
        with pytest.raises(KeepingError, match="cannot be read"):
            read(tmp_path / "not there")
