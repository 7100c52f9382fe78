"""What a release leaves behind for the tests of those after it: its database, with rows in it.

``python -m tests.gateway.registry.release`` writes ``released/VERSION.sql`` of this checkout.
"""

import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Final

from gateway.registry.accounts.users import add_user
from tests.gateway.domain.report.evening import END, FRESH, THERE
from tests.gateway.reported import evening

RELEASED: Final = Path(__file__).parent / "released"
PASSWORD: Final = "drie woorden genoeg"
USER: Final = "anna"


def write_release(to: Path) -> None:
    """A house whose meeting is over and recorded, with somebody in charge."""
    with tempfile.TemporaryDirectory() as folder:
        hall = evening(Path(folder))
        hall.arrive((*FRESH, *THERE))
        hall.look(40)
        with hall.database.write() as conn:
            add_user(conn, USER, "admin", PASSWORD, END)
        hall.store.close()
        hall.database.close()
        with closing(sqlite3.connect(Path(folder) / "luchtig.db")) as db:
            to.write_text("\n".join(db.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    write_release(RELEASED / f"{version('luchtig')}.sql")
