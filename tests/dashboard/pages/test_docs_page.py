"""The documentation on the dashboard: for everybody, whole, and without anything from elsewhere."""

import re

from tests.dashboard.setup import Site


def test_who_cannot_log_in_may_read_it(site: Site) -> None:
    browser = site.visitor()
    page = browser.get("/docs?lang=en")
    assert page.status_code == 200
    for path in set(re.findall(r'href="(/docs/[^"#]+)', page.text)):
        assert browser.get(path).status_code == 200, path
    assert "/docs" in browser.get("/login").text


def test_its_frame_is_in_the_reader_s_language_and_its_text_in_its_own(site: Site) -> None:
    page = site.visitor().get("/docs/install?lang=nl").text
    assert "Zoek in de documentatie" in page
    assert '<article class="prose" lang="en">' in page
    assert "<title>Install · Luchtig</title>" in page


def test_nothing_runs_within_it_and_nothing_is_fetched_elsewhere(site: Site) -> None:
    page = site.visitor().get("/docs/api").text
    assert re.findall(r"<script(?![^>]* src=\"/static/)", page) == []
    assert " style=" not in page
    assert not re.search(r'src="https?://|<link[^>]* href="https?://', page)


def test_what_is_no_page_is_not_found(site: Site) -> None:
    browser = site.visitor()
    for path in (
        "nothing",
        "../luchtig.toml",
        "README.md",
        "pictures/wall.webp",
        "%2e%2e/pyproject",
    ):
        assert browser.get(f"/docs/{path}").status_code == 404


def test_the_words_of_the_search_are_a_script(site: Site) -> None:
    answer = site.visitor().get("/docs/words.js")
    assert answer.mimetype == "text/javascript"
    assert '"/docs/install#' in answer.text
