"""Two PostgreSQLs: one that takes writes, and one that follows it and can take its place."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.servers import Postgres, answers, free_port, running, server, wait_until

NAME = "luchtig"
AS_OTHER = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
"""It does not run as root."""


@dataclass
class Pair:
    """``first`` takes the writes until it is killed; ``second`` follows until it is promoted."""

    folder: Path
    first: Postgres
    second: Postgres
    _stack: ExitStack = field(repr=False)

    @property
    def url(self) -> str:
        """Both, whichever takes writes."""
        hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in (self.first, self.second))
        return f"postgresql+psycopg://luchtig@/{NAME}?{hosts}&target_session_attrs=read-write"

    def kill_first(self) -> None:
        pid = int((self.folder / "first" / "postmaster.pid").read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not answers(self.first.port), "the first to be gone")

    def promote_second(self) -> None:
        with self.second.connect() as connection:
            connection.execute("SELECT pg_promote(true, 60)")


@contextmanager
def postgres_pair(*, synchronous: bool = True) -> Iterator[Pair]:
    """The first acknowledges nothing that the second does not have, unless it is not ``synchronous``."""
    binaries = Path(server("postgres")).resolve().parent
    with TemporaryDirectory(prefix="luchtig-postgres-") as name, ExitStack() as stack:
        folder = Path(name)
        if AS_OTHER:
            shutil.chown(folder, "postgres")

        def tool(*arguments: str) -> None:
            program = [*AS_OTHER, f"{binaries}/{arguments[0]}", *arguments[1:]]
            subprocess.run(program, check=True, capture_output=True, cwd=folder)

        def serve(data: str, *settings: str) -> Postgres:
            found = Postgres(free_port())
            asked = ("listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *settings)
            said = [part for setting in asked for part in ("-c", setting)]
            program = [f"{binaries}/postgres", "-D", str(folder / data), "-p", str(found.port)]
            log = folder / f"{data}.log"
            stack.enter_context(
                running([*AS_OTHER, *program, *said], log, ready=lambda: _answers(found))
            )
            return found

        made = ("-U", NAME, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        tool("initdb", "-D", str(folder / "first"), *made)
        first = serve("first", *(["synchronous_standby_names=*"] if synchronous else []))
        tool("pg_basebackup", "-D", str(folder / "second"), "-R", "-h", "127.0.0.1",
             "-p", str(first.port), "-U", NAME, "--checkpoint=fast", "--no-sync")  # fmt: skip
        second = serve("second")
        with first.connect() as connection:  # waits for the second, where it has to
            connection.execute(f"CREATE DATABASE {NAME}")
        wait_until(lambda: _has_database(second), "the second to follow")
        yield Pair(folder, first, second, stack)


def _answers(one: Postgres) -> bool:
    try:
        one.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def _has_database(one: Postgres) -> bool:
    with one.connect() as connection:
        asked = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(asked, (NAME,)).fetchone() is not None
