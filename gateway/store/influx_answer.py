"""What InfluxDB's answer to a write means for the lines that were sent; every version's, pure."""

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from gateway.store.interface import StoreMisconfigured, StoreUnavailable

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
_LIMIT = re.compile(r"limit exceeded|limit reached|adding .* would exceed", re.IGNORECASE)
_MISSING = re.compile(r"(database|retention policy|bucket) .*not found|not found: ", re.IGNORECASE)
_DROPPED = re.compile(r"partial write.*\bdropped=(\d+)\W*$", re.IGNORECASE | re.DOTALL)


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
    said = words(answer)
    if answer.is_ok:
        return WriteVerdict.STORED
    if answer.is_no_route:
        return WriteVerdict.NO_ROUTE
    if answer.status == 413:
        return WriteVerdict.TOO_LARGE
    if answer.status == 404:
        return WriteVerdict.NO_DATABASE
    if answer.status in (400, 422):
        if _LIMIT.search(said):
            raise StoreMisconfigured(f"InfluxDB at {shown}: {said}: raise that limit")
        if not _ABOUT_LINES.search(said) and _ABOUT_REQUEST.search(said):
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
    if answer.status in (401, 403):
        raise StoreMisconfigured(
            f"{where} refuses our login ({said}): check store.username and store.password, or "
            "store.token, and what they may do there"
        )
    if answer.status == 404 or _MISSING.search(said):
        raise StoreMisconfigured(f"{where}: {said}: check the name in store.url")
    if answer.status in (408, 429) or answer.status >= 500:
        raise StoreUnavailable(f"{where}: {said} (status {answer.status})", retry_after_s(answer))
    raise StoreMisconfigured(
        f"{where}: {said} (status {answer.status}): check store.url and store.tls"
    )


def words(answer: Answer) -> str:
    """The server's own words, from whichever JSON its version speaks, cut to a readable length."""
    try:
        document = json.loads(answer.body)
        said = str(document.get("error") or document.get("message") or "")
        points = document.get("data")
        if isinstance(points, list):
            said = ": ".join([said, *(str(point["error_message"]) for point in points[:1])])
    except (ValueError, AttributeError, KeyError, TypeError):
        is_page = "html" in answer.content_type
        said = "" if is_page else " ".join(answer.body.decode("utf-8", "replace").split())
    return (said or "without a word of why")[:MAX_WORDS]


def dropped(answer: Answer) -> int | None:
    """How many lines of a partial write were left out, where the server says so."""
    found = _DROPPED.search(words(answer))
    return None if found is None else int(found[1])


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
