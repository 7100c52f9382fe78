"""The documentation as it is: whole, in order, and each link within it leads somewhere."""

import re
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from dashboard.manual.__main__ import write
from dashboard.manual.manual import CHECKOUT, Manual, folder
from dashboard.manual.rendering import INDEX

MANUAL = Manual(folder(), lambda to, _of: to)


def test_the_index_names_every_page_once() -> None:
    listed = [entry.name for section in MANUAL.sections for entry in section.entries]
    assert sorted(listed) == sorted(MANUAL.names - {INDEX})


@pytest.mark.parametrize("name", sorted(MANUAL.names))
def test_every_anchor_that_is_linked_is_a_heading(name: str) -> None:
    page = MANUAL.page(name)
    assert page is not None
    for href in re.findall(r'href="([^"]+)"', page.html):
        to, hash_, anchor = href.partition("#")
        other = MANUAL.page(to or name)
        if hash_ and other is not None:
            assert anchor in [part.anchor for part in other.parts], href


def test_the_pages_are_read_one_after_the_other() -> None:
    order, name = [INDEX], INDEX
    while (after := MANUAL.beside(name)[1]) is not None:
        order.append(name := after.name)
    assert sorted(order) == sorted(MANUAL.names)
    assert MANUAL.beside(order[2])[0] == MANUAL.sections[0].entries[0]


def test_the_plain_files_link_to_each_other_and_to_nothing_elsewhere(tmp_path: Path) -> None:
    assert write(tmp_path) == len(MANUAL.names)
    for file in tmp_path.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|<link[^>]* href)="(?:https?:)?//', text)
        for to in re.findall(r'(?:href|src|data-words)="([^"#:]+)["#]', text):
            assert (file.parent / to).is_file(), (file, to)
    assert "luchtigDocs" in (tmp_path / "words.js").read_text(encoding="utf-8")


def test_an_installation_carries_the_pages(tmp_path: Path) -> None:
    builder = WheelBuilder(str(CHECKOUT.parent))
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    carried = zipfile.ZipFile(wheel).namelist()
    assert [n for n in MANUAL.names if f"dashboard/manual/docs/{n}.md" not in carried] == []
