"""Who gets in: with a session, with a token, in the demo, and who does not."""

from http.cookies import SimpleCookie

import pytest

from dashboard.web.identity import guessing
from dashboard.web.identity.entrance import is_local_path
from gateway.registry.accounts import users
from sensors.clock import SYSTEM
from sensors.config import ConfigError
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site, csrf_token, log_in

PEOPLE = f"/api/v1/rooms/{VENUE}/serre/people"
ROOM = f"/api/v1/rooms/{VENUE}/serre"


class TestClosedByDefault:
    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login"])
    def test_open_to_everybody(self, site: Site, path: str) -> None:
        assert site.visitor().get(path).status_code == 200

    @pytest.mark.parametrize(
        ("path", "sent_to"),
        [
            ("/", "/login?next=/"),
            ("/meetings?day=2026-11-24", "/login?next=/meetings?day%3D2026-11-24"),
            ("/nowhere", "/login?next=/nowhere"),
        ],
    )
    def test_page_leads_to_the_form_and_back(self, site: Site, path: str, sent_to: str) -> None:
        answer = site.visitor().get(path)
        assert (answer.status_code, answer.location) == (303, sent_to)

    @pytest.mark.parametrize(
        "path",
        ["/metrics", "/api/v1/rooms", "/api/v1/stream", "/api/v1/no"],
    )
    def test_api_answers_401_with_a_document(self, site: Site, path: str) -> None:
        answer = site.visitor().get(path)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="luchtig"'
        assert answer.json is not None
        assert answer.json["status"] == 401


class TestLogIn:
    def test_session_opens_pages_and_api(self, site: Site) -> None:
        browser = site.visitor()
        answer = log_in(browser, next="/alerts")
        assert (answer.status_code, answer.location) == (303, "/alerts")
        assert browser.get("/").status_code == 200
        assert browser.get("/api/v1/rooms").status_code == 200
        assert browser.get("/login?next=/meetings").location == "/meetings"

    @pytest.mark.parametrize(
        ("name", "password"), [("anna", "wrong"), ("nobody", "wrong"), ("", "")]
    )
    def test_wrong_one_stays_out(self, site: Site, name: str, password: str) -> None:
        browser = site.visitor()
        assert log_in(browser, password, name=name).status_code == 401
        assert browser.get("/").status_code == 303

    @pytest.mark.parametrize(
        ("public_url", "secure"),
        [("http://127.0.0.1:8080", False), ("https://board.example.org", True)],
    )
    def test_cookie_is_kept_from_scripts_and_other_sites(
        self, make_site: SiteMaker, public_url: str, secure: bool
    ) -> None:
        site = make_site(public_url=public_url)
        browser = site.visitor()
        base = public_url.replace("board.example.org", "localhost")
        token = csrf_token(browser.get("/login", base_url=base))
        answer = browser.post(
            "/login",
            data={"csrf_token": token, "name": "anna", "password": "drie woorden genoeg"},
            base_url=base,
            headers={"Referer": f"{base}/login"},
        )
        cookies: SimpleCookie = SimpleCookie()
        for header in answer.headers.getlist("Set-Cookie"):
            cookies.load(header)
        assert set(cookies) == {"luchtig", "luchtig_device"}
        for cookie in cookies.values():
            assert cookie["httponly"] is True
            assert cookie["samesite"] == "Lax"
            assert bool(cookie["secure"]) is secure

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
            "http:evil", "/\t/evil.example", "javascript:alert(1)", "evil", "",
        ],
    )  # fmt: skip
    def test_redirect_never_leaves_the_site(self, site: Site, target: str) -> None:
        assert not is_local_path(target)
        assert log_in(site.visitor(), next=target).location == "/"

    def test_logging_out_ends_the_session(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        token = csrf_token(browser.get("/"))
        assert browser.post("/logout", data={"csrf_token": token}).location == "/login"
        assert browser.get("/").status_code == 303

    def test_a_copied_cookie_is_worth_nothing_after_the_log_out(self, site: Site) -> None:
        browser, thief = site.visitor(), site.visitor()
        log_in(browser)
        cookie = browser.get_cookie("luchtig")
        assert cookie is not None
        thief.set_cookie("luchtig", cookie.value)
        assert thief.get("/api/v1/rooms").status_code == 200
        browser.post("/logout", data={"csrf_token": csrf_token(browser.get("/"))})
        assert thief.get("/api/v1/rooms").status_code == 401

    def test_a_cookie_from_before_the_log_in_does_not_become_a_session(self, site: Site) -> None:
        browser, planted = site.visitor(), site.visitor()
        planted.get("/login")
        cookie = planted.get_cookie("luchtig")
        assert cookie is not None
        browser.set_cookie("luchtig", cookie.value)
        log_in(browser)
        assert planted.get("/api/v1/rooms").status_code == 401

    @pytest.mark.parametrize(("form", "lasts"), [({}, False), ({"stay": "on"}, True)])
    def test_only_who_stays_is_known_after_the_browser_is_shut(
        self, site: Site, form: dict[str, str], lasts: bool
    ) -> None:
        browser = site.visitor()
        log_in(browser, **form)
        cookie = browser.get_cookie("luchtig")
        assert cookie is not None
        assert (cookie.expires is not None) == lasts

    def test_session_ends_when_its_user_is_disabled(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        with site.database.write() as conn:
            users.disable(conn, "anna", SYSTEM.now())
        assert browser.get("/api/v1/rooms").status_code == 401
        assert log_in(browser).status_code == 401

    def test_session_ends_when_its_user_is_deleted(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        with site.database.write() as conn:
            users.delete_user(conn, "anna")
        assert browser.get("/api/v1/rooms").status_code == 401

    def test_session_ends_when_the_password_changes(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        with site.database.write() as conn:
            users.set_password(conn, "anna", "heel andere woorden")
        assert browser.get("/api/v1/rooms").status_code == 401

    def test_session_of_another_secret_is_none(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        site.app.config["SECRET_KEY"] = "another secret"
        assert browser.get("/api/v1/rooms").status_code == 401

    def test_guessing_is_slowed_down_even_for_the_right_one(self, site: Site) -> None:
        browser = site.visitor()
        for _ in range(guessing.FREE_TRIES_OF_PAIR + 1):
            assert log_in(browser, "guess").status_code == 401
        answer = log_in(browser)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1


class TestTokens:
    @pytest.mark.parametrize("form", [{}, {"csrf_token": "made up"}])
    def test_a_form_without_our_token_is_forbidden(self, site: Site, form: dict[str, str]) -> None:
        browser = site.visitor()
        log_in(browser)
        assert browser.post("/logout", data=form).status_code == 403
        answer = browser.put(f"/api/v1/rooms/{VENUE}/serre", json={"name": "Serre"})
        assert answer.status_code == 403
        assert answer.content_type == "application/problem+json"
        assert browser.get("/").status_code == 200

    def test_token_opens_the_api_and_writes_without_csrf(self, site: Site) -> None:
        assert site.call("GET", "/api/v1/rooms").status_code == 200
        assert site.call("PUT", PEOPLE, {"people": 3}).status_code == 204
        assert site.call("GET", "/metrics").status_code == 200

    @pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Bearer", "Basic YTpi", "é"])
    def test_wrong_token_stays_out(self, site: Site, header: str) -> None:
        answer = site.visitor().get("/api/v1/rooms", headers={"Authorization": header})
        assert answer.status_code == 401

    def test_wrong_token_does_not_borrow_the_session(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        headers = {"Authorization": "Bearer nonsense"}
        assert browser.get("/api/v1/rooms", headers=headers).status_code == 401

    def test_token_ends_with_its_user(self, site: Site) -> None:
        assert site.call("GET", "/api/v1/rooms").status_code == 200
        with site.database.write() as conn:
            users.delete_user(conn, "anna")
        assert site.call("GET", "/api/v1/rooms").status_code == 401


class TestOtherSites:
    def test_session_alone_changes_nothing(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        answer = browser.put(PEOPLE, json={"people": 3})
        assert (answer.status_code, answer.content_type) == (403, "application/problem+json")

    def test_session_with_its_token_in_the_header_does(self, site: Site) -> None:
        browser = site.visitor()
        log_in(browser)
        token = csrf_token(browser.get("/"))
        answer = browser.put(PEOPLE, json={"people": 3}, headers={"X-CSRFToken": token})
        assert answer.status_code == 204

    def test_form_without_its_token_is_refused(self, site: Site) -> None:
        answer = site.visitor().post("/login", data={"name": "anna", "password": "x"})
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_request_from_a_page_elsewhere_is_refused(
        self, make_site: SiteMaker, headers: dict[str, str]
    ) -> None:
        site = make_site(demo=True)
        answer = site.visitor().put(PEOPLE, json={"people": 3}, headers=headers)
        assert answer.status_code == 403
        own = {"Origin": "http://localhost"}
        assert site.visitor().put(PEOPLE, json={"people": 3}, headers=own).status_code == 204


class TestDemo:
    def test_everybody_is_in_and_the_api_is_free(self, make_site: SiteMaker) -> None:
        visitor = make_site(demo=True).visitor()
        assert visitor.get("/").status_code == 200
        assert visitor.get("/api/v1/rooms").status_code == 200
        assert visitor.get("/metrics").status_code == 200
        assert visitor.put(PEOPLE, json={"people": 3}).status_code == 204
        assert visitor.get("/login").location == "/"

    def test_forms_still_carry_their_token(self, make_site: SiteMaker) -> None:
        assert make_site(demo=True).visitor().post("/logout").status_code == 403

    @pytest.mark.parametrize("bind", ["0.0.0.0:8080", "192.168.1.5:80", "[::]:8080", "board:80"])
    def test_refuses_to_be_reached_by_others(self, make_site: SiteMaker, bind: str) -> None:
        with pytest.raises(ConfigError, match=r"expected 127\.0\.0\.1:PORT"):
            make_site(demo=True, bind=bind)

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("127.0.0.1:8080", 200), ("localhost", 200), ("[::1]:9000", 200),
            ("rebound.evil.example", 403), ("127.0.0.1.evil.example", 403),
        ],
    )  # fmt: skip
    def test_answers_to_names_of_this_machine_alone(
        self, make_site: SiteMaker, host: str, status: int
    ) -> None:
        visitor = make_site(demo=True).visitor()
        assert visitor.get("/api/v1/rooms", headers={"Host": host}).status_code == status


class TestHeaders:
    @pytest.mark.parametrize("path", ["/login", "/healthz", "/api/v1/rooms", "/nowhere"])
    def test_every_answer_carries_them(self, site: Site, path: str) -> None:
        headers = site.visitor().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
