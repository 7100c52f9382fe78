"""What every address of the API makes of a request that is not as it should be."""

from typing import Any

import pytest

from tests.dashboard.setup import VENUE, Site

MEETING: dict[str, Any] = {
    "venue": VENUE, "room": "serre", "title": "Ontbijt",
    "start": "2026-11-24T07:30:00+01:00", "end": "2026-11-24T09:00:00+01:00",
}  # fmt: skip
FAR = (
    "0001-01-01T00:00:00Z",
    "1677-09-21T00:00:00Z",
    "2262-04-12T00:00:00Z",
    "9999-12-31T23:59:59Z",
)
WITH_TIMES = (
    (f"/api/v1/rooms/{VENUE}/serre/series", "from"),
    (f"/api/v1/rooms/{VENUE}/serre/series", "to"),
    ("/api/v1/meetings", "from"),
    ("/api/v1/meetings", "to"),
    ("/api/v1/alerts", "since"),
    ("/api/v1/silences", "since"),
    (f"/api/v1/export.csv?venue={VENUE}", "from"),
    (f"/api/v1/export.csv?venue={VENUE}", "to"),
)


class TestTimes:
    @pytest.mark.parametrize("at", FAR)
    @pytest.mark.parametrize(("path", "key"), WITH_TIMES)
    def test_one_that_no_store_can_hold_is_told(
        self, site: Site, path: str, key: str, at: str
    ) -> None:
        address, _, given = path.partition("?")
        query = dict(pair.split("=") for pair in given.split("&") if pair) | {key: at}
        answer = site.call("GET", address, query_string=query)
        assert answer.status_code == 400, answer.text
        assert answer.json is not None
        assert answer.json["errors"] == [
            {"pointer": key, "message": "expected a moment between 1700 and 2250"}
        ]

    @pytest.mark.parametrize("key", ["start", "end"])
    @pytest.mark.parametrize("at", FAR)
    def test_a_meeting_is_held_to_the_same(self, site: Site, key: str, at: str) -> None:
        answer = site.call("PUT", "/api/v1/meetings/m-1", MEETING | {key: at})
        assert answer.status_code == 422
        assert f"{key} expected a moment between 1700 and 2250" in answer.text

    @pytest.mark.parametrize("number", ["0.5", "0", "1764000000", "-1e3"])
    def test_a_number_is_none(self, site: Site, number: str) -> None:
        answer = site.call("GET", "/api/v1/meetings", query_string={"from": number})
        assert answer.status_code == 400
        assert "from expected ISO 8601 with Z or an offset" in answer.text


class TestNames:
    @pytest.mark.parametrize("title", ["two\nlines", "nul\0byte", "\u202eteews", "\u2067a", "  "])
    def test_a_title_is_one_line_that_shows_what_it_holds(self, site: Site, title: str) -> None:
        answer = site.call("PUT", "/api/v1/meetings/m-1", MEETING | {"title": title})
        assert answer.status_code == 422
        assert site.call("GET", "/api/v1/meetings/m-1").status_code == 404

    def test_so_is_the_name_of_a_room(self, site: Site) -> None:
        answer = site.call("PUT", f"/api/v1/rooms/{VENUE}/serre", {"name": "Serre\r\nBcc: x"})
        assert answer.status_code == 422


class TestAddresses:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_what_is_not_there_is_so_for_every_method(self, site: Site, method: str) -> None:
        answer = site.call(method, "/api/v1/nothing")
        assert answer.status_code == 404
        assert "Allow" not in answer.headers

    def test_it_says_where_what_is_there_stands(self, site: Site) -> None:
        answer = site.call("GET", "/api/v1/nothing")
        assert answer.content_type == "application/problem+json"
        assert "see /api/v1/openapi.json" in answer.text

    def test_another_method_of_what_is_there_is_told_with_those_it_has(self, site: Site) -> None:
        answer = site.call("PUT", "/api/v1/rooms", {})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]

    def test_the_description_is_there_for_everybody(self, site: Site) -> None:
        answer = site.visitor().get("/api/v1/openapi.json")
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["openapi"].startswith("3.")
