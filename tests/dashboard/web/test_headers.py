import pytest

from tests.dashboard.setup import Site


@pytest.mark.parametrize("path", ["/login", "/healthz", "/api/v1/rooms", "/nothing"])
def test_every_answer_says_what_a_page_of_ours_may_not(site: Site, path: str) -> None:
    headers = site.visitor().get(path).headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "has_policy"), [("style.css", False), ("board.js", True), ("icon.svg", True)]
)
def test_a_file_says_what_a_browser_heeds_of_it(site: Site, name: str, *, has_policy: bool) -> None:
    with site.visitor().get(f"/static/{name}") as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert ("Content-Security-Policy" in answer.headers) is has_policy
        assert ("Permissions-Policy" in answer.headers) is (name == "icon.svg")


def test_who_came_by_https_is_kept_to_it(site: Site) -> None:
    safe = site.visitor().get("/login", base_url="https://localhost")
    assert safe.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in site.visitor().get("/login").headers
