"""The manual names everything that can be set."""

import argparse
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dashboard.commands.sim import add_arguments
from firmware_sim.scenario.file import parse_sim
from firmware_sim.scenario.tables import (
    AttendanceTable,
    FaultKind,
    FaultTable,
    SimDeviceTable,
    SimRoomTable,
    SimTable,
)
from sensors.config import read_toml
from sensors.venue.file import parse_venues

MANUAL = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def options() -> list[str]:
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    return [option for action in parser._actions for option in action.option_strings]


@pytest.mark.parametrize("option", options())
def test_every_option_is_explained(option: str) -> None:
    assert option in MANUAL


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_fault_is_explained(kind: str) -> None:
    assert f"| `{kind}` |" in MANUAL


@pytest.mark.parametrize(
    "table", [SimTable, SimRoomTable, SimDeviceTable, AttendanceTable, FaultTable]
)
def test_every_key_is_shown(table: type[msgspec.Struct]) -> None:
    assert [f.name for f in msgspec.structs.fields(table) if f.name not in MANUAL] == []


def test_the_example_is_a_scenario() -> None:
    example = tomllib.loads(MANUAL.partition("```toml\n")[2].partition("```")[0])
    path = Path(__file__).parents[2] / "firmware_sim/scenario/scenarios/de-kade.toml"
    venues = parse_venues(read_toml(path), "de-kade")
    assert len(parse_sim(example, venues, "simulator.md").device) == 1
