"""The newest of a log is kept in a bounded file that only we can read."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.commands.options.log_level import RECENT_BYTES, keep_recent


@pytest.fixture(autouse=True)
def _root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for added in set(root.handlers) - set(handlers):
        added.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_what_is_logged_stands_there_with_its_time_and_only_we_read_it(tmp_path: Path) -> None:
    path = tmp_path / "recent-gateway.log"
    keep_recent(path)
    logging.getLogger("gateway").error("store: away\nmore")
    (line,) = path.read_text().splitlines()
    assert line.endswith("Z ERROR gateway: store: away\\nmore")
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "recent-gateway.log"
    keep_recent(path)
    for _ in range(30):
        logging.getLogger("gateway").error("x" * 100_000)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2 * RECENT_BYTES + 200_000
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


def test_where_it_cannot_be_written_the_log_goes_on_without(tmp_path: Path) -> None:
    keep_recent(tmp_path / "nowhere" / "recent.log")
    logging.getLogger("gateway").error("still said")
