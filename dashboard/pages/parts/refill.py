"""Puts what somebody filled in back into a page that shows the same form, and says above it what happened.
Pure: a page goes in, a page comes out. What is secret (a password) is never put back.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Final

Filled = Mapping[str, Sequence[str]]
"""By the name of a field all that was sent for it, in order."""

OWN: Final = ("csrf_token",)
"""Fields that are the page's own matter."""


def refilled(page: str, page_path: str, action: str, filled: Filled, notice: str) -> str | None:
    """The page with the form that posts to ``action`` filled in, and ``notice`` (text) at its head; None
    where it has none. ``page_path`` is where the page stands, to which a form without an action posts.
    """
    fillers: list[_Filler] = []
    while not fillers or fillers[-1].found:
        filler = _Filler(page, page_path, action, filled, notice, before=len(fillers))
        filler.feed(page)
        filler.close()
        fillers.append(filler)
    # Several may post to the same address: a row and what moves it. The one that asks for most is it.
    best = max(fillers, key=lambda one: one.known)
    return best.result() if best.found else None


class _Filler(HTMLParser):
    """Notes what is to be put where in a page, for one form of it: the one that comes behind ``before``
    others that post to the same address.
    """

    def __init__(
        self, page: str, page_path: str, action: str, filled: Filled, notice: str, before: int
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.found = False
        self.known = 0
        self._before = before
        self._page = page
        self._page_path, self._action = page_path, action
        self._filled = filled
        self._left: dict[str, Iterator[str]] = {name: iter(all_) for name, all_ in filled.items()}
        self._notice = notice
        self._starts = [0, *(at + 1 for at, sign in enumerate(page) if sign == "\n")]
        self._edits: list[tuple[int, int, str]] = []
        self._details: list[tuple[int, str]] = []
        self._inside = False
        self._select: str | None = None
        self._text: tuple[int, str] | None = None

    def result(self) -> str:
        parts, done = [], 0
        for start, end, new in sorted(self._edits):
            parts += [self._page[done:start], new]
            done = end
        return "".join([*parts, self._page[done:]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._details.append((self._at(), self.get_starttag_text() or ""))
        elif tag == "form" and not self.found:
            self._begin(given)
        elif self._inside:
            self._fill(tag, attrs, given)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._details:
            self._details.pop()
        elif tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._text is not None:
            start, value = self._text
            self._edits.append((start, self._at(), escape(value)))
            self._text = None

    def _begin(self, given: dict[str, str]) -> None:
        action = given.get("action", "").partition("#")[0] or self._page_path
        if action != self._action or given.get("method", "").lower() != "post":
            return
        if self._before:
            self._before -= 1
            return
        self.found = self._inside = True
        after = self._at() + len(self.get_starttag_text() or "")
        note = f'<p class="notice" role="alert" data-level="watch">{escape(self._notice)}</p>'
        self._edits.append((after, after, note))
        for at, opened in self._details:  # what is folded away would hide it
            if " open" not in opened:
                self._edits.append((at, at + len(opened), f"{opened[:-1]} open>"))

    def _fill(self, tag: str, attrs: list[tuple[str, str | None]], given: dict[str, str]) -> None:
        name = given.get("name", "")
        self.known += name in self._filled and name not in OWN
        if tag == "select":
            self._select = name if name in self._filled else None
        elif tag == "option" and self._select is not None and "value" in given:
            self._mark(attrs, "selected", given["value"] in self._filled[self._select])
        elif tag == "textarea" and name in self._left:
            start = self._at() + len(self.get_starttag_text() or "")
            self._text = start, next(self._left[name], "")
        elif tag == "input" and name not in OWN:
            self._fill_input(attrs, given, name)

    def _fill_input(
        self, attrs: list[tuple[str, str | None]], given: dict[str, str], name: str
    ) -> None:
        kind = given.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            value = given.get("value", "on")
            self._mark(attrs, "checked", value in self._filled.get(name, ()))
        elif kind not in ("password", "file", "submit", "button") and name in self._left:
            value = next(self._left[name], given.get("value", ""))
            rest = [(key, said) for key, said in attrs if key != "value"]
            self._put("input", [*rest, ("value", value)])

    def _mark(self, attrs: list[tuple[str, str | None]], mark: str, is_on: bool) -> None:
        rest = [(key, said) for key, said in attrs if key != mark]
        tag = "option" if mark == "selected" else "input"
        self._put(tag, [*rest, (mark, None)] if is_on else rest)

    def _put(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs
        )
        at = self._at()
        self._edits.append((at, at + len(self.get_starttag_text() or ""), f"<{tag}{written}>"))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column
