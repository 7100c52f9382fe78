"""No text makes an expression take more than its length's worth of steps."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.regular_expressions import Expression, Steps, expressions

Attack = tuple[str, str, str]
"""What it begins with, what is repeated, what it ends with."""

WORST: dict[str, Attack] = {
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?": ("2026-11-29T08:00:00.", "1", "x"),
    r"(?<=\d) (?=\d{3})": ("", "1 ", "x"),
    r"(.*) - at `\$?(.*)`": ("", " - at `", ""),
    r"[-+]?\d{1,15}(?:[.,]\d{1,15})?": ("1.", "1", "x"),
    r"://[^\s/@]{1,200}@": ("", "://", "x"),
    r"(?i)\b(password|passwd|secret|token|key|authorization|bearer|cookie)((?:[=:] ?|%3D| )(?:bearer )?)[^\s&;,]{1,400}":
        ("", "token bearer ", ";"),
    r"luchtig_[A-Za-z0-9_-]{8,200}|/(?:s|k|ack|invite|d)/[^\s?]{8,400}": ("", "/s/luchtig_", " "),
    r"[a-z][a-z-]+": ("", "a-", "!"),
    r"[\ud800-\udfff]": ("", "a", "!"),
    r"[1-9]\d{0,6}": ("", "1", "x"),
    r"\d{1,6}(?:\.\d{1,6}){0,3}": ("", "1.", "x"),
    r"([a-z]+)=(0?\.\d{1,6}|[01])": ("a", "a", "="),
    r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+": ("a@", "a", "@"),
    r"([01]\d|2[0-3]):[0-5]\d": ("2", "3:5", "!"),
    r"[a-z0-9][a-z0-9-]{0,62}": ("a", "a-", "!"),
    r"/[\w./-]+": ("/", "a-", "!"),
    r"[a-z0-9_.-]+|[0-9a-f:.]+": ("", "0.", "!"),
    r"(?:\r\n|\r|\n)[ \t]": ("", "\r\n", ""),
    r"[\r\n]+": ("", "\r\n", "x"),
    r"\s*([A-Za-z0-9-]+)\s*(?=[;:])": (" ", "a", " "),
    r';\s*([A-Za-z0-9-]+)\s*=((?:"[^"]*"|[^";:])*)': (";a=", '"a"', '"'),
    r";\s*CHARSET\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})": (";CHARSET", " ", "!"),
    r"\\(.)": ("", "\\", "\n"),
    r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""": ("charset=", " ", "!"),
    r"(\d{8})": ("", "1", "x"),
    r"UNTIL=(\d{8})": ("", "UNTIL=1234567", "x"),
    r"([+-]?P(?:\d+W)?(?:\d+D)?)T?((?:\d+H)?(?:\d+M)?(?:\d+S)?)": ("P", "1", "x"),
    r"mailto\s*:": ("mailto", " ", "x"),
    r"<([^<>]*)>": ("", "<a", "<"),
    "BEGIN:VCALENDAR": ("", "BEGIN:VCALENDA", ""),
    r"\s*(?:EX|R)RULE\s*:": ("RRULE", " ", "x"),
    " ?/ ?": ("", " ", "x"),
    r"(?im)^[ \t]*TZID[ \t]*[;:].*$": ("", "TZID ", "x"),
    "url:[0-9a-f]{16}": ("url:", "a", "x"),
    r"[@.\s]": ("", "@", "x"),
    r'^revision = "(\w+)"$': ("", 'revision = "a\n', ""),
    "authorized|not found|parsing query": ("", "not foun", ""),
    "database not found|retention policy not set": ("", "database not foun", ""),
    "partial write|unable to parse|field type conflict|parsing failed": ("", "partial writ", ""),
    r"database is required|\borg\b|orgid|organization|\bbucket|\bprecision\b|database name|db name":
        ("", "organizatio ", ""),
    r"limit exceeded|limit reached|adding [^\n]{0,200} would exceed": ("", "adding ", ""),
    "requires READ|not authorized to read": ("", "not authorized to rea", ""),
    r"(database|retention policy|bucket) [^\n]{0,200}not found|not found: ": ("", "bucket ", ""),
    r"\bdropped=(\d+)\b(?P<named> for database: )?": ("", "dropped=1 for database:", ""),
    'input field "([^"]+)" on measurement "([^"]+)"': ('input field "', "a", ""),
    r"\b(beyond|outside) retention": ("", "beyond retentio ", ""),
    r"^HTTPS?Connection\w*\([^)]*\): ": ("HTTPConnection", "a", "("),
    r"v?(\d+)\.": ("v", "1", "x"),
    r"\$(\w+)": ("$", "a", "-"),
    r'(?:W/)?"([^"]*)"[ \t]*(?:,|$)': ('"a"', " ", "x"),
    "^[a-z0-9][a-z0-9-]{0,62}$(?!\\n)": ("a", "-", "\n"),
    "^(nl|de|en)$(?!\\n)": ("", "nl", "\n"),
    r"^[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+$(?!\n)": ("a@", "a", "\n"),
    r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$(?!\n)": ("2026", "-12", "\n"),
    "[0-9]{4}-": ("", "2026", ""),
    r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$(?!\n)": ("a", ":", "\n"),
    "[^a-z0-9]+": ("", "-", "a"),
    "^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\\n)": ("2", "3:5", "\n"),
    r"(\d+(?:\.\d+)?)([smhd])": ("1.", "1", "x"),
    r"\d+(\.\d+)?": ("1.", "1", "x"),
    r"(?<=\d) (?=(?:ppm|l/s|m²|m³|min)\b)": ("", "1 pp", "m"),
    '"(co2_ppm|count|in_total|motion)":[^,}]+': ("", '"count":', ""),
    r"([ T])(\d:)": ("", "T1", "x"),
    "([^0-9]*)([0-9]{0,18})": ("", "a1", "x"),
    r"\d+": ("", "1", "x"),
    r"([^:;\s][^:;]*): .+ after (\d+) s$": ("a: ", " after 1", "x"),
    r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?": ("1", "1", "x"),
    r"(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d{2}))?": ("UTC+", "1", "x"),
    r"line_?(\d{1,2})_(total|period)_(in|out)": ("line_", "1", "x"),
    r"region_?(\d{1,2})_?count": ("region_", "1", "x"),
    r"\{(?:topic\[(-?\d{1,2})\]|(topic|name|model))\}": ("{topic[", "{topic[1", "x"),
    r"\.?([^.\[\]]{1,100})|\[(\d{1,4})\]|\[['\"]([^'\"\]]{1,100})['\"]\]": ("['", "a", "x"),
    r"luchtig \w+: (.+ stopped: .+|stopped)$": ("luchtig a: ", " stopped: ", "x"),
}  # fmt: skip
"""Of each expression the text that leads it on furthest, as far as we know."""

OF_A_PART: dict[str, Attack] = {
    r"(?:^|\s)(DEBUG": ("INFO ", "a.a", "x"),
    "(?P<day>": ("2026-11-24 10:00:00.", "1", "x"),
    "^(?=.*": ("a", " ", "\n"),
    "[\\u0000-\\u001f": ("", "\x00", "a"),
    "^[^\\u0000-\\u0008": ("a", " ", "\0"),
    "luchtig/": ("luchtig/devices/", "a", "!"),
    "(\\d{4})-?": ("20261124T", " ", "x"),
    "\\b(lower|upper) bound": ("", "lower bound ", "2026-"),
}
"""The same of those that are long, by how they begin."""

SMALL, LARGE = 60, 120


def worst_of(expression: Expression) -> Attack | None:
    if expression.pattern in WORST:
        return WORST[expression.pattern]
    begun = expression.pattern.strip()
    return next((one for start, one in OF_A_PART.items() if begun.startswith(start)), None)


def attacks(expression: Expression) -> Iterator[Attack]:
    """The worst that we know, and what a machine makes of the signs that the expression speaks of."""
    worst = worst_of(expression)
    if worst is not None:
        yield worst
    spoken = re.sub(r"\\[a-zA-Z]|\(\?P<\w+>|\(\?[:=!imsx]+\)?", "", expression.pattern)
    words = re.findall(r"[A-Za-z]{3,}", spoken)
    signs = dict.fromkeys([*re.findall(r"[^\\()\[\]{}|?*+^$]", spoken)[:6], " ", "a", "1", "\n"])
    pumps = dict.fromkeys([*words[:4], *signs, *map("".join, product(list(signs)[:5], repeat=2))])
    starts = dict.fromkeys(["", *words[:1], *list(signs)[:2]])
    yield from ((start, pump, "\x01") for start in starts for pump in pumps)


def steps(expression: Expression, way: str, text: str) -> int:
    counted = Steps(expression.pattern, expression.flags)
    counted.use(way, text)
    return counted.count


def is_linear(expression: Expression, way: str, attack: Attack) -> bool:
    start, pump, end = attack
    small, large = (steps(expression, way, start + pump * times + end) for times in (SMALL, LARGE))
    return large <= 2.5 * small + 100


@pytest.mark.parametrize(
    "expression", expressions(), ids=lambda one: f"{one.where} {one.pattern[:30]}"
)
class TestExpressions:
    def test_twice_the_text_takes_twice_the_steps(self, expression: Expression) -> None:
        bad = [
            (way, attack)
            for way in sorted(expression.ways)
            for attack in attacks(expression)
            if not is_linear(expression, way, attack)
        ]
        assert bad == []

    def test_its_worst_input_is_known_and_it_is_used(self, expression: Expression) -> None:
        assert worst_of(expression) is not None, expression.pattern
        assert expression.ways


class TestCounting:
    @pytest.mark.parametrize(
        ("pattern", "way", "attack"),
        [
            (r"(a+)+$", "search", ("", "a", "!")),
            (r"\s+$", "search", ("", " ", "x")),
            (r"^\s*TZID", "search", ("", "\n", "x")),
            (r"(.*)x(.*)y", "match", ("", "x", "")),
            (r"adding .* would", "search", ("", "adding ", "")),
        ],
    )
    def test_a_bad_one_is_found(self, pattern: str, way: str, attack: Attack) -> None:
        small = 14 if "+)+" in pattern else SMALL
        flags = int(re.MULTILINE)
        start, pump, end = attack
        one, two = (
            steps(Expression("", pattern, flags, frozenset()), way, start + pump * times + end)
            for times in (small // 2, small)
        )
        assert two > 2.5 * one + 100

    @given(
        st.sampled_from(
            [r"a*b", r"(a|ab)(c|bcd)", r"^a?b+$", r"[^a]{2,3}c?", r"(?<=a)b(?!c)", r"\ba\w*"]
        ),
        st.text("abcd \n", max_size=12),
    )
    def test_it_matches_what_python_matches(self, pattern: str, text: str) -> None:
        class Seen(Steps):
            def ends(self) -> Any:
                self._text = text
                return set(self._sequence(self._nodes, 0, 0))

        found = re.compile(pattern).match(text)
        ends = Seen(pattern).ends()
        assert bool(ends) == (found is not None)
        assert found is None or found.end() in ends
