"""What an attacker would try, tried against the dashboard as it runs (docs/security.md)."""

import http.client
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.end_to_end.set_up import LUCHTIG, SetUp, set_up
from tests.servers import mosquitto

PASSWORD = "drie woorden genoeg"
EVIL = "evil.example"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str

    def cookie(self, name: str) -> str:
        cookies: SimpleCookie = SimpleCookie()
        for header in self.headers.get_all("Set-Cookie", []):
            cookies.load(header)
        return f"{name}={cookies[name].value}" if name in cookies else ""

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.body)
        assert found is not None, self.body
        return found[1]


class Target:
    def __init__(self, venue: SetUp) -> None:
        self.venue = venue
        self.port = venue.port
        self._session = ""

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body.encode() or None, given)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))
        finally:
            connection.close()

    def form(self, path: str, cookie: str, fields: dict[str, str], **headers: str) -> Answer:
        kind = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self.ask("POST", path, urlencode(fields), **kind, **headers)

    def raw(self, sends: bytes) -> bytes:
        """What comes back on a socket until the other side ends it."""
        said = b""
        with socket.create_connection(("127.0.0.1", self.port), 20) as one:
            one.sendall(sends)
            with suppress(TimeoutError, ConnectionResetError):
                one.settimeout(8)
                while more := one.recv(65_536):
                    said += more
        return said

    def log_in(self, cookie: str = "", **fields: str) -> Answer:
        page = self.ask("GET", "/login", Cookie=cookie)
        begun = page.cookie("luchtig") or cookie
        form = {"csrf_token": page.token(), "name": "anna", "password": PASSWORD} | fields
        return self.form("/login", begun, form)

    def session(self) -> str:
        """One that stays, with the key of its forms."""
        self._session = self._session or self.new_session()
        return self._session

    def new_session(self) -> str:
        begun = self.log_in().cookie("luchtig")
        return self.ask("GET", "/", Cookie=begun).cookie("luchtig")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    directory = tmp_path_factory.mktemp("attacked")
    (directory / "mosquitto").mkdir()
    with mosquitto(directory / "mosquitto") as broker, set_up(directory, broker, "") as venue:
        text = venue.config.read_text(encoding="utf-8").replace("demo = true\n", "")
        venue.config.write_text(text.replace('[store]\nurl = ""\n', ""), encoding="utf-8")
        venue.import_venue()
        (directory / "password").write_text(PASSWORD, encoding="utf-8")
        file = ("--password-file", str(directory / "password"), "--config", str(venue.config))
        subprocess.run([*LUCHTIG, "user", "add", "anna", *file], check=True)
        venue.start_dashboard()
        yield Target(venue)


class TestSessions:
    def test_a_stolen_cookie_is_worth_nothing_after_the_log_out(self, target: Target) -> None:
        stolen = target.new_session()
        page = target.ask("GET", "/", Cookie=stolen)
        assert page.status == 200
        left = target.form("/logout", stolen, {"csrf_token": page.token()})
        assert left.status == 303
        assert target.ask("GET", "/api/v1/rooms", Cookie=stolen).status == 401

    def test_a_cookie_that_was_planted_does_not_become_a_session(self, target: Target) -> None:
        planted = target.ask("GET", "/login").cookie("luchtig")
        inside = target.log_in(planted).cookie("luchtig")
        assert inside != planted
        assert target.ask("GET", "/api/v1/rooms", Cookie=inside).status == 200
        assert target.ask("GET", "/api/v1/rooms", Cookie=planted).status == 401

    def test_no_script_reads_it_and_no_other_site_sends_it(self, target: Target) -> None:
        for header in target.log_in().headers.get_all("Set-Cookie", []):
            assert "HttpOnly" in header
            assert "SameSite=Lax" in header

    @pytest.mark.parametrize("cut", [slice(0, -3), slice(3, None)])
    def test_one_that_was_altered_is_none(self, target: Target, cut: slice) -> None:
        name, _, value = target.session().partition("=")
        assert target.ask("GET", "/api/v1/rooms", Cookie=f"{name}={value[cut]}").status == 401


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [{"Origin": f"https://{EVIL}"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}],
    )
    def test_a_form_of_another_site_changes_nothing(
        self, target: Target, headers: dict[str, str]
    ) -> None:
        cookie = target.session()
        token = target.ask("GET", "/", Cookie=cookie).token()
        assert target.form("/logout", cookie, {"csrf_token": token}, **headers).status == 403
        assert target.ask("GET", "/api/v1/rooms", Cookie=cookie).status == 200

    @pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data"])
    def test_a_session_alone_writes_nothing_through_the_api(
        self, target: Target, kind: str
    ) -> None:
        cookie = target.session()
        body, path = '{"people": 3}', "/api/v1/rooms/de-kade/serre/people"
        answer = target.ask("PUT", path, body, Cookie=cookie, Content_Type=kind)
        assert answer.status == 403

    def test_a_token_of_somebody_else_s_form_is_none(self, target: Target) -> None:
        cookie, other = target.session(), target.ask("GET", "/login").token()
        assert target.form("/logout", cookie, {"csrf_token": other}).status == 403

    @pytest.mark.parametrize("path", ["/static/style.css", "/static/board.js"])
    def test_no_other_site_reads_or_sniffs_what_pages_are_drawn_with(
        self, target: Target, path: str
    ) -> None:
        headers = target.ask("GET", path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers

    @pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/api/v1/rooms"])
    def test_no_other_site_frames_or_sniffs_an_answer(self, target: Target, path: str) -> None:
        headers = target.ask("GET", path).headers
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers

    @pytest.mark.parametrize(
        "wanted", [f"https://{EVIL}", f"//{EVIL}", f"/\\{EVIL}", f"/\t/{EVIL}"]
    )
    def test_a_log_in_leads_to_no_other_site(self, target: Target, wanted: str) -> None:
        assert target.log_in(next=wanted).headers["Location"] == "/"


class TestNamesOfOthers:
    @pytest.mark.parametrize("path", ["/", "/login", "/api/v1/openapi.json"])
    def test_a_host_that_is_not_ours_gets_no_page(self, target: Target, path: str) -> None:
        assert target.ask("GET", path, Host=EVIL).status == 421

    @pytest.mark.parametrize(
        "name", ["X_Forwarded_Host", "Forwarded", "X_Original_URL", "X_Rewrite_URL", "X_Host"]
    )
    def test_what_a_stranger_says_of_the_way_stands_in_no_answer(
        self, target: Target, name: str
    ) -> None:
        value = f"host={EVIL}" if name == "Forwarded" else EVIL
        for path in ("/", "/login?next=/alerts", "/api/v1/openapi.json"):
            answer = target.ask("GET", path, **{name: value, "X_Forwarded_Proto": "https"})
            assert EVIL not in answer.body + str(answer.headers)
            assert "Strict-Transport-Security" not in answer.headers

    def test_pages_are_kept_by_nobody_in_between(self, target: Target) -> None:
        cookie = target.session()
        for path in ("/", "/meetings", "/settings", "/api/v1/rooms", "/login"):
            kept = target.ask("GET", path, Cookie=cookie).headers["Cache-Control"]
            assert "no-store" in kept or "private" in kept

    def test_another_address_is_not_had_by_saying_so(self, target: Target) -> None:
        slowed = []
        for number in range(9):
            page = target.ask("GET", "/login")
            form = {"csrf_token": page.token(), "name": "ben", "password": "a guess that is wrong"}
            slowed.append(
                target.form(
                    "/login", page.cookie("luchtig"), form, X_Forwarded_For=f"10.0.0.{number}"
                ).status
            )
        assert slowed[:5] == [401] * 5
        assert slowed[-1] == 429


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        [
            "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/static/..%2f..%2f..%2f..%2fetc%2fpasswd", "/static//etc/passwd", "/static/%00",
            "/static/..%5c..%5cetc%5cpasswd", "/static/....//....//etc/passwd", "/static/%252e%252e/x",
            "/static/../app.py", "/static/../secret", "/../luchtig.toml",
        ],
    )  # fmt: skip
    def test_no_way_leads_out_of_what_is_served(self, target: Target, path: str) -> None:
        cookie = target.session()
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        said = target.raw(request.encode())
        assert said.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400", b"HTTP/1.1 308"))
        assert b"root:" not in said
        assert b"create_app" not in said


class TestRequests:
    @pytest.mark.parametrize(
        "head",
        [
            b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"Content-Length: 4\r\nContent-Length: 5\r\n\r\naaaa",
            b"Content-Length: -1\r\n\r\n",
            b"Content-Length: 4, 4\r\n\r\naaaa",
            b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        ],
        ids=["both lengths", "two lengths", "negative", "a list", "another coding"],
    )
    def test_a_request_of_two_minds_hides_none_behind_it(self, target: Target, head: bytes) -> None:
        smuggled = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        said = target.raw(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + smuggled)
        assert b" 200 OK" not in said
        assert b"next=/smuggled" not in said

    @pytest.mark.parametrize("name", ["X_HTTP_Method_Override", "X_Method_Override"])
    def test_a_method_is_what_it_is(self, target: Target, name: str) -> None:
        cookie = target.session()
        path = "/api/v1/rooms/de-kade/serre"
        assert target.ask("GET", path, Cookie=cookie, **{name: "DELETE"}).status == 200
        assert target.ask("GET", path, Cookie=cookie).status == 200

    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
    def test_methods_that_we_do_not_speak_are_refused(self, target: Target, method: str) -> None:
        said = target.raw(
            f"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        assert b" 200 OK" not in said

    def test_a_packed_body_is_not_unpacked_and_a_large_one_not_read(self, target: Target) -> None:
        cookie = target.session()
        token = target.ask("GET", "/", Cookie=cookie).token()
        headers = {"Cookie": cookie, "X_CSRFToken": token, "Content_Type": "application/json"}
        path = "/api/v1/rooms/de-kade/serre/people"
        packed = target.ask("PUT", path, "\x1f\x08" * 99, Content_Encoding="gzip", **headers)
        assert packed.status in (400, 415)
        assert target.ask("PUT", path, "x" * 70_000, **headers).status == 413

    def test_line_ends_in_an_address_make_no_header(self, target: Target) -> None:
        for path in (
            "/login?next=/%0d%0aSet-Cookie:%20stolen=1", "/%0d%0aSet-Cookie:%20stolen=1",
            "/meetings?day=%0d%0aSet-Cookie:%20stolen=1", "/?lang=%0d%0aSet-Cookie:%20stolen=1",
        ):  # fmt: skip
            answer = target.ask("GET", path)
            assert all("stolen" not in one for one in answer.headers.get_all("Set-Cookie", []))
        moved = target.log_in(next="/%0d%0aSet-Cookie: stolen=1\r\nSet-Cookie: stolen=1")
        assert moved.headers["Location"] == "/"

    def test_an_expression_is_kept_busy_by_nobody(self, target: Target) -> None:
        cookie = target.session()
        blanks = '"a"' + " " * 30_000 + "x"
        answer = target.ask("GET", "/api/v1/rooms", Cookie=cookie, If_None_Match=blanks)
        assert answer.status == 200

    def test_nobody_writes_a_line_of_the_log(self, target: Target) -> None:
        cookie = target.session()
        for path in ("/x%0aERROR%20forged", "/api/v1/rooms?venue=%0aERROR%20forged"):
            target.ask("GET", path, Cookie=cookie, User_Agent="\x1b[31mERROR forged")
        log = target.venue.log("dashboard")
        assert not [line for line in log.splitlines() if line.startswith("ERROR forged")]
        assert "\x1b" not in log
        assert "Traceback" not in log
