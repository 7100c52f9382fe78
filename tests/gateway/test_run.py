"""How the gateway starts and why it does not: one line, a status, never a traceback."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.config import load
from gateway.domain.room_state import decode_state
from gateway.registry.database import open_database
from tests.end_to_end.gateway_alone import Publisher
from tests.end_to_end.set_up import set_up
from tests.gateway.mail_inbox import raw_server
from tests.gateway.notices import ANNA, notice, posted
from tests.servers import Broker, free_port, mosquitto, program, wait_until

STATE = "luchtig/rooms/de-kade/serre/state"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--venues", "De Kade"], 2, "--venues: 'De Kade': expected the slug of a venue"),
        (["--venue", "x", "--no-such"], 2, "unrecognized arguments"),
    ],
)
def test_wrong_use_is_status_2(
    tmp_path: Path, broker: Broker, arguments: list[str], status: int, says: str
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        done = venue.run("gateway", *arguments)
        assert done.returncode == status
        assert says in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "says"),
    [("journal.db", "journal.db: cannot be opened"), ("luchtig.db", "file is not a database")],
)
def test_a_file_that_cannot_be_used_is_named_and_status_1(
    tmp_path: Path, broker: Broker, file: str, says: str
) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        (tmp_path / file).write_bytes(b"no database at all " * 500)
        done = venue.run("gateway")
        assert done.returncode == 1
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_a_store_that_cannot_be_is_status_1(tmp_path: Path, broker: Broker) -> None:
    with set_up(tmp_path, broker, "redis://127.0.0.1") as venue:
        done = venue.run("gateway")
        assert done.returncode == 1
        assert "store.url = 'redis://127.0.0.1'" in done.stderr


def test_a_database_of_a_newer_luchtig_is_left_alone(tmp_path: Path, broker: Broker) -> None:
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        database = open_database(load(venue.config, {}).database.url, tmp_path)
        database.migrate()
        with database.write() as conn:
            conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        database.close()
        done = venue.run("gateway")
        assert done.returncode == 1
        assert "newer version of luchtig" in done.stderr


def test_a_gateway_that_may_not_log_in_says_so_once_and_goes_on_once_it_may(
    tmp_path: Path,
) -> None:
    directory, port = tmp_path / "broker", free_port()
    directory.mkdir()
    passwords = directory / "passwords"
    arguments = ["-b", "-c", str(passwords), "gateway", "right"]
    subprocess.run([program("mosquitto_passwd"), *arguments], check=True)
    passwords.chmod(0o644)
    login = f"allow_anonymous false\npassword_file {passwords}\n"
    with set_up(tmp_path, Broker(port, directory), "sqlite:///readings.db") as venue:
        secret = tmp_path / "password"
        secret.write_text("wrong")
        text = venue.config.read_text().replace(
            "[store]", 'username = "gateway"\npassword_file = "password"\n[store]'
        )
        venue.config.write_text(text)
        with mosquitto(directory, port=port, extra=login):
            gateway = venue.start("gateway", says="refuses us")
            secret.write_text("right")
            wait_until(lambda: "gateway: ready" in venue.log("gateway"), "the login to be right")
            assert venue.log("gateway").count("refuses us") == 1
            assert gateway.poll() is None


def test_a_thread_that_does_not_stop_is_left_with_what_it_uses(
    tmp_path: Path, broker: Broker
) -> None:
    """A mail server that never answers: the gateway goes, its database is not closed under the sender."""
    taken, over = threading.Event(), threading.Event()

    def hang(_connection: socket.socket) -> None:
        taken.set()
        over.wait(60)

    with raw_server(hang) as port, set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.write_config("sqlite:///readings.db", f'[notify]\nmail = "smtp://127.0.0.1:{port}"\n')
        gateway = venue.start("gateway")
        database = open_database(load(venue.config, {}).database.url, tmp_path)
        posted(database, ANNA, notice())
        database.close()
        assert taken.wait(60)
        gateway.terminate()
        try:
            assert gateway.wait(60) == 0
        finally:
            over.set()
        said = venue.log("gateway")
    assert "WARNING mail did not stop in time: left as it is" in said
    assert said.endswith("luchtig gateway: stopped\n")
    assert "Traceback" not in said


def test_a_reading_shows_as_a_retained_room_state_of_its_venue(
    tmp_path: Path, broker: Broker
) -> None:
    heard: list[bytes] = []
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        venue.start("gateway", "--venues", "de-kade")
        publisher = Publisher(broker)
        publisher.publish_all([("luchtig/devices/de-kade/co2-03/air", b'{"co2_ppm":871}')])
        publisher.follow(STATE, heard.append)
        wait_until(lambda: any(b'"co2_ppm":871' in state for state in heard), "the state")
        publisher.publish(STATE, b"", retain=True).wait_for_publish(60)
        publisher.close()


def test_motion_shows_in_the_state_of_a_room_and_counts_nobody(
    tmp_path: Path, broker: Broker
) -> None:
    heard: list[bytes] = []
    with set_up(tmp_path, broker, "sqlite:///readings.db") as venue:
        venue.import_venue()
        venue.start("gateway", "--venues", "de-kade")
        publisher = Publisher(broker)
        publisher.publish_all([("luchtig/devices/de-kade/co2-03/people", b'{"motion":true}')])
        publisher.follow(STATE, heard.append)
        wait_until(lambda: any(b'"motion_at":"2' in state for state in heard), "the state")
        states = [decode_state(state) for state in heard if state]
        assert {state.people for state in states} == {None}
        publisher.publish(STATE, b"", retain=True).wait_for_publish(60)
        publisher.close()


def test_a_gateway_loads_nothing_of_the_pages() -> None:
    script = (
        "import sys; from dashboard.cli import main\n"
        "try: main(['gateway', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(', '.join({'flask', 'plotly', 'webauthn'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
