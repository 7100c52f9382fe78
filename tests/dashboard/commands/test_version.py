"""Which version this is; and a server of ours that says which is the newest."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest

from dashboard.cli import main
from tests.servers import free_port


@contextmanager
def saying(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/newest"
    finally:
        server.shutdown()
        server.server_close()


def checked(tmp_path: Path, url: str) -> int:
    config = tmp_path / "luchtig.toml"
    config.write_text(f'[updates]\nurl = "{url}"\n')
    return main(["version", "--check", "--config", str(config)])


def test_it_says_which_one_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"luchtig {version('luchtig')}\n"


@pytest.mark.parametrize(
    ("newest", "status", "says"),
    [("999.0", 1, "999.0 is newer"), ("0.0.1", 0, "is the newest"), ("{ours}", 0, "is the newest")],
)
def test_it_says_whether_there_is_a_newer_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], newest: str, status: int, says: str
) -> None:
    told = newest.replace("{ours}", version("luchtig"))
    with saying(200, b'{"version": "%s"}' % told.encode()) as url:
        assert checked(tmp_path, url) == status
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [(404, b"", "answers 404"), (200, b"<html>", "says no JSON"),
     (200, b'{"version": 3}', "says no {"), (302, b"", "answers 302")],
)  # fmt: skip
def test_an_answer_that_is_none_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int, body: bytes, says: str
) -> None:
    with saying(status, body) as url:
        assert checked(tmp_path, url) == 1
    assert says in capsys.readouterr().err


def test_where_nobody_answers_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(tmp_path, f"http://127.0.0.1:{free_port()}/") == 1
    assert "is not reached" in capsys.readouterr().err


def test_without_an_address_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version", "--check"]) == 1
    assert "nobody is asked" in capsys.readouterr().err
