"""Every regular expression of the program, and how many steps it takes over a text: counted, not timed, by
a matcher of our own that goes about it as Python's does (from left to right, going back on failure).
"""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("sensors", "gateway", "dashboard", "firmware_sim")
WAYS: Final = ("search", "match", "fullmatch", "sub", "split", "finditer", "findall")

_parser: Any = importlib.import_module("re._parser")


@dataclass(frozen=True)
class Expression:
    """``ways`` are the methods that it is used by, where it stands."""

    where: str
    pattern: str
    flags: int
    ways: frozenset[str]


@cache
def expressions() -> tuple[Expression, ...]:
    """All that the source compiles, uses at once, or gives msgspec as the pattern of a value."""
    found = []
    used = _ways_by_name()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found += list(_of_module(path, used))
    return tuple(found)


def _ways_by_name() -> dict[str, set[str]]:
    """By the name of a compiled expression the methods that anybody calls of it."""
    used: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in WAYS:
                    name = node.value
                    text = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
                    used.setdefault(text, set()).add(node.attr)
    return used


def _of_module(path: Path, used: dict[str, set[str]]) -> Iterator[Expression]:
    where = str(path.relative_to(ROOT))
    tree = ast.parse(path.read_text())
    names = {
        id(node.value): target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re":
            way = node.func.attr
            if way not in (*WAYS, "compile"):
                continue
            ways = {way} if way in WAYS else used.get(names.get(id(node), ""), set())
            flags = [k.value for k in node.keywords if k.arg == "flags"]
            flags += node.args[1:2] if way == "compile" else []
            yield from _expression(path, where, node.args[0], flags, ways)
        for keyword in node.keywords:
            if keyword.arg == "pattern" and ast.unparse(node.func) == "Meta":
                yield from _expression(path, where, keyword.value, [], {"search"})


def _expression(
    path: Path, where: str, pattern: ast.expr, flags: list[ast.expr], ways: set[str]
) -> Iterator[Expression]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

    def value(node: ast.expr) -> Any:
        return eval(ast.unparse(node), vars(module))  # noqa: S307 - our own source

    text = value(pattern)
    chosen = int(value(flags[0])) if flags else 0
    if isinstance(text, re.Pattern):
        text, chosen = text.pattern, text.flags & ~re.UNICODE.value
    plain = text.decode("latin-1") if isinstance(text, bytes) else text
    yield Expression(where, plain, chosen, frozenset(ways))


class Steps:
    """Counts what it takes to use an expression on a text."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        tree = _parser.parse(pattern, flags)
        self._nodes = list(tree)
        self._flags = int(tree.state.flags)
        self._text = ""
        self.count = 0

    def use(self, way: str, text: str) -> None:
        """As ``re.compile(…).way(text)`` would go about it."""
        self._text = text
        if way in ("match", "fullmatch"):
            ends = self._sequence(self._nodes, 0, 0)
            any(way == "match" or end == len(text) for end in ends)
            return
        at = 0
        while at <= len(text):
            end = next(self._sequence(self._nodes, 0, at), None)
            if end is not None and way == "search":
                return
            at = at + 1 if end is None or end == at else end

    def _sequence(self, nodes: list[Any], number: int, at: int) -> Iterator[int]:
        if number == len(nodes):
            yield at
            return
        kind, value = nodes[number]
        for end in self._node(kind, value, at):
            yield from self._sequence(nodes, number + 1, end)

    def _node(self, kind: Any, value: Any, at: int) -> Iterator[int]:
        self.count += 1
        match str(kind):
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                if self._is_one(kind, value, at):
                    yield at + 1
            case "BRANCH":
                for branch in value[1]:
                    yield from self._sequence(list(branch), 0, at)
            case "SUBPATTERN":
                yield from self._sequence(list(value[3]), 0, at)
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield from self._repeated(value[0], value[1], list(value[2]), at)
            case _:
                if self._holds(str(kind), value, at):
                    yield at

    def _holds(self, kind: str, value: Any, at: int) -> bool:
        """Of what takes no room: a place, or a look ahead or back."""
        if kind == "AT":
            return self._is_at(str(value), at)
        if kind not in ("ASSERT", "ASSERT_NOT"):
            raise NotImplementedError(kind)
        start = at - value[1].getwidth()[0] if value[0] < 0 else at
        found = start >= 0 and any(True for _ in self._sequence(list(value[1]), 0, start))
        return found == (kind == "ASSERT")

    def _repeated(self, least: int, most: Any, body: list[Any], at: int) -> Iterator[int]:
        if len(body) == 1 and str(body[0][0]) in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            end, (kind, value) = at, body[0]
            while end - at < int(most) and self._is_one(kind, value, end):
                self.count += 1
                end += 1
            while end - at >= least:
                yield end
                self.count += 1
                end -= 1
            return
        yield from self._again(least, int(most), body, at, 0)

    def _again(self, least: int, most: int, body: list[Any], at: int, times: int) -> Iterator[int]:
        if times < most:
            for end in self._sequence(body, 0, at):
                if end != at:
                    yield from self._again(least, most, body, end, times + 1)
        if times >= least:
            yield at

    def _is_one(self, kind: Any, value: Any, at: int) -> bool:
        if at >= len(self._text):
            return False
        sign = self._text[at]
        match str(kind):
            case "LITERAL":
                return self._same(sign, chr(value))
            case "NOT_LITERAL":
                return not self._same(sign, chr(value))
            case "ANY":
                return sign != "\n" or bool(self._flags & re.DOTALL)
            case _:
                negated = bool(value) and str(value[0][0]) == "NEGATE"
                inside = any(self._is_in(str(k), v, sign) for k, v in value if str(k) != "NEGATE")
                return inside != negated

    def _same(self, one: str, other: str) -> bool:
        return one == other or (
            bool(self._flags & re.IGNORECASE) and one.casefold() == other.casefold()
        )

    def _is_in(self, kind: str, value: Any, sign: str) -> bool:
        if kind == "LITERAL":
            return self._same(sign, chr(value))
        if kind == "RANGE":
            cases = {sign, sign.lower(), sign.upper()} if self._flags & re.IGNORECASE else {sign}
            return any(value[0] <= ord(one) <= value[1] for one in cases if len(one) == 1)
        return _is_of(str(value), sign)

    def _is_at(self, place: str, at: int) -> bool:
        text, lines = self._text, self._flags & re.MULTILINE
        before = at == 0 or bool(lines and text[at - 1] == "\n")
        after = at == len(text) or bool(text[at] == "\n" and (lines or at == len(text) - 1))
        match place:
            case "AT_BEGINNING" | "AT_BEGINNING_STRING":
                return before if place == "AT_BEGINNING" else at == 0
            case "AT_END" | "AT_END_STRING":
                return after if place == "AT_END" else at == len(text)
            case _:
                word = [0 <= i < len(text) and _is_of("WORD", text[i]) for i in (at - 1, at)]
                return (word[0] != word[1]) == (place == "AT_BOUNDARY")


def _is_of(category: str, sign: str) -> bool:
    is_not = "_NOT_" in category
    if category.endswith("DIGIT"):
        return sign.isdecimal() != is_not
    if category.endswith("SPACE"):
        return sign.isspace() != is_not
    return (sign.isalnum() or sign == "_") != is_not
