import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from dashboard.cli import main
from gateway.registry.accounts.invitations import open_invitations
from gateway.registry.accounts.tokens import find_token, new_token, user_of_token
from gateway.registry.accounts.users import User, add_user, check_password, delete_user, find_user
from gateway.registry.database import Database
from sensors.clock import SYSTEM
from tests.dashboard.setup import VENUE

GOOD = "een goed lang woord"


@pytest.fixture
def config(database: Database, tmp_path: Path) -> list[str]:
    (tmp_path / "luchtig.toml").write_text("")
    (tmp_path / "password").write_text(f"{GOOD}\n")
    return ["--config", str(tmp_path / "luchtig.toml")]


@pytest.fixture
def password_file(tmp_path: Path) -> list[str]:
    return ["--password-file", str(tmp_path / "password")]


def user_of(conn: Connection, name: str) -> User:
    found = find_user(conn, name)
    assert found is not None
    return found


class TestUser:
    def test_added_user_can_log_in(
        self,
        config: list[str],
        password_file: list[str],
        database: Database,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert main(["user", "add", "ben", "--role", "admin", *config, *password_file]) == 0
        assert capsys.readouterr().out == "ben can log in, as admin\n"
        with database.read() as conn:
            user = check_password(conn, "ben", GOOD)
        assert user is not None
        assert user.role == "admin"

    def test_a_byte_order_mark_before_the_password_is_no_part_of_it(
        self, config: list[str], password_file: list[str], database: Database
    ) -> None:
        Path(password_file[1]).write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
        assert main(["user", "add", "ben", "--role", "admin", *config, *password_file]) == 0
        with database.read() as conn:
            assert check_password(conn, "ben", GOOD) is not None

    def test_token_is_shown_once_alone_on_its_line(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["user", "token", "anna", "--label", "grafana", *config]) == 0
        token = capsys.readouterr().out.strip()
        with database.read() as conn:
            user = user_of_token(conn, token, SYSTEM.now())
        assert user is not None
        assert user.name == "anna"

    def test_another_password_ends_what_was_open(
        self,
        config: list[str],
        password_file: list[str],
        database: Database,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        main(["user", "token", "anna", *config])
        token = capsys.readouterr().out.strip()
        assert main(["user", "password", "anna", *config, *password_file]) == 0
        assert "sessions and tokens are ended" in capsys.readouterr().out
        with database.read() as conn:
            assert check_password(conn, "anna", GOOD) is not None
            assert user_of_token(conn, token, SYSTEM.now()) is None

    def test_who_is_disabled_is_out_until_enabled(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with database.write() as conn:
            add_user(conn, "ben", "admin", None, SYSTEM.now())
        main(["user", "token", "anna", *config])
        token = capsys.readouterr().out.strip()
        assert main(["user", "disable", "anna", *config]) == 0
        assert main(["user", "list", *config]) == 0
        assert "anna\tadmin\tdisabled\t" in capsys.readouterr().out
        with database.read() as conn:
            assert user_of_token(conn, token, SYSTEM.now()) is None
        assert main(["user", "enable", "anna", *config]) == 0
        with database.read() as conn:
            assert user_of_token(conn, token, SYSTEM.now()) is not None

    def test_a_token_is_listed_and_revoked_by_its_number(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(["user", "token", "anna", "--label", "grafana", *config])
        token = capsys.readouterr().out.strip()
        assert main(["user", "tokens", "anna", *config]) == 0
        number, label, _, used = capsys.readouterr().out.strip().split("\t")
        assert (label, used) == ("grafana", "never used")
        assert main(["user", "revoke", number, *config]) == 0
        with database.read() as conn:
            assert user_of_token(conn, token, SYSTEM.now()) is None
        assert main(["user", "revoke", number, *config]) == 1
        assert "luchtig user tokens NAME lists them" in capsys.readouterr().err

    def test_a_token_is_limited_and_says_so(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = ["--scope", "write,read", "--expires", "30", "--venue", "de-kade"]
        assert main(["user", "token", "anna", "--label", "ha", *asked, *config]) == 0
        token = capsys.readouterr().out.splitlines()[-1]
        with database.read() as conn:
            found = find_token(conn, token, SYSTEM.now())
        assert found is not None
        assert found[1].limits.scopes == ("read", "write")
        assert main(["user", "tokens", "anna", *config]) == 0
        said = capsys.readouterr().out.strip().split("\t")
        assert said[4] == "may read, write"
        assert said[5] == "in de-kade"
        assert said[6].startswith("until 20")

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            (["--scope", "read,all"], "'all' is no scope: known are read, export, write"),
            (["--scope", ""], "'' is no scope"),
            (["--venue", "nowhere"], "there is no venue 'nowhere'"),
            (["--expires", "0"], "1 to 3650 days"),
            (["--label", "x" * 101], "at most 100 characters"),
        ],
    )
    def test_a_token_that_cannot_be_is_refused(
        self, config: list[str], asked: list[str], says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["user", "token", "anna", *asked, *config]) == 1
        assert says in capsys.readouterr().err

    @pytest.mark.parametrize("action", ["password", "disable", "enable", "tokens", "delete"])
    def test_who_is_not_there_is_told(
        self,
        config: list[str],
        password_file: list[str],
        action: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        more = password_file if action == "password" else []
        assert main(["user", action, "eve", *config, *more]) == 1
        assert capsys.readouterr().err == "luchtig user: there is no user 'eve'\n"

    def test_list_and_delete(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["user", "list", *config]) == 0
        assert capsys.readouterr().out == "anna\tadmin\tpassword\tsince 2026-11-23\n"
        with database.write() as conn:
            add_user(conn, "ben", "", None, SYSTEM.now())
        assert main(["user", "delete", "ben", *config]) == 0
        with database.write() as conn:
            assert find_user(conn, "ben") is None
            delete_user(conn, "anna")
        assert main(["user", "list", *config]) == 0
        assert capsys.readouterr().err == "nobody yet: luchtig user add NAME\n"

    @pytest.mark.parametrize(
        "action",
        [["disable", "anna"], ["delete", "anna"], ["role", "anna", "none"]],
    )
    def test_the_last_admin_stays_one(
        self,
        config: list[str],
        database: Database,
        capsys: pytest.CaptureFixture[str],
        action: list[str],
    ) -> None:
        with database.write() as conn:
            add_user(conn, "ben", "admin", None, SYSTEM.now())
        assert main(["user", "disable", "ben", *config]) == 0
        assert main(["user", *action, *config]) == 1
        assert "anna is the last admin who can log in" in capsys.readouterr().err
        with database.read() as conn:
            assert user_of(conn, "anna").role == "admin"
        assert main(["user", "enable", "ben", *config]) == 0
        assert main(["user", *action, *config]) == 0

    def test_roles_in_a_venue_take_the_place_of_those_before(
        self,
        config: list[str],
        password_file: list[str],
        capsys: pytest.CaptureFixture[str],
        database: Database,
    ) -> None:
        add = ["user", "add", "ben", "--venue", VENUE, "--email", "ben@example.org"]
        assert main([*add, *config, *password_file]) == 0
        assert capsys.readouterr().out == f"ben can log in, as viewer in {VENUE}\n"
        with database.write() as conn:
            token = new_token(conn, "ben", "", SYSTEM.now())
        role = ["user", "role", "ben"]
        assert main([*role, "organiser,host", "--venue", VENUE, *config]) == 0
        assert f"ben is host, organiser in {VENUE}" in capsys.readouterr().out
        with database.read() as conn:
            assert user_of_token(conn, token, SYSTEM.now()) is None
            assert user_of(conn, "ben").verified
        assert main(["user", "list", *config]) == 0
        line = capsys.readouterr().out.splitlines()[1]
        assert line.startswith(f"ben\thost, organiser in {VENUE}\t")
        assert line.endswith("\tben@example.org")
        assert main([*role, "none", "--venue", VENUE, *config]) == 0
        assert main([*role, "admin", *config]) == 0
        assert capsys.readouterr().out.splitlines()[1].startswith("ben is admin;")

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["add", "ben", "--role", "host"], "say where they are host: --venue V"),
            (["add", "ben", "--role", "admin", "--venue", VENUE], "leave --venue out"),
            (["add", "ben", "--venue", "molen"], "there is no venue 'molen'; there are de-kade"),
            (["add", "ben", "--email", "ben"], "'ben' is no e-mail address"),
            (["role", "anna", "king", "--venue", VENUE], "no role 'king'"),
            (["role", "eve", "none"], "there is no user 'eve'"),
            (["add", "anna"], "there is a user 'anna' already"),
            (["add", " "], "a name has 1 to 100 characters"),
            (["add", "a\nb"], "a name has 1 to 100 characters"),
            (["token", "nobody"], "there is no user 'nobody'"),
            (["delete", "nobody"], "there is no user 'nobody'"),
        ],
    )
    def test_what_cannot_be_done_is_said(
        self,
        config: list[str],
        password_file: list[str],
        arguments: list[str],
        says: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        more = password_file if arguments[0] == "add" else []
        assert main(["user", *arguments, *config, *more]) == 1
        assert says in capsys.readouterr().err

    @pytest.mark.parametrize("content", ["", "short", "\nsecond line only"])
    def test_password_that_is_too_short(
        self,
        config: list[str],
        password_file: list[str],
        content: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        Path(password_file[1]).write_text(content)
        assert main(["user", "add", "ben", *config, *password_file]) == 1
        assert "at least 10 characters" in capsys.readouterr().err

    @pytest.mark.parametrize("do", [("add", "ben"), ("password", "anna")])
    def test_password_that_everybody_guesses_is_not_taken(
        self,
        config: list[str],
        password_file: list[str],
        do: tuple[str, str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        Path(password_file[1]).write_text("Password2026!")
        assert main(["user", *do, *config, *password_file]) == 1
        assert "guessed within moments" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("typed", "status", "says"),
        [((GOOD, GOOD), 0, "ben can log in"), ((GOOD, "een ander lang woord"), 1, "not the same")],
    )
    def test_asks_twice_on_a_terminal(
        self, config: list[str], typed: tuple[str, str], status: int, says: str
    ) -> None:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "dashboard", "user", "add", "ben", *config],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as asking:
            os.close(theirs)
            assert asking.stdout is not None
            said = b""
            for prompt, word in zip((b"Password: ", b"again: "), typed, strict=True):
                while not said.endswith(prompt):  # what is typed before the question is thrown away
                    said += os.read(asking.stdout.fileno(), 1)
                os.write(ours, f"{word}\n".encode())
            said += asking.stdout.read()
        os.close(ours)
        assert asking.returncode == status
        assert says in said.decode()
        assert typed[0] not in said.decode()


class TestInvite:
    def test_the_link_is_printed_where_there_is_no_mail(
        self, config: list[str], database: Database, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path(config[1]).write_text('[notify]\nmail = ""\n')
        asked = ["user", "invite", "eva@example.org", "--role", "host", "--venue", VENUE]
        assert main([*asked, *config]) == 0
        said = capsys.readouterr().out.split()
        assert said[-1].startswith("http://127.0.0.1:8080/invite/")
        with database.read() as conn:
            (made,) = open_invitations(conn, SYSTEM.now())
        assert (made.email, made.venue, made.role) == ("eva@example.org", VENUE, "host")

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["eva"], "'eva' is no e-mail address"),
            (["eva@example.org", "--role", "host"], "say where they are host: --venue V"),
            (["eva@example.org", "--role", "admin", "--venue", VENUE], "leave --venue out"),
            (["eva@example.org", "--venue", "molen"], "there is no venue 'molen'"),
        ],
    )
    def test_who_cannot_be_invited_is_told(
        self,
        config: list[str],
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        says: str,
    ) -> None:
        assert main(["user", "invite", *arguments, *config]) == 1
        assert says in capsys.readouterr().err
