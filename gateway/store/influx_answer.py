"""What InfluxDB's answer to a write means for the lines that were sent; every version's, pure."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from gateway.store.interface import StoreMisconfigured, StoreUnavailable
from sensors.wire.instant import to_ns

MAX_WORDS = 500

# 400 is about lines, unless the words name the request: those would refuse every line there is.
_ABOUT_LINES = re.compile(
    r"partial write|unable to parse|field type conflict|parsing failed", re.IGNORECASE
)
_ABOUT_REQUEST = re.compile(
    r"database is required|\borg\b|orgid|organization|\bbucket|\bprecision\b|database name|db name",
    re.IGNORECASE,
)
# What a person can raise; the lines are sound and must wait.
_LIMIT = re.compile(r"limit exceeded|limit reached|adding [^\n]{0,200} would exceed", re.IGNORECASE)
_ONLY_WRITES = re.compile(r"requires READ|not authorized to read", re.IGNORECASE)
_MISSING = re.compile(
    r"(database|retention policy|bucket) [^\n]{0,200}not found|not found: ", re.IGNORECASE
)
# 1.12 and 2.7 on name the database behind the number.
_DROPPED = re.compile(r"\bdropped=(\d+)\b(?P<named> for database: )?", re.IGNORECASE)
_CONFLICT = re.compile(r'input field "([^"]+)" on measurement "([^"]+)"')
_RETENTION = re.compile(r"\b(beyond|outside) retention", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(lower|upper) bound\b[^\d,]{0,20}"
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; ``date`` and ``retry_after`` are its headers as they came."""

    status: int
    body: bytes
    content_type: str = ""
    version: str | None = None
    retry_after: str | None = None
    date: str | None = None

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_no_route(self) -> bool:
        """Whether the path does not exist there; a missing database is told in JSON."""
        return self.status == 405 or (self.status == 404 and "json" not in self.content_type)


class WriteVerdict(Enum):
    """What to do with the lines of a write."""

    STORED = auto()
    LINES_REFUSED = auto()
    TOO_LARGE = auto()
    NO_DATABASE = auto()
    NO_ROUTE = auto()


def judge_write(answer: Answer, shown: str) -> WriteVerdict:
    """What became of a write to the server ``shown`` in messages.

    Raises:
        StoreUnavailable: it may take the same lines later.
        StoreMisconfigured: it will take them once a person has mended what the message says.

    """
    full, said = _said(answer), words(answer)
    if answer.is_ok:
        return WriteVerdict.STORED
    if answer.is_no_route:
        return WriteVerdict.NO_ROUTE
    if answer.status == 413:
        return WriteVerdict.TOO_LARGE
    if answer.status == 404:
        return WriteVerdict.NO_DATABASE
    if answer.status in (400, 422):
        if _LIMIT.search(full):
            raise StoreMisconfigured(f"InfluxDB at {shown}: {said}: raise that limit")
        if not _ABOUT_LINES.search(full) and _ABOUT_REQUEST.search(full):
            raise StoreMisconfigured(f"InfluxDB at {shown}: {said}: check store.url and store.org")
        return WriteVerdict.LINES_REFUSED
    raise_for(answer, shown)
    raise AssertionError(answer)  # pragma: no cover - raise_for always raises here


def raise_for(answer: Answer, shown: str) -> None:
    """Raise what an answer other than 2xx means for any request.

    Raises:
        StoreUnavailable: busy or broken for now.
        StoreMisconfigured: the login, the database or the address is wrong.

    """
    said = words(answer)
    where = f"InfluxDB at {shown}"
    if answer.is_ok:
        return
    if _ONLY_WRITES.search(_said(answer)):
        raise StoreMisconfigured(
            f"{where} lets our login write and not read ({said}): let it read the database or bucket, "
            "too (1.x: GRANT ALL ON it)"
        )
    if answer.status in (401, 403):
        raise StoreMisconfigured(
            f"{where} refuses our login ({said}): check store.username and store.password, or "
            "store.token, and what they may do there"
        )
    if answer.status == 404 and names_organization(answer):
        raise StoreMisconfigured(f"{where}: {said}: check store.org")
    if answer.status == 404 or _MISSING.search(said):
        raise StoreMisconfigured(f"{where}: {said}: check the name in store.url")
    if answer.status in (408, 429) or answer.status >= 500:
        raise StoreUnavailable(f"{where}: {said} (status {answer.status})", retry_after_s(answer))
    raise StoreMisconfigured(
        f"{where}: {said} (status {answer.status}): check store.url and store.tls"
    )


def names_organization(answer: Answer) -> bool:
    """Whether what is missing is the organization, and not a bucket of it."""
    return "organization" in _said(answer).lower()


def words(answer: Answer) -> str:
    """The server's own words, from whichever JSON its version speaks, cut to a readable length."""
    return (_said(answer) or "without a word of why")[:MAX_WORDS]


@dataclass(frozen=True, slots=True)
class Clues:
    """What the words of a refused write say of the lines at fault; nothing that was cut off.

    ``dropped`` is how many were left out (those of one shard at least) and ``is_partial`` says
    whether all others were stored; lines before ``lower_ns`` or beyond ``upper_ns`` were none of
    them. ``conflict`` is the measurement and the field whose type is another one, ``numbers`` are
    the lines by number, from 1, where the server names them.
    """

    is_partial: bool = False
    dropped: int | None = None
    lower_ns: int | None = None
    upper_ns: int | None = None
    conflict: tuple[str, str] | None = None
    numbers: frozenset[int] = frozenset()
    is_retention: bool = False


def clues(answer: Answer) -> Clues:
    """What a refused write tells of the lines at fault, in any version's words."""
    said = _said(answer)
    is_partial = "partial write" in said.lower()
    counts = list(_DROPPED.finditer(said)) if is_partial else []
    named = [count for count in counts if count["named"]]
    field = _CONFLICT.search(said)
    bounds: dict[str, int] = {}
    for bound in _BOUND.finditer(said):
        at_ns = to_ns(datetime.fromisoformat(bound[2]))
        side = bound[1].lower()
        outermost = min if side == "lower" else max
        bounds[side] = outermost(at_ns, bounds.get(side, at_ns))
    return Clues(
        is_partial=is_partial,
        dropped=int((named or counts)[-1][1]) if counts else None,
        lower_ns=bounds.get("lower"),
        upper_ns=bounds.get("upper"),
        conflict=None if field is None else (field[2], field[1]),
        numbers=_line_numbers(answer),
        is_retention=_RETENTION.search(said) is not None,
    )


def _said(answer: Answer) -> str:
    try:
        document = json.loads(answer.body)
        said = str(document.get("error") or document.get("message") or "")
        points = document.get("data")
        if isinstance(points, list):
            said = ": ".join([said, *(str(point["error_message"]) for point in points[:1])])
    except (ValueError, AttributeError, KeyError, TypeError):
        is_page = "html" in answer.content_type
        said = "" if is_page else " ".join(answer.body.decode("utf-8", "replace").split())
    return said


def _line_numbers(answer: Answer) -> frozenset[int]:
    try:
        return frozenset(int(point["line_number"]) for point in json.loads(answer.body)["data"])
    except (ValueError, KeyError, TypeError):
        return frozenset()


def retry_after_s(answer: Answer) -> float | None:
    """How long the server asks us to wait; a date is counted from the server's own ``Date``."""
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(answer.date or "")
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
