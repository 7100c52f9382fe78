import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.cli import main
from gateway.domain.room import Room, Venue
from gateway.registry.database import Database
from gateway.registry.rooms import put_room, put_venue
from sensors.wire.topic import RoomSlug, VenueSlug


@pytest.fixture
def plan(database: Database, tmp_path: Path) -> list[str]:
    (tmp_path / "luchtig.toml").write_text("")
    return ["plan", "--config", str(tmp_path / "luchtig.toml")]


GROUP = ["--people", "6", "--minutes", "45"]


class TestPlan:
    def test_says_what_to_expect_and_what_it_is_known_from(
        self, plan: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*plan, "--room", "grote-zaal", *GROUP]) == 0
        said = capsys.readouterr().out
        assert said.startswith("Grote zaal: 6 people, 45 min, talking, seated, aired before\n")
        assert "(Target value 1,200 ppm).\n\nAs rooms usually are\n  highest CO2     " in said
        assert "Nothing was measured of this room yet" in said
        assert "\u00a0" not in said

    def test_other_limits_another_start_and_another_activity(
        self, plan: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        more = ["--policy", "who-10", "--start-ppm", "800", "--activity", "quiet"]
        assert main([*plan, "--room", "de-kade/grote-zaal", *GROUP, *more]) == 0
        said = capsys.readouterr().out
        assert "listening, seated, from 800 ppm" in said
        assert "(WHO: 10 l/s per person)" in said
        assert "can stay" not in said

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["--room", "kelder", *GROUP], "there is no room kelder"),
            (["--room", "elders/serre", *GROUP], "there is no room elders/serre"),
            (["--room", "serre", *GROUP], "neither the volume nor the floor of de-kade/serre"),
            (["--room", "grote-zaal", "--policy", "x", *GROUP], "there is no policy 'x'"),
        ],
    )
    def test_what_is_not_there_is_said(
        self,
        plan: list[str],
        arguments: list[str],
        says: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert main([*plan, *arguments]) == 1
        assert says in capsys.readouterr().err

    def test_a_room_that_several_venues_have_must_name_its_own(
        self, plan: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with database.write() as conn:
            put_venue(conn, Venue(VenueSlug("elders"), "Elders"))
            put_room(conn, Room(VenueSlug("elders"), RoomSlug("grote-zaal"), "Zaal", 100.0))
        assert main([*plan, "--room", "grote-zaal", *GROUP]) == 1
        assert "one of de-kade/grote-zaal, elders/grote-zaal" in capsys.readouterr().err
        assert main([*plan, "--room", "elders/grote-zaal", *GROUP]) == 0

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["--people", "6", "--minutes", "45"], "--room"),
            (
                ["--room", "serre", "--people", "0", "--minutes", "45"],
                "whole number from 1 to 10000",
            ),
            (["--room", "serre", "--people", "2.5", "--minutes", "45"], "not '2.5'"),
            (["--room", "serre", "--people", "6", "--minutes", "nan"], "number from 1 to 720"),
            (["--room", "serre", *GROUP, "--start-ppm", "x"], "number from 300 to 10000"),
            (["--room", "serre", *GROUP, "--activity", "sleeping"], "invalid choice: 'sleeping'"),
        ],
    )
    def test_wrong_use_is_told_with_what_was_expected(
        self,
        plan: list[str],
        arguments: list[str],
        says: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main([*plan, *arguments])
        assert ended.value.code == 2
        assert says in capsys.readouterr().err

    def test_a_database_that_is_not_there_fails(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "luchtig.toml").write_text("")
        arguments = ["plan", "--config", str(tmp_path / "luchtig.toml"), "--room", "serre", *GROUP]
        assert main(arguments) == 1
        assert capsys.readouterr().err.startswith("luchtig plan: ")

    def test_its_help_has_an_example(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["plan", "--help"])
        assert ended.value.code == 0
        assert "Example: luchtig plan --room grote-zaal" in capsys.readouterr().out


def test_other_commands_do_not_load_what_plans() -> None:
    script = "import dashboard.cli, sys; dashboard.cli.main([]); sys.exit('dashboard.planning' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ran.returncode == 0
