"""What ``luchtig user`` refuses to do."""

from gateway.registry.accounts import users
from gateway.registry.database import Database


class NotChanged(Exception):
    """What was asked cannot be done; the message says why."""


def there(database: Database, name: str) -> None:
    """Make sure that there is such an account.

    Raises:
        NotChanged: there is none.

    """
    with database.read() as conn:
        if users.find_user(conn, name) is None:
            raise NotChanged(f"there is no user {name!r}")
