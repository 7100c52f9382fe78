"""The pages of the documentation that comes with the program, in the order of its index."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from dashboard.manual.rendering import INDEX, Address, Page, parse, plain, render, target

PACKED = Path(__file__).parent / "docs"
"""Where an installation has the pages; a checkout has them in its own ``docs``."""
CHECKOUT = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: Sequence[Entry]


class Manual:
    """Each page is made when it is first asked for, and kept."""

    def __init__(self, folder: Path, address: Address) -> None:
        self._folder = folder
        self._address = address
        self._made: dict[str, Page] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        files = self._folder.rglob("*.md")
        return frozenset(f.relative_to(self._folder).with_suffix("").as_posix() for f in files)

    @cached_property
    def sections(self) -> Sequence[Section]:
        """The index as a table of contents: a list of links under each heading of the second order."""
        found: list[tuple[str, list[Entry]]] = []
        tokens = parse(self._text(INDEX))
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type != "inline" or before is None:
                continue
            if before.type == "heading_open" and before.tag == "h2":
                found.append((plain(token), []))
            elif found and token.children and token.children[0].type == "link_open":
                name = target(str(token.children[0].attrGet("href")), INDEX)
                found[-1][1].append(Entry(name or "", token.children[1].content))
        return [Section(title, entries) for title, entries in found]

    def page(self, name: str) -> Page | None:
        if name not in self.names:
            return None
        if name not in self._made:
            self._made[name] = render(name, self._text(name), self.names, self._address)
        return self._made[name]

    def beside(self, name: str) -> tuple[Entry | None, Entry | None]:
        """What is read before a page and after it."""
        order = [entry for section in self.sections for entry in section.entries]
        at = next((i for i, entry in enumerate(order) if entry.name == name), None)
        if at is None:
            return None, order[0] if name == INDEX else None
        return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None

    @cached_property
    def words(self) -> str:
        """A script that hands a search in the browser what each heading is about."""
        rows = [
            [
                self._address(page.name, INDEX) + f"#{part.anchor}",
                page.title,
                part.heading,
                part.text,
            ]
            for name in sorted(self.names)
            if (page := self.page(name)) is not None
            for part in page.parts
        ]
        return f"globalThis.luchtigDocs = {json.dumps(rows, ensure_ascii=False)};\n"

    def described(self, name: str) -> dict[str, object]:
        """What the templates need of a page that is there."""
        before, after = self.beside(name)
        return {
            "page": self.page(name) or Page(name, name, Markup(), ()),
            "sections": self.sections,
            "before": before,
            "after": after,
            "index": INDEX,
            "to": lambda to: self._address(to, name),
        }

    def _text(self, name: str) -> str:
        return (self._folder / f"{name}.md").read_text(encoding="utf-8")


def folder() -> Path:
    return PACKED if PACKED.is_dir() else CHECKOUT
