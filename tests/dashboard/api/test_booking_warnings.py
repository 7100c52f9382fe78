"""What is of concern of a meeting is told in the answer, and the meeting is kept all the same."""

from tests.dashboard.setup import VENUE, Site

MEETING = {
    "venue": VENUE, "room": "serre", "title": "Koor",
    "start": "2027-02-01T10:00:00Z", "end": "2027-02-01T11:00:00Z",
}  # fmt: skip


def test_a_room_that_is_taken_or_too_small_is_told_and_the_meeting_kept(site: Site) -> None:
    alone = site.call("PUT", "/api/v1/meetings/m1", MEETING)
    assert alone.json is not None
    assert "warnings" not in alone.json
    both = site.call("PUT", "/api/v1/meetings/m2", MEETING | {"expected_people": 9})
    assert both.status_code == 200
    assert both.json is not None
    assert both.json["warnings"] == [
        {"kind": "taken", "meetings": ["m1"], "people": None, "seats": None},
        {"kind": "too_small", "meetings": [], "people": 9, "seats": 8},
    ]
    made = site.call("POST", "/api/v1/meetings", MEETING)
    assert made.status_code == 201
    assert made.json is not None
    assert made.json["warnings"][0]["meetings"] == ["m1", "m2"]
    read = site.call("GET", "/api/v1/meetings/m2")
    assert read.json is not None
    assert "warnings" not in read.json
