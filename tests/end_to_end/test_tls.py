"""A broker that wants TLS and a login: a sensor's message through it, onto the board."""

import subprocess
from pathlib import Path

from tests.end_to_end.set_up import set_up
from tests.servers import Broker, free_port, mosquitto, program, wait_until

USER, PASSWORD = "luchtig", "a password of some length"


def certify(directory: Path) -> None:
    """An authority of our own, which also is the broker's certificate."""
    command = [
        program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(directory / "broker.key"), "-out", str(directory / "broker.pem"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def test_a_broker_with_tls_and_a_login_carries_a_reading_to_the_board(tmp_path: Path) -> None:
    certify(tmp_path)
    passwords = tmp_path / "passwords"
    command = [program("mosquitto_passwd"), "-b", "-c", str(passwords), USER, PASSWORD]
    subprocess.run(command, check=True, capture_output=True)
    tls_port = free_port()
    extra = (
        f"password_file {passwords}\nlistener {tls_port} 127.0.0.1\n"
        f"certfile {tmp_path / 'broker.pem'}\nkeyfile {tmp_path / 'broker.key'}\n"
    )
    (tmp_path / "secret-password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    login = f'username = "{USER}"\npassword_file = "secret-password"\nca_file = "broker.pem"\n'
    with (
        mosquitto(tmp_path / "broker", extra=extra, anonymous=False) as plain,
        set_up(tmp_path, Broker(plain.port, plain.directory), "sqlite:///readings.db") as venue,
    ):
        text = venue.config.read_text(encoding="utf-8")
        tls = f'url = "mqtts://127.0.0.1:{tls_port}"\n{login}'
        venue.config.write_text(text.replace(f'url = "{plain.url}"\n', tls), encoding="utf-8")
        venue.import_venue()
        venue.start("gateway")
        venue.start_dashboard()
        send = [
            program("mosquitto_pub"), "-h", "127.0.0.1", "-p", str(tls_port), "--cafile", str(tmp_path / "broker.pem"),
            "-u", USER, "-P", PASSWORD, "-q", "1",
            "-t", "luchtig/devices/de-kade/co2-03/air", "-m", '{"co2_ppm": 812}',
        ]  # fmt: skip
        subprocess.run(send, check=True)
        wait_until(lambda: venue.room().get("co2_ppm") == 812, "the reading on the board")


def test_a_broker_whose_certificate_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    certify(tmp_path)
    port = free_port()
    extra = (
        f"listener {port} 127.0.0.1\n"
        f"certfile {tmp_path / 'broker.pem'}\nkeyfile {tmp_path / 'broker.key'}\n"
    )
    with (
        mosquitto(tmp_path / "broker", extra=extra) as plain,
        set_up(tmp_path, plain, "sqlite:///readings.db") as venue,
    ):
        text = venue.config.read_text(encoding="utf-8")
        venue.config.write_text(
            text.replace(plain.url, f"mqtts://127.0.0.1:{port}"), encoding="utf-8"
        )
        venue.import_venue()
        venue.start("gateway", says="certificate verify failed")
        assert "Traceback" not in venue.log("gateway")
        checked = venue.run("check")
        assert checked.returncode == 1
        assert "certificate verify failed" in checked.stdout
