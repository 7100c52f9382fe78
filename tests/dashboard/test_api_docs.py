"""docs/api.md names everything there is."""

import re
from pathlib import Path

import pytest

from dashboard.api import PREFIX, ROUTES
from dashboard.api.route import Route
from dashboard.web.metrics import COUNTED
from tests.dashboard.setup import Site

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_address_is_in_the_docs(route: Route) -> None:
    if route.method == "DELETE":
        noun = {"policies": "policy"}.get(route.path.split("/")[1], route.path.split("/")[1][:-1])
        deleting = next(line for line in PAGE.splitlines() if line.startswith("| `DELETE`"))
        assert noun in deleting
    else:
        assert f"`{route.method} {PREFIX}{route.path}`" in PAGE


def test_every_figure_is_in_the_docs(site: Site) -> None:
    shown = set(re.findall(r"^# TYPE (\S+)", site.call("GET", "/metrics").text, re.MULTILINE))
    shown |= {f"luchtig_{counted.name}" for counted in COUNTED}
    section = PAGE.partition("## Health and figures")[2]
    written = set(re.findall(r"luchtig_[a-z_]+", section))
    assert shown == written
