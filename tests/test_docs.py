"""The docs tell the truth: what exists is described, and what is described exists."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from dashboard.cli import COMMANDS
from gateway.config import SECTIONS, load
from sensors.venue.file import parse_venues
from sensors.wire.refusal import Reason

ROOT = Path(__file__).parents[1]
HOUSE = "sensors|gateway|dashboard|firmware_sim|tests|bench|docs"
CONFIGURATION = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_of_the_configuration_is_described_in_its_section(name: str) -> None:
    described = CONFIGURATION.partition(f"## `[{name}]`")[2].partition("\n## ")[0]
    keys = [field.encode_name for field in msgspec.structs.fields(SECTIONS[name])]
    assert [key for key in keys if f"`{key}`" not in described] == []


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_a_refusal_is_described(reason: Reason) -> None:
    assert f"`{reason}`" in (ROOT / "docs/delivery.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_described(command: object) -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    name = command.name  # type: ignore[attr-defined]
    assert any(f"luchtig {name}" in page.read_text(encoding="utf-8") for page in pages)


def test_the_readme_s_configuration_is_one(tmp_path: Path) -> None:
    block = _toml_blocks(ROOT / "README.md")[0]
    file = tmp_path / "luchtig.toml"
    file.write_text(block, encoding="utf-8")
    assert load(file, {}).store.url == "influxdb://127.0.0.1:8086/luchtig"


@pytest.mark.parametrize("block", [0, 1])
def test_the_configurations_for_scale_are_some(tmp_path: Path, block: int) -> None:
    file = tmp_path / "luchtig.toml"
    file.write_text(_toml_blocks(ROOT / "docs/scaling.md")[block], encoding="utf-8")
    assert load(file, {}).store.readings_days == 90


@pytest.mark.parametrize(("page", "block"), [("configuration", 0), ("scaling", 2)])
def test_the_stores_of_the_docs_are_some(tmp_path: Path, page: str, block: int) -> None:
    file = tmp_path / "luchtig.toml"
    file.write_text(_toml_blocks(ROOT / f"docs/{page}.md")[block], encoding="utf-8")
    rest, own = load(file, {}).stores
    assert (rest.venues, own.venues[0]) == ((), "arena")


def test_the_venue_file_of_the_docs_is_one() -> None:
    block = _toml_blocks(ROOT / "docs/configuration.md")[1]
    (venue,) = parse_venues(tomllib.loads(block), "docs")
    assert (venue.slug, len(venue.meeting)) == ("de-kade", 1)


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        *(str(p.relative_to(ROOT)) for p in sorted((ROOT / "docs").rglob("*.md"))),
    ],
)
def test_links_between_the_docs_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [t for t in targets if not ((ROOT / page).parent / t).exists()] == []


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"])
def test_every_file_and_folder_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(rf"\b((?:{HOUSE})/[\w/.-]*\w)", text)
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_decisions_are_numbered_and_each_says_what_is_and_what_is_not() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}: ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE)[:2] == ["Is", "Is not"]


def _toml_blocks(page: Path) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
