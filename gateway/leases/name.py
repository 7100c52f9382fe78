"""By which name a gateway that shares venues with others is known: kept with its journal, whose numbers its
place in the database is one of.
"""

import secrets
import socket
from pathlib import Path

from sensors.private_files import make_private_file

FILE = "gateway.name"


def name_in(directory: Path) -> str | None:
    """The name of the gateway whose folder it is, where it has one."""
    try:
        return (directory / FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def read_or_make_name(directory: Path) -> str:
    """The name, made when missing: of this machine, and like no other."""
    found = name_in(directory)
    if found is not None:
        return found
    made = f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}"
    make_private_file(directory / FILE)
    (directory / FILE).write_text(made + "\n", encoding="utf-8")
    return made
