"""How full the journal is, read from its file, whether or not a gateway runs."""

import sqlite3
from contextlib import closing
from urllib.parse import quote

from dashboard.checks.finding import Finding, fail, note, ok
from gateway.config import Settings
from gateway.front.front import JOURNAL
from gateway.journal.bound import MB, NEAR, most_bytes

MEND = "bring the store back; or let it hold more with journal.max_mb, where the disk has room"


def check_journal(settings: Settings) -> list[Finding]:
    path = settings.directory / JOURNAL
    if not path.is_file():
        return []
    try:
        marks, kept = _read(f"file:{quote(str(path))}?mode=ro")
        most = most_bytes(settings.journal, settings.directory)
    except (sqlite3.Error, OSError) as error:
        return [fail("journal", f"{path} cannot be read: {error}", "mend its disk")]
    held = marks.get("bytes", 0)
    found = f"{held / MB:.1f} of the {most / MB:.0f} MB that may wait in it do, in {kept} entries"
    if held >= most:
        return [fail("journal", f"full: nothing is acknowledged; {found}", MEND)]
    return [note("journal", found, MEND) if held >= NEAR * most else ok("journal", found)]


def _read(address: str) -> tuple[dict[str, int], int]:
    with closing(sqlite3.connect(address, uri=True, timeout=1.0)) as db:
        marks = dict(db.execute("SELECT name, position FROM marks"))
        (kept,) = db.execute("SELECT count(*) FROM entries").fetchone()
        return marks, kept
