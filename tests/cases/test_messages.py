"""What people reported of files that follow one another, one row each in messages.toml."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from gateway.domain.meeting import Meeting
from gateway.registry.agenda.meetings import meetings_between
from gateway.registry.database import open_database

HERE = Path(__file__).parent
SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
VENUE = """\
[[venue]]
slug = "de-kade"
name = "De Kade"
[[venue.room]]
slug = "grote-zaal"
name = "Grote zaal"
"""

Row = dict[str, Any]


def rows() -> list[Any]:
    found: list[Row] = tomllib.loads((HERE / "messages.toml").read_text())["case"]
    return [pytest.param(row, id=", ".join(row["files"])) for row in found]


def shown(meeting: Meeting) -> str:
    return f"{meeting.start:%Y-%m-%d %H:%M} {meeting.public_title or 'private'}"


@pytest.mark.parametrize("row", rows())
def test_what_was_reported_is_right(
    row: Row,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LUCHTIG_CLOCK", "2026-11-20T08:00:00+01:00@1")
    config, venue = tmp_path / "luchtig.toml", tmp_path / "venue.toml"
    config.write_text("")
    venue.write_text(VENUE)
    assert main(["import", "--config", str(config), str(venue)]) == 0
    for name in row["files"]:
        file = str(HERE / "calendars" / name)
        capsys.readouterr()
        main(["import", "--config", str(config), "--venue", "de-kade", file])
    said = "".join(capsys.readouterr())
    for words in row.get("told", ()):
        assert words in said
    database = open_database("sqlite:///luchtig.db", tmp_path)
    with database.read() as conn:
        assert [shown(one) for one in meetings_between(conn, *SPAN)] == row["meetings"]
    database.close()
