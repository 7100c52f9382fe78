"""The page about the API, made from its route table."""

import re

from dashboard.api import PREFIX, ROUTES
from dashboard.api.openapi import document
from dashboard.api.reference import reference
from tests.dashboard.setup import Site, log_in


def test_it_tells_every_operation_with_what_goes_in_and_out(site: Site) -> None:
    browser = site.visitor()
    log_in(browser)
    page = browser.get("/api").text
    for route in ROUTES:
        assert f'id="{route.name}"' in page
        assert f"<code>{PREFIX}{route.path}</code>" in page
        for kind in filter(None, (route.body, route.answer)):
            assert f'id="kind-{kind.__name__}"' in page
    assert "&#34;title&#34;: &#34;Ontbijtsessie&#34;" in page


def test_every_link_within_leads_somewhere_and_nothing_runs(site: Site) -> None:
    browser = site.visitor()
    log_in(browser)
    page = browser.get("/api").text
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="https?://', page)


def test_who_is_not_logged_in_is_led_to_do_so(site: Site) -> None:
    answer = site.visitor().get("/api")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/api")


def test_types_are_told_in_words() -> None:
    told = reference(document(ROUTES, PREFIX))
    kinds = {kind.name: {field.name: field.type for field in kind.fields} for kind in told.kinds}
    assert kinds["PeopleBody"]["people"].words == "integer, 0 to 10000"
    assert kinds["Meetings"]["meetings"].words == "list of MeetingAnswer"
    assert kinds["Meetings"]["meetings"].kind == "MeetingAnswer"
    assert kinds["RoomBody"]["seats"].words == "integer, 0 to 10000 or null"
    limits = {
        field.type.words
        for operations in told.groups.values()
        for one in operations
        for field in one.parameters
        if field.name == "limit"
    }
    assert limits == {"integer, 1 to 1000"}
