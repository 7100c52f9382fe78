import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensors.private_files import make_private_file, make_private_folder


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """A system where everybody may read what is made."""
    before = os.umask(0o002)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_for_its_owner_alone_with_those_it_lies_in(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    make_private_file(tmp_path / "a")
    assert (mode(tmp_path / "a"), (tmp_path / "a").read_bytes()) == (0o600, b"")


def test_what_is_there_stays_as_somebody_made_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("here")
    (tmp_path / "a").chmod(0o640)
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    make_private_file(tmp_path / "a")
    assert (mode(tmp_path), mode(tmp_path / "a")) == (0o755, 0o640)
    assert (tmp_path / "a").read_text() == "here"


def test_what_cannot_be_made_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    make_private_file(tmp_path / "not-there" / "a")
    assert not (tmp_path / "not-there").exists()
