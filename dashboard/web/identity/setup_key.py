"""The key to the first set-up: told once, on the terminal of who starts the dashboard."""

import hmac
import secrets

from sqlalchemy import Connection

from gateway.registry.accounts.grants import has_admin


class SetupKey:
    """New at each start, and worth nothing as soon as there is an admin."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(24)

    def fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.text.encode())


def is_over(conn: Connection, key: SetupKey | None) -> bool:
    """Whether the first set-up was made: by this key, or before the dashboard was started."""
    return key is None or has_admin(conn)
