"""Which version the schema has, and how it is brought to this program's.

Alembic takes longer to load than most commands take to start: who finds the schema as it should be
does without. So the versions are read from the migrations' text, in the order of their files.
"""

import re
from importlib.resources import files

from sqlalchemy import Connection, inspect

MIGRATIONS = "gateway.registry.migrations"
REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
VERSION_TABLE = "alembic_version"


def known_versions() -> tuple[str, ...]:
    """All that this program knows, newest first."""
    migrations = (files(MIGRATIONS) / "versions").iterdir()
    texts = {file.name: file.read_text() for file in migrations if file.name.endswith(".py")}
    found = [REVISION.search(text) for _, text in sorted(texts.items(), reverse=True)]
    return tuple(one[1] for one in found if one is not None)


def version(connection: Connection) -> str | None:
    """None of an empty database."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.exec_driver_sql(
        f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a name of our own
    ).scalar()
    return found


def is_empty(connection: Connection) -> bool:
    """Whether there is no table, ours or anybody's."""
    return not inspect(connection).get_table_names()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run what is missing, up to a version; the caller commits."""
    from alembic import command  # noqa: PLC0415 - slow to load, see above
    from alembic.config import Config  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", str(files(MIGRATIONS)).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
