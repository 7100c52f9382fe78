from pathlib import Path

import pytest

from dashboard.cli import main
from gateway.journal.releases import Releases
from gateway.metrics import STORE_REFUSES
from gateway.registry.database import Database
from gateway.registry.live.metric_totals import put_totals
from sensors.clock import SYSTEM


@pytest.fixture
def config(database: Database, tmp_path: Path) -> list[str]:
    (tmp_path / "luchtig.toml").write_text("")
    return ["--config", str(tmp_path / "luchtig.toml")]


def refuse(database: Database, gateway: str, kind: str) -> None:
    with database.write() as conn:
        put_totals(conn, gateway, {(STORE_REFUSES, kind): 1.0})


def test_a_release_reaches_each_gateway_that_keeps_the_kind_once(
    config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for gateway in ("one", "two"):
        refuse(database, gateway, "air")
    refuse(database, "three", "people")
    assert main(["store", "release", "air", *config]) == 0
    assert capsys.readouterr().out.startswith("air is released")
    taken = [Releases(database, SYSTEM, name) for name in ("one", "two", "three")]
    assert [releases.take() for releases in taken] == [("air",), ("air",), ()]
    assert [releases.take() for releases in taken] == [(), (), ()]


def test_what_nobody_keeps_cannot_be_released(
    config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(database, "one", "people")
    assert main(["store", "release", "air", *config]) == 1
    assert "no gateway's store refuses air" in capsys.readouterr().err
    assert Releases(database, SYSTEM, "one").take() == ()


def test_a_kind_that_is_none_is_wrong_use(config: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["store", "release", "noise", *config])
    assert ended.value.code == 2
