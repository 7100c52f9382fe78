import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from gateway.registry import schema
from gateway.registry.database import DatabaseError, open_database


def test_the_text_of_the_migrations_says_the_versions_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", "gateway/registry/migrations")
    scripts = ScriptDirectory.from_config(config)
    assert schema.known_versions() == tuple(one.revision for one in scripts.walk_revisions())


def test_an_empty_database_has_no_version_and_a_migrated_one_the_newest(tmp_path: Path) -> None:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    with pytest.raises(DatabaseError, match="has schema none"):
        database.check_version()
    database.migrate()
    with database.read() as conn:
        assert schema.version(conn) == schema.known_versions()[0]
    database.check_version()
    database.close()


@pytest.mark.parametrize("way", ["migrate", "check_version"])
def test_who_finds_the_schema_as_it_should_be_loads_no_alembic(tmp_path: Path, way: str) -> None:
    database = open_database("sqlite:///luchtig.db", tmp_path)
    database.migrate()
    database.close()
    script = (
        "import sys, pathlib, gateway.run.gateway, dashboard.run\n"
        "from gateway.registry.database import open_database\n"
        f"database = open_database('sqlite:///luchtig.db', pathlib.Path({str(tmp_path)!r}))\n"
        f"database.{way}()\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
