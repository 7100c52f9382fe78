"""What deploy/ ships for Prometheus and Grafana asks for figures that there are, in their words."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.servers import program

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/luchtig.rules.yml"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/luchtig.json").read_text())
TOLD = (ROOT / "docs/api.md").read_text() + (ROOT / "docs/devices.md").read_text()


def test_prometheus_takes_the_rules() -> None:
    said = subprocess.run(
        [program("promtool"), "check", "rules", str(RULES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_every_figure_in_a_rule_is_one_of_ours() -> None:
    rules = yaml.safe_load(RULES.read_text())
    for rule in rules["groups"][0]["rules"]:
        names = set(re.findall(r"luchtig_\w+", rule["expr"]))
        assert names
        assert {name for name in names if f"`{name}" not in TOLD} == set()
        assert set(rule["annotations"]) == {"summary", "description"}


def test_grafanas_schema_knows_every_key_of_the_dashboard() -> None:
    register_default_plugins()
    read = JSONEncoder(sort_keys=True).encode(Dashboard.from_json(DASHBOARD))
    assert list(_lost(DASHBOARD, json.loads(read))) == []


@pytest.mark.parametrize("panel", DASHBOARD["panels"], ids=lambda panel: panel["title"])
def test_a_panel_shows_figures_that_there_are(panel: dict[str, Any]) -> None:
    names = {name for one in panel["targets"] for name in re.findall(r"luchtig_\w+", one["expr"])}
    assert names
    assert {name for name in names if f"`{name}" not in TOLD} == set()
    assert panel["description"].endswith(".")


def test_panels_have_places_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def _lost(written: object, read: object, path: str = "") -> Iterator[str]:
    """Where what was read is not what was written."""
    if isinstance(written, dict) and isinstance(read, dict):
        for key, value in written.items():
            yield from _lost(value, read.get(key, "nothing"), f"{path}/{key}")
    elif isinstance(written, list) and isinstance(read, list):
        if len(written) != len(read):
            yield path
        for number, (one, other) in enumerate(zip(written, read, strict=False)):
            yield from _lost(one, other, f"{path}[{number}]")
    elif written != read:
        yield path
