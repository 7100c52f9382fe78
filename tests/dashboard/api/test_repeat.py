"""Meetings that repeat, through the API."""

from typing import Any

import pytest

from tests.dashboard.setup import VENUE, Site

MEETING: dict[str, Any] = {
    "venue": VENUE, "room": "serre", "title": "Koor",
    "start": "2027-03-16T18:30:00Z", "end": "2027-03-16T20:00:00Z",
}  # fmt: skip
THREE = {"every": "week", "count": 3}


def made(site: Site, **repeat: Any) -> Any:
    answer = site.call("POST", "/api/v1/meetings", MEETING | {"repeat": THREE | repeat})
    assert answer.status_code == 201, answer.text
    return answer.json


def starts(site: Site, series: str) -> list[tuple[str, str]]:
    found = site.call("GET", f"/api/v1/meetings?series={series}").json
    assert found is not None
    return [(one["title"], one["start"]) for one in found["meetings"]]


def test_each_occurrence_is_a_meeting_as_others_are(site: Site) -> None:
    first = made(site, without=["2027-03-23"])
    assert first["repeats"] == "FREQ=WEEKLY;BYDAY=TU;COUNT=3"
    assert starts(site, first["series"]) == [
        ("Koor", "2027-03-16T18:30:00.000Z"),
        ("Koor", "2027-03-30T17:30:00.000Z"),
    ]
    assert len(first["occurrences"]) == 2
    second = site.call("GET", f"/api/v1/meetings/{first['occurrences'][1]}").json
    assert second is not None
    assert second["series"] == first["series"]


@pytest.mark.parametrize(
    ("applies_to", "titles"),
    [
        ("this", ["Koor", "Kerst", "Koor"]),
        ("following", ["Koor", "Kerst", "Kerst"]),
        ("all", ["Kerst", "Kerst", "Kerst"]),
    ],
)
def test_this_one_those_that_follow_or_all_are_changed_and_taken_out(
    site: Site, applies_to: str, titles: list[str]
) -> None:
    first = made(site)
    one = f"/api/v1/meetings/{first['occurrences'][1]}"
    body = {
        **MEETING, "title": "Kerst", "start": "2027-03-23T18:30:00Z", "end": "2027-03-23T20:00:00Z",
        "applies_to": applies_to,
    }  # fmt: skip
    assert site.call("PUT", one, body).status_code == 200
    assert [title for title, _ in starts(site, first["series"])] == titles
    assert site.call("DELETE", f"{one}?applies_to={applies_to}").status_code == 204
    assert [title for title, _ in starts(site, first["series"])] == [
        t for t in titles if t == "Koor"
    ]


def test_what_is_in_the_way_of_any_is_told_once(site: Site) -> None:
    taken = site.call("POST", "/api/v1/meetings", MEETING | {
        "start": "2027-03-30T18:00:00Z", "end": "2027-03-30T19:00:00Z"}).json  # fmt: skip
    assert taken is not None
    answer = made(site, count=4)
    assert [(one["kind"], one["meetings"]) for one in answer["warnings"]] == [
        ("taken", [taken["id"]])
    ]


@pytest.mark.parametrize(
    "repeat",
    [
        {"every": "week"},
        {"every": "week", "count": 2, "until": "2027-04-01"},
        {"every": "day", "count": 2},
        {"every": "week", "count": 201},
        {"every": "week", "until": "2027-03-15"},
        {"every": "week", "until": "soon"},
    ],
)
def test_what_cannot_be_is_refused(site: Site, repeat: dict[str, Any]) -> None:
    answer = site.call("POST", "/api/v1/meetings", MEETING | {"repeat": repeat})
    assert answer.status_code == 422
