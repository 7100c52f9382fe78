import pytest

from dashboard.words.browsers import Browser, browser_of, browser_words
from dashboard.words.locale import page_locale

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
AGENTS = {
    f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36": Browser(
        "computer", "Chrome", "Linux"
    ),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/142.0": Browser(
        "computer", "Edge", "Windows"
    ),
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36": Browser(
        "phone", "Chrome", "Android"
    ),
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Safari/537.36": Browser(
        "tablet", "Chrome", "Android"
    ),
    "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0": Browser(
        "phone", "Firefox", "Android"
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/26.0 Mobile/15E148 Safari/604.1": Browser("phone", "Safari", "iPhone"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0": Browser(
        "computer", "Firefox", "Mac"
    ),
    "curl/8.5.0": Browser("program", "curl", ""),
    "python-requests/2.32": Browser("program", "python-requests", ""),
    "": Browser("program", "", ""),
    "\x1b[31m/": Browser("program", "", ""),
}


@pytest.mark.parametrize(("agent", "browser"), AGENTS.items())
def test_a_browser_is_known_by_what_it_says(agent: str, browser: Browser) -> None:
    assert browser_of(agent) == browser


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("language", ["nl", "en", "de"])
def test_each_is_told_in_words(agent: str, language: str) -> None:
    locale = page_locale(language)
    assert browser_words(agent, locale, own=False).isprintable()


def test_the_one_that_asks_is_this_one() -> None:
    phone = next(agent for agent, browser in AGENTS.items() if browser.kind == "phone")
    english = page_locale("en")
    assert browser_words(phone, english, own=True) == "This phone, Chrome on Android"
    assert browser_words(phone, english, own=False) == "A phone, Chrome on Android"
    assert browser_words("curl/8", english, own=False) == "A program, curl"
