"""What a log of gateway or dashboard says went wrong, gathered: what is away still, what came back, what
failed and how often.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dashboard.checks.finding import Finding, fail, note, ok
from sensors.wire.plain_line import escaped

MOST: Final = 10
"""Of each kind of line the most frequent are shown."""
_LEVELS: Final = "DEBUG|INFO|WARNING|ERROR|CRITICAL"
# The dashboard names the part of the program behind the level.
_LINE: Final = re.compile(rf"(?:^|\s)({_LEVELS}) (?:[a-z_]+(?:\.[a-z_]+)+: )?(.+)")
_BACK: Final = re.compile(r"([^:;\s][^:;]*): .+ after (\d+) s$")
_END: Final = re.compile(r"luchtig \w+: (.+ stopped: .+|stopped)$")
_NUMBER: Final = re.compile(r"\d+")
_MENDS: Final = {
    "broker": "is it running, and does it let us in? luchtig check tries it",
    "journal": "bring the store back; nothing is acknowledged meanwhile. journal.max_mb lets it hold more",
    "disk": "make room where data.dir lies, or mend the disk; nothing is acknowledged meanwhile",
    "store": "readings wait in the journal; luchtig check says what is wrong with the store",
}
_MEND: Final = "luchtig check tries every part"


class _Gathered:
    """``away`` is what had not come back at the end, with why."""

    def __init__(self) -> None:
        self.lines = 0
        self.away: dict[str, str] = {}
        self.came_back: Counter[str] = Counter()
        self.away_s: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.ended: list[str] = []

    def read(self, line: str) -> None:
        if end := _END.match(line, max(0, line.find("luchtig "))):
            self.lines += 1
            self.away.clear()
            if end[1] != "stopped":
                self.ended.append(end[1])
        elif found := _LINE.search(line):
            self.lines += 1
            self._judge(found[1], found[2])

    def _judge(self, level: str, message: str) -> None:
        if level == "ERROR" and (away := _away(message)):
            self.away[away[0]] = away[1]
        elif level == "WARNING" and (back := _BACK.fullmatch(message)):
            self.away.pop(back[1], None)
            self.came_back[back[1]] += 1
            self.away_s[back[1]] += int(back[2])
        elif level in ("ERROR", "CRITICAL"):
            self.errors[_NUMBER.sub("…", message)] += 1
        elif level == "WARNING":
            self.warnings[_NUMBER.sub("…", message)] += 1


def _away(message: str) -> tuple[str, str] | None:
    """What an outage is of, and why: ``WHAT: WHY; what is done meanwhile``."""
    what, _, rest = message.partition(": ")
    why, _, _ = rest.rpartition("; ")
    is_one = bool(what.strip() and why) and not {":", ";"} & set(what)
    return (what, why) if is_one else None


def check_log(path: Path) -> list[Finding]:
    """What the lines of a file say; raises OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return findings(line.rstrip("\n") for line in file)


def findings(lines: Iterable[str]) -> list[Finding]:
    """What lines of a log say, what is wrong now first."""
    gathered = _Gathered()
    for line in lines:
        gathered.read(line)
    if not gathered.lines:
        return [note("log", "no line of it is of luchtig", "give what it wrote to standard error")]
    found = [
        *(fail("ended", escaped(why), "mend that, then start it again") for why in gathered.ended),
        *(
            fail(_part(what), f"{escaped(what)} was away at the end: {escaped(why)}",
                 _MENDS.get(what.partition(" of ")[0], _MEND))
            for what, why in gathered.away.items()
        ),
        *(
            fail("error", f"{times} × {escaped(message)}", "the lines behind it in the log say where")
            for message, times in gathered.errors.most_common(MOST)
        ),
        *(
            note(_part(what), f"{escaped(what)} was away {times} times, "
                 f"{gathered.away_s[what]} s in all, and came back", "")
            for what, times in gathered.came_back.most_common(MOST)
        ),
        *(
            note("warning", f"{times} × {escaped(message)}", "")
            for message, times in gathered.warnings.most_common(MOST)
        ),
    ]  # fmt: skip
    return found or [ok("log", f"{gathered.lines} lines, none of which is a warning")]


def _part(what: str) -> str:
    return escaped(what.split(maxsplit=1)[0].rstrip(","))[:10]
