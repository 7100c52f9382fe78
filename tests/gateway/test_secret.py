import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.secret import read_or_make_secret
from sensors.config import ConfigError


class TestSecret:
    def test_made_when_missing_for_its_owner_alone_and_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "secret"
        made = read_or_make_secret(path)
        assert len(made) >= 43
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read_or_make_secret(path) == made
        assert [file.name for file in path.parent.iterdir()] == ["secret"]

    def test_processes_that_start_together_agree(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(16) as pool:
            made = set(pool.map(read_or_make_secret, [tmp_path / "secret"] * 64))
        assert len(made) == 1

    @pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
    def test_file_that_holds_no_secret(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "secret").write_bytes(content)
        with pytest.raises(ConfigError, match="secret_file"):
            read_or_make_secret(tmp_path / "secret")

    def test_folder_where_the_file_should_be(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read or made"):
            read_or_make_secret(tmp_path)
