"""Fetching from a real server on loopback, which here counts as the one public machine there is."""

import gzip
import ipaddress
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from gateway.calendars.fetch import Fetched, FetchFailed, Limits, Validators, fetch
from gateway.domain.calendar.problem import (
    FAILURES,
    PROBLEMS,
    CalendarProblem,
    Failure,
    failure_line,
    problem_line,
)
from gateway.outward.address import IpAddress, is_public
from tests.gateway.calendars.server import WebServer, web_server
from tests.servers import free_port, program

PATIENT = Limits(connect_s=30.0, read_s=30.0, total_s=60.0, most_bytes=100_000)
QUICK = Limits(connect_s=0.5, read_s=0.3, total_s=1.0, most_bytes=100_000)
HERE = ipaddress.ip_address("127.0.0.1")


def here_alone(address: IpAddress) -> bool:
    return address == HERE


def get(url: str, since: Validators | None = None, limits: Limits = PATIENT) -> Fetched:
    return fetch(url, since or Validators(), here_alone, limits)


def failure(url: str, limits: Limits = PATIENT) -> Failure:
    with pytest.raises(FetchFailed) as caught:
        get(url, limits=limits)
    return caught.value.failure


def test_what_a_server_says_of_a_calendar_is_asked_with_next_time(web: WebServer) -> None:
    web.serve("/a.ics", b"calendar", ETag='"7"', Last_Modified="Tue, 24 Nov 2026 09:00:00 GMT")
    first = get(f"{web.url}/a.ics")
    assert first.data == b"calendar"
    again = get(f"{web.url}/a.ics", first.validators)
    assert again == Fetched(None, first.validators)
    assert web.asked[1].headers["If-None-Match"] == '"7"'
    assert web.asked[1].headers["If-Modified-Since"] == "Tue, 24 Nov 2026 09:00:00 GMT"


def test_a_login_is_sent_and_not_to_where_it_leads_on(web: WebServer) -> None:
    web.serve("/a.ics", b"", 302, Location=f"http://localhost:{web.port}/b.ics")
    web.serve("/b.ics", b"calendar")
    url = f"http://anna:secret@127.0.0.1:{web.port}/a.ics"
    assert get(url).data == b"calendar"
    assert [asked.headers.get("Authorization") for asked in web.asked] == [
        "Basic YW5uYTpzZWNyZXQ=",
        None,
    ]
    assert web.asked[1].headers["Host"] == f"localhost:{web.port}"


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/", "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data",
        "http://[::1]/", "http://0.0.0.0/", "http://[::ffff:10.0.0.1]/", "http://2130706434/",
        "http://192.168.1.1:8080/",
    ],
)  # fmt: skip
def test_a_calendar_that_leads_to_the_local_network_is_refused(
    web: WebServer, location: str
) -> None:
    web.serve("/a.ics", b"", 302, Location=location)
    assert failure(f"{web.url}/a.ics").code == "not_allowed"


def test_nothing_on_this_machine_is_asked_unless_it_is_allowed(web: WebServer) -> None:
    web.serve("/a.ics", b"calendar")
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchFailed) as caught:
            fetch(f"http://{host}:{web.port}/a.ics", Validators(), is_public, QUICK)
        assert caught.value.failure.code == "not_allowed"
    assert web.asked == []


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_asked(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve("/a.ics", b"calendar")
    resolve, asked = socket.getaddrinfo, []

    def rebinding(host: str, *more: Any, **named: Any) -> Any:
        """A name that is public at first and local from then on."""
        if host != "rebinding.example":
            return resolve(host, *more, **named)
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert get(f"http://rebinding.example:{web.port}/a.ics").data == b"calendar"
    assert asked == ["rebinding.example"]
    assert web.asked[0].headers["Host"] == f"rebinding.example:{web.port}"


def test_a_calendar_of_50_mb_is_refused_without_being_read(web: WebServer) -> None:
    written = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(800):
            handler.wfile.write(b"x" * 65_536)
            written.append(65_536)

    web.answers["/endless.ics"] = endless
    web.serve("/told.ics", b"x" * 200_000)
    for path in ("/endless.ics", "/told.ics"):
        found = failure(
            f"{web.url}{path}", Limits(most_bytes=1_000_000 if "end" in path else 100_000)
        )
        assert found.code == "too_large"
    assert sum(written) < 20_000_000


def test_what_unfolds_to_more_than_the_limit_is_refused(web: WebServer) -> None:
    web.serve("/bomb.ics", gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    web.serve("/fine.ics", gzip.compress(b"calendar"), Content_Encoding="gzip")
    assert failure(f"{web.url}/bomb.ics").code == "too_large"
    assert get(f"{web.url}/fine.ics").data == b"calendar"


def test_a_server_that_drips_is_left(web: WebServer) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(400):  # 20 s and more, and then it is whole
            if over.wait(0.05):
                break
            handler.wfile.write(b"x")
            handler.wfile.flush()

    web.answers["/a.ics"] = drip
    assert failure(f"{web.url}/a.ics", QUICK).code == "timeout"
    over.set()


def test_a_server_that_says_nothing_is_left(web: WebServer) -> None:
    over = threading.Event()

    def silent(_: BaseHTTPRequestHandler) -> None:
        over.wait(20)

    web.answers["/a.ics"] = silent
    assert failure(f"{web.url}/a.ics", QUICK).code == "timeout"
    over.set()


def test_an_answer_that_breaks_off_is_no_calendar(web: WebServer) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"BEGIN:VCALENDAR")
        handler.close_connection = True

    web.answers["/a.ics"] = half
    assert failure(f"{web.url}/a.ics").code == "broke_off"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (404, {}, Failure("status", "404 Not Found")),
        (410, {}, Failure("status", "410 Gone")),
        (401, {}, Failure("refused", "401")),
        (403, {}, Failure("refused", "403")),
        (503, {"Retry_After": "120"}, Failure("status", "503 Service Unavailable", 120.0)),
        (429, {"Retry_After": "999999999"}, Failure("status", "429 Too Many Requests", 86_400.0)),
        (304, {}, Failure("status", "304 Not Modified")),
    ],
)
def test_other_answers_are_told(
    web: WebServer, status: int, headers: dict[str, str], expected: Failure
) -> None:
    web.serve("/a.ics", b"", status, **headers)
    assert failure(f"{web.url}/a.ics") == expected


def test_a_calendar_that_leads_on_for_ever_is_left(web: WebServer) -> None:
    web.serve("/a.ics", b"", 301, Location="/a.ics")
    web.serve("/b.ics", b"", 301, Location="ftp://127.0.0.1/")
    web.serve("/c.ics", b"", 301)
    assert failure(f"{web.url}/a.ics").code == "redirects"
    assert failure(f"{web.url}/b.ics").code == "redirects"
    assert failure(f"{web.url}/c.ics").code == "redirects"
    assert len(web.asked) < 20


def test_nobody_there_is_told() -> None:
    port = free_port()
    assert failure(f"http://127.0.0.1:{port}/") == Failure("unreachable", f"127.0.0.1:{port}")
    assert failure("https://nowhere.invalid/a.ics") == Failure("not_found", "nowhere.invalid")
    assert failure("gopher://127.0.0.1/").code == "bad_address"


def test_every_failure_and_mistake_has_a_line() -> None:
    for code in FAILURES:
        assert "{" not in failure_line(Failure(code, "x"))
    for problem in PROBLEMS:
        assert "{" not in problem_line(CalendarProblem(problem, "Event", "x"))


def certify(directory: Path) -> tuple[Path, Path]:
    """A certificate of calendar.example, which vouches for itself, and its key."""
    certificate, key = directory / "server.pem", directory / "server.key"
    command = [
        program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=calendar.example", "-addext",
        "subjectAltName=DNS:calendar.example", "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def test_a_certificate_is_held_against_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = certify(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, *more, **named: resolve("127.0.0.1", *more, **named)
    )
    with web_server(context) as web:
        web.serve("/a.ics", b"calendar")
        url = f"https://calendar.example:{web.port}/a.ics"
        assert failure(url) == Failure("bad_certificate", "calendar.example")  # nobody vouches
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert get(url).data == b"calendar"
        other = f"https://other.example:{web.port}/a.ics"
        assert failure(other) == Failure("bad_certificate", "other.example")
