"""A page of the documentation as HTML, out of the Markdown that a code host shows too."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

INDEX: Final = "README"
"""The page that a code host shows of a folder: the table of contents."""

Address = Callable[[str, str], str]
"""Where a page is, as another one links to it: ``address(to, of)``."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading, in plain words, as a search finds it."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    title: str
    html: Markup
    parts: Sequence[Part]


def slug(heading: str, taken: Collection[str] = frozenset()) -> str:
    """The anchor of a heading, as code hosts make it; numbered where another has it already."""
    kept = (c for c in heading.lower().strip() if c.isalnum() or c in " -_")
    plain = "".join(kept).replace(" ", "-")
    found, number = plain, 0
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    return found


def parse(text: str) -> "list[Token]":
    return _markdown().parse(text)


def render(name: str, text: str, names: Collection[str], address: Address) -> Page:
    """``name`` is that of its file without the ending, as ``names`` are those of all pages."""
    tokens = parse(text)
    parts = _parts(tokens)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.type != "inline":
            continue
        if before.type == "th_open" and not token.content:
            before.tag = after.tag = "td"  # a corner heads nothing
        else:
            token.children = _linked(token.children or [], name, names, address)
    html = _markdown().renderer.render(tokens, _markdown().options, {})
    return Page(name, parts[0].heading, Markup(html), parts)  # noqa: S704 - our own pages


def plain(token: "Token") -> str:
    """The words of a line without their markup."""
    words = (
        child.content if child.type in ("text", "code_inline") else " "
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
    return "".join(words)


def target(href: str, name: str) -> str | None:
    """The page that a link of another page leads to; None where it leads elsewhere."""
    path = href.partition("#")[0]
    if not path.endswith(".md") or "://" in path:
        return None
    return normpath(join(dirname(name), path)).removesuffix(".md")


def _parts(tokens: "Sequence[Token]") -> list[Part]:
    """What is under each heading; the headings are given their anchors."""
    found: list[tuple[str, str, list[str]]] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "heading_open" and token.type == "inline":
            heading = plain(token)
            anchor = slug(heading, {known for known, _, _ in found})
            before.attrSet("id", anchor)
            found.append((anchor, heading, []))
        elif token.type == "inline" and found:
            found[-1][2].append(plain(token))
        elif token.type in ("fence", "code_block") and found:
            found[-1][2].append(token.content)
    return [
        Part(anchor, heading, unicodedata.normalize("NFC", " ".join(" ".join(text).split())))
        for anchor, heading, text in found
    ]


def _linked(
    children: "Sequence[Token]", name: str, names: Collection[str], address: Address
) -> "list[Token]":
    """Links lead to where the pages are; to what is no page (the source) none leads. A number stays on
    one line.
    """
    kept: list[Token] = []
    leads = True
    for token in children:
        if token.type == "text":
            token.content = re.sub(r"(?<=\d) (?=\d{3})", "\N{NO-BREAK SPACE}", token.content)
        if token.type == "link_open":
            href = str(token.attrGet("href") or "")
            leads = _leads(token, href, name, names, address)
        if token.type not in ("link_open", "link_close") or leads:
            kept.append(token)
    return kept


def _leads(token: "Token", href: str, name: str, names: Collection[str], address: Address) -> bool:
    if href.startswith(("#", "http://", "https://", "mailto:")):
        return True
    to = target(href, name)
    if to not in names or to is None:
        return False
    _, hash_, anchor = href.partition("#")
    token.attrSet("href", address(to, name) + hash_ + anchor)
    return True


def _table_open(_self: Any, _tokens: "Sequence[Token]", *_more: Any) -> str:
    return '<div class="wide" tabindex="0" role="group"><table>\n'


def _table_close(_self: Any, _tokens: "Sequence[Token]", *_more: Any) -> str:
    return "</table></div>\n"


def _fence(_self: Any, tokens: "Sequence[Token]", at: int, *_more: Any) -> str:
    """With a tab stop: what is wider than a phone is scrolled with the keyboard too. A drawing in
    Mermaid's words is one on a code host alone; the text beside it says the same.
    """
    if tokens[at].info == "mermaid":
        return ""
    return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'


@cache
def _markdown() -> "MarkdownIt":
    """Made when the first page is asked for: until then nobody waits for it to load."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.add_render_rule("table_open", _table_open)
    made.add_render_rule("table_close", _table_close)
    made.add_render_rule("fence", _fence)
    made.add_render_rule("code_block", _fence)
    return made
