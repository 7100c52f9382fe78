"""Every view × every role × the own and another venue, against the table of what each needs."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from werkzeug.test import TestResponse

from dashboard.web.permissions import MAKES_A_VENUE, NEEDS
from gateway.domain.access import ALLOWED, VENUE_ROLES, Need
from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire
from tests.dashboard.setup import VENUE
from tests.dashboard.web.house import BODIES, FORMS, OTHER, QUERIES, WHO, House, build, request_of

OF_THE_KADE: Final = (VENUE, "De Kade", "Grote zaal", "/k-own", "k-flag", "k-feed", "k-eigen")
OF_THE_MOLEN: Final = (OTHER, "De Molen", "Molenzaal", "/m-own", "m-flag", "m-feed", "m-eigen")
OWN_ACCOUNT: Final = {view for view, need in NEEDS.items() if need is Need.ACCOUNT}
IN_A_VENUE: Final = {
    view: need
    for view, need in NEEDS.items()
    if isinstance(need, Need) and need is not Need.ACCOUNT
}


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    made, database = build(furnished, tmp_path)
    yield made
    made.close()
    database.close()


def may(who: str, need: Need) -> bool:
    """Whether the table of roles allows somebody that in the first venue."""
    return who == "admin" or any(role == who and need in ALLOWED[role] for role in VENUE_ROLES)


def ask(house: House, who: str, view: str) -> TestResponse:
    asked = request_of(view)
    return house.ask(who, asked.pop("method"), asked.pop("path"), **asked)


def names_the_kade(view: str) -> bool:
    """Whether the request is about the first venue, and not a list or a page of any."""
    of_house = ("<channel>", "<kind>", "/channels", "POST /api/v1/venues")
    if any(part in view for part in of_house) and "<venue>" not in view:
        return False
    return "<" in view or view in QUERIES or view in BODIES or view in FORMS


@pytest.mark.parametrize("view", IN_A_VENUE)
def test_a_view_answers_whom_the_table_says(house: House, view: str) -> None:
    need, is_done = IN_A_VENUE[view], False
    for who in WHO:
        answer = ask(house, who, view)
        text = answer.get_data().decode(errors="replace")  # or a PDF
        told = (who, answer.status_code, text[:300])
        if who in ("outsider", "nobody"):
            assert answer.status_code in refusals(who, view, need), told
            if answer.status_code == 200:
                assert [word for word in OF_THE_KADE if word in text] == [], told
        elif not may(who, need):
            assert answer.status_code == 403, told
        elif is_done:  # what one has deleted is gone for the next
            assert answer.status_code not in (401, 403), told
            assert answer.status_code < 500, told
        else:
            is_done = True
            assert answer.status_code < 400, told
            if who != "admin" and answer.status_code == 200:
                assert [word for word in OF_THE_MOLEN if word in text] == [], told
    assert is_done


def refusals(who: str, view: str, need: Need) -> tuple[int, ...]:
    """What somebody without a role in the first venue is answered."""
    may_elsewhere = who == "outsider" and need in ALLOWED["manager"]
    if view == MAKES_A_VENUE:
        return (403,)
    if "<venue>" in view or "venue=" in QUERIES.get(view, ""):
        return (404,)
    if not may_elsewhere:
        return (403,)
    if names_the_kade(view):  # a form is shown again: what was chosen is no choice
        return (404, 422) if view in FORMS else (404,)
    return (200, 303)


@pytest.mark.parametrize("view", sorted(OWN_ACCOUNT))
def test_an_account_is_everybodys_own(house: House, view: str) -> None:
    for who in WHO:
        assert ask(house, who, view).status_code not in (401, 403), who


@pytest.mark.parametrize(("who", "status"), [("organiser", 403), ("manager", 200), ("admin", 200)])
@pytest.mark.parametrize("kind", ["other", "past"])
def test_the_meetings_of_others_are_for_managers(
    house: House, who: str, status: int, kind: str
) -> None:
    body = BODIES["PUT /api/v1/meetings/<meeting>"]
    path = f"/api/v1/meetings/k-{kind}"
    assert house.ask(who, "GET", path).status_code == 200
    assert house.ask(who, "PUT", path, json=body).status_code == status
    assert house.ask(who, "GET", f"/meetings/k-{kind}/edit").status_code == status
    csv = house.ask(who, "GET", f"/api/v1/export.csv?meeting=k-{kind}")
    assert csv.status_code == status
    deleted = house.ask(who, "DELETE", path).status_code
    assert deleted == (204 if status == 200 else 403)


def test_an_organiser_takes_no_meeting_over_and_gives_none_away(house: House) -> None:
    body = BODIES["POST /api/v1/meetings"]
    for organiser in ("somebody@example.org", None):
        others = body | {"organiser": organiser}
        for method, path in (("POST", "/api/v1/meetings"), ("PUT", "/api/v1/meetings/k-own")):
            assert house.ask("organiser", method, path, json=others).status_code == 403
    assert house.ask("organiser", "POST", "/api/v1/meetings", json=body).status_code == 201
    elsewhere = body | {"venue": OTHER}
    assert house.ask("organiser", "POST", "/api/v1/meetings", json=elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("who", "hours", "status"),
    [("host", 3.9, 201), ("host", 5, 403), ("manager", 24 * 89, 201), ("manager", 24 * 91, 403),
     ("admin", 24 * 91, 201)],
)  # fmt: skip
def test_a_silence_is_as_long_as_the_role_is_large(
    house: House, who: str, hours: float, status: int
) -> None:
    body = BODIES["POST /api/v1/silences"]
    until = to_wire(SYSTEM.now() + timedelta(hours=hours))
    answer = house.ask(who, "POST", "/api/v1/silences", json=body | {"until": until})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/api/v1/meetings/k-own", "/meetings/k-own"])
def test_addresses_are_seen_by_managers_and_themselves(house: House, path: str) -> None:
    seen = {who: "organiser@example.org" in house.ask(who, "GET", path).text for who in WHO[2:]}
    assert seen == {
        "viewer": False, "host": False, "organiser": True, "manager": True, "admin": True,
    }  # fmt: skip


def test_a_stream_tells_of_the_own_venue_alone(house: House) -> None:
    assert house.ask("viewer", "GET", "/api/v1/stream").status_code == 200
    assert house.ask("outsider", "GET", "/board/stream").status_code == 200
    events, _ = house.followed[0].events.take()
    assert [b"molen" in event.data for event in events] == [False] * len(events)


def test_a_report_is_shown_to_who_looks_at_meetings_there(house: House) -> None:
    for path in ("/meetings/k-past/report", "/meetings/k-past/report.pdf"):
        assert house.ask("outsider", "GET", path).status_code == 404
        assert house.ask("nobody", "GET", path).status_code == 404
        assert house.ask("viewer", "GET", path).status_code == 200
