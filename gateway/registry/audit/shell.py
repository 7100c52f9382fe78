"""Who writes from a shell."""

import getpass
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from gateway.domain.audit import Act, How

NOBODY = "-"


def at_shell(at: datetime, command: str, how: How = "shell") -> Callable[[Connection], Act]:
    """Whoever is logged in on the machine, by ``command``."""
    act = Act(shell_user(), how, at, command)

    def acting(_conn: Connection) -> Act:
        return act

    return acting


def shell_user() -> str:
    """Whoever is logged in on the machine, by name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return NOBODY
