"""A database as a program that starts needs it."""

from gateway.registry.database import Database
from gateway.registry.policies import put_presets


def make_or_check(database: Database) -> None:
    """Fill an empty database with our tables and the presets; make sure that any other is of this
    program's version.

    Raises:
        DatabaseError: not reached, or of another version.

    """
    if database.make_if_empty():
        with database.write() as conn:
            put_presets(conn)
    else:
        database.check_version()
