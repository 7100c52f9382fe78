"""Protocols through the API, and what hosts say of a meeting's."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from gateway.domain.access import VenueRole
from gateway.domain.alerts.notice import RecipientRole
from gateway.domain.meeting import Meeting
from gateway.links import Links
from gateway.registry.accounts.grants import set_roles
from gateway.registry.accounts.tokens import new_token
from gateway.registry.accounts.users import add_user
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.sent_links import SentLink, put_link, revoke_link
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database
from gateway.registry.protocols.of_meetings import keep_begun
from sensors.clock import Clock
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
END = START + timedelta(hours=2)
SECRET = "a secret of tests"
EVENING = "/api/v1/protocols/koor-avond"
ROLES: dict[str, VenueRole] = {"vera": "viewer", "olga": "organiser", "otto": "organiser"}
BODY: dict[str, Any] = {
    "name": "Kooravond",
    "names": {"de": "Chorabend"},
    "items": [
        {"id": "co2", "kind": "measured", "rule": "co2"},
        {"id": "open", "text": "Ramen open", "kind": "declared", "when": "before"},
        {"id": "gel", "text": "Gel staat klaar", "kind": "declared", "required": False},
    ],
    "venue": VENUE,
}


class SetClock(Clock):
    now_at: ClassVar[datetime] = START

    def now_ns(self) -> int:
        return to_ns(type(self).now_at)


@pytest.fixture
def here(make_site: SiteMaker, database: Database) -> Site:
    SetClock.now_at = START - timedelta(minutes=20)
    made = make_site(SetClock())
    with database.write() as conn:
        put_meeting(
            conn,
            Meeting(
                "m", VENUE, RoomSlug("grote-zaal"), "Koor", START, END, organiser="olga@example.org"
            ),
        )
    return made


def answer(site: Site, method: str, path: str, body: object = None) -> Any:
    found = site.call(method, path, body)
    assert found.status_code in (200, 201), found.text
    return found.json


def choose(site: Site) -> None:
    answer(site, "PUT", EVENING, BODY)
    room = answer(site, "GET", f"/api/v1/rooms/{VENUE}/grote-zaal/settings")
    kept = {key: room[key] for key in room if key not in ("venue", "room")}
    answer(site, "PUT", f"/api/v1/rooms/{VENUE}/grote-zaal", kept | {"protocol": "koor-avond"})


def protocol_now(site: Site) -> Any:
    return answer(site, "GET", "/api/v1/meetings/m/protocol")


def items(found: Any) -> dict[str, Any]:
    return {item["id"]: item for item in found["items"]}


def test_one_is_put_read_and_deleted_and_each_change_is_a_version(here: Site) -> None:
    made = answer(here, "PUT", EVENING, BODY)
    assert (made["version"], made["preset"], made["names"]) == (1, False, {"de": "Chorabend"})
    assert [item["id"] for item in made["items"]] == ["co2", "open", "gel"]
    assert answer(here, "PUT", EVENING, BODY)["version"] == 1
    assert answer(here, "PUT", EVENING, BODY | {"name": "Koor"})["version"] == 2
    assert here.call("DELETE", EVENING).status_code == 204
    assert here.call("GET", EVENING).status_code == 404


def test_templates_are_there_without_words_and_stay_as_they_are(here: Site) -> None:
    listed = answer(here, "GET", f"/api/v1/protocols?venue={VENUE}")["protocols"]
    slugs = {"measured-only", "club-2020-21", "school", "choir-or-dance", "council-or-polling"}
    assert slugs == {one["protocol"] for one in listed if one["preset"]}
    assert {one["name"] for one in listed} == {None}
    assert all(one["source"] and one["dated"] for one in listed)
    assert here.call("PUT", "/api/v1/protocols/school", BODY).status_code == 409


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"id": "co2", "kind": "measured"}, "/items/0/rule"),
        ({"id": "a", "text": "A", "kind": "declared", "rule": "co2"}, "/items/0/rule"),
        ({"id": "a", "kind": "declared"}, "/items/0/text"),
        ({"id": "a", "text": "A", "texts": {"xx": "A"}}, "/items/0/texts/xx"),
    ],
)
def test_what_contradicts_itself_is_refused(here: Site, item: dict[str, Any], pointer: str) -> None:
    refused = here.call("PUT", EVENING, BODY | {"items": [item]})
    assert refused.status_code == 422
    assert refused.json is not None
    assert pointer in [mistake["pointer"] for mistake in refused.json["errors"]]


def test_one_that_is_chosen_stays_and_only_what_there_is_is_chosen(here: Site) -> None:
    choose(here)
    assert here.call("DELETE", EVENING).status_code == 409
    body = {"name": "Serre", "protocol": "of-tomorrow"}
    refused = here.call("PUT", f"/api/v1/rooms/{VENUE}/serre", body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["errors"][0]["pointer"] == "/protocol"


def test_who_is_host_says_yes_and_the_two_kinds_stay_apart(here: Site) -> None:
    choose(here)
    assert protocol_now(here)["verdict"] == "cannot_say"
    path = "/api/v1/meetings/m/protocol"
    found = answer(here, "POST", f"{path}/open", {"declared": True, "note": "alle zes"})
    item = items(found)["open"]
    assert (item["verdict"], item["declared"], item["by"]) == ("kept", True, "anna")
    assert (item["late"], item["note"]) == (False, "alle zes")
    assert (found["declared"], found["measured"], found["verdict"]) == (
        "kept", "cannot_say", "cannot_say",
    )  # fmt: skip
    assert here.call("POST", f"{path}/co2", {"declared": True}).status_code == 409
    assert here.call("POST", f"{path}/other", {"declared": True}).status_code == 404


def test_no_is_not_kept_and_a_late_word_is_marked(here: Site) -> None:
    choose(here)
    SetClock.now_at = START + timedelta(minutes=5)
    found = answer(
        here, "POST", "/api/v1/meetings/m/protocol/open", {"declared": False, "note": "storm"}
    )
    assert found["verdict"] == "not_kept"
    assert items(found)["open"]["late"] is True


def test_a_meeting_keeps_the_version_it_began_under(here: Site, database: Database) -> None:
    choose(here)
    SetClock.now_at = START + timedelta(minutes=1)
    with database.write() as conn:
        keep_begun(conn, START - timedelta(hours=1), SetClock.now_at)
    answer(here, "PUT", EVENING, BODY | {"items": BODY["items"][:2]})
    found = protocol_now(here)
    assert (found["version"], len(found["items"])) == (1, 3)


def test_nobody_chose_one_then_what_is_measured_counts(here: Site) -> None:
    assert protocol_now(here)["protocol"] == "measured-only"


def link_to(
    database: Database,
    role: RecipientRole = "organiser",
    meetings: tuple[str, ...] = ("m",),
    number: str = "d",
) -> str:
    """The token of a mail's page, as a program cuts it out of the address."""
    whom = "olga@example.org" if role == "organiser" else "rik@example.org"
    with database.write() as conn:
        link = SentLink(
            number * 32, VENUE, whom, role, "protocols", (RoomSlug("grote-zaal"),), (),
            meetings, False, START, START + timedelta(days=30),
        )  # fmt: skip
        put_link(conn, link)
    return Links(SECRET, "").page(link.id, "nl", START).rpartition("/")[2]


def test_by_the_link_of_a_mail_it_is_read_and_said_and_a_no_says_why_and_late(
    here: Site, database: Database
) -> None:
    choose(here)
    path, token = "/api/v1/meetings/m/protocol", link_to(database)
    program = here.visitor()
    assert program.get(f"{path}?token={token}").json is not None
    SetClock.now_at = START + timedelta(minutes=40)
    answer = program.post(f"{path}/open?token={token}", json={"declared": False, "note": "storm"})
    assert answer.status_code == 200, answer.text
    item = items(answer.json)["open"]
    assert (item["declared"], item["by"], item["late"], item["note"]) == (
        False, "organiser", True, "storm",
    )  # fmt: skip
    assert answer.json is not None
    assert answer.json["verdict"] == "not_kept"
    with database.read() as conn:
        (entry,) = [one for one in every_entry(conn, Wanted(), START) if one.noun == "declaration"]
    assert (entry.act.who, entry.act.how) == ("olga@example.org", "link")


def test_a_link_that_is_forged_for_something_else_or_withdrawn_says_nothing(
    here: Site, database: Database
) -> None:
    choose(here)
    path = "/api/v1/meetings/m/protocol"
    tokens = {
        "forged": link_to(database)[:-2] + "xx",
        "of another": link_to(database, meetings=("n",), number="e"),
        "of a manager": link_to(database, "manager", number="f"),
        "withdrawn": link_to(database, "host", number="a"),
    }
    with database.write() as conn:
        revoke_link(conn, "a" * 32, "anna", START)
    program = here.visitor()
    for method, to in (("GET", path), ("POST", f"{path}/open")):
        found = {
            name: program.open(
                f"{to}?token={token}", method=method, json={"declared": True}
            ).status_code
            for name, token in tokens.items()
        }
        assert found == {"forged": 403, "of another": 403, "of a manager": 403, "withdrawn": 410}
    assert program.get(path).status_code == 401


def test_viewers_look_on_and_organisers_tick_their_own(here: Site, database: Database) -> None:
    choose(here)
    with database.write() as conn:
        tokens = {}
        for name, role in ROLES.items():
            add_user(conn, name, "", None, START, f"{name}@example.org", verified=True)
            set_roles(conn, name, VENUE, [role])
            tokens[name] = new_token(conn, name, "", START)
    tried = {
        name: here.visitor().post(
            "/api/v1/meetings/m/protocol/open",
            json={"declared": True},
            headers={"Authorization": f"Bearer {token}"},
        )
        for name, token in tokens.items()
    }
    assert {name: one.status_code for name, one in tried.items()} == {
        "vera": 403, "olga": 200, "otto": 403,
    }  # fmt: skip
