import re
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.domain.alerts.contact import Contact, url_name
from gateway.registry.alerts.channel_tests import unanswered_tests
from gateway.registry.alerts.contacts import contacts_of, put_contacts
from gateway.registry.rooms import find_venue, put_venue
from sensors.wire.topic import VenueSlug
from tests.dashboard.pages.reading import said, text, token
from tests.dashboard.pages.scene import Stage, ago

PATH = "/settings/venues/de-kade"
OLGA = {"name": "Olga", "address": "olga@example.org", "language": "nl", "role": "manager"}


@pytest.fixture(autouse=True)
def _nobody_told(stage: Stage) -> None:
    with stage.database.write() as conn:
        put_contacts(conn, VenueSlug("de-kade"), ())
        venue = find_venue(conn, VenueSlug("de-kade"))
        assert venue is not None
        put_venue(conn, replace(venue, quiet_from=None, quiet_until=None, escalate_after_min=None))


def post(client: FlaskClient, path: str, form: dict[str, Any]) -> Any:
    return client.post(
        path, data=form | {"csrf_token": token(client.get("/settings/contacts").text)}
    )


def add(client: FlaskClient, **changes: Any) -> str:
    answer = post(client, f"{PATH}/contacts", OLGA | changes)
    assert (answer.status_code, answer.location) == (303, "/settings/contacts#telling-de-kade")
    return said(client.get("/settings/contacts"))


def names(stage: Stage) -> list[str]:
    with stage.database.read() as conn:
        return [contact.name for contact in contacts_of(conn, VenueSlug("de-kade"))]


def test_contacts_are_listed_in_the_order_in_which_they_hear(
    client: FlaskClient, stage: Stage
) -> None:
    add(client)
    words = add(
        client, name="Wim", address="json://user:secret@example.org", language="en",
        role="escalation", rules=["co2", "occupancy"],
    )  # fmt: skip
    assert "Olga olga@example.org meteen · Alle meldingen" in words
    assert "Wim een adres van notify.urls als niemand ermee bezig is" in words
    assert "· Te veel CO₂, Te veel mensen" in words
    assert "secret" not in client.get("/settings/contacts").text
    with stage.database.read() as conn:
        assert contacts_of(conn, VenueSlug("de-kade"))[1] == Contact(
            "Wim", url_name("json://user:secret@example.org"), "en", "escalation",
            ("co2", "occupancy"),
        )  # fmt: skip


def test_they_move_up_and_off_the_list(client: FlaskClient, stage: Stage) -> None:
    add(client)
    add(client, name="Wim")
    post(client, f"{PATH}/contacts/1", {"name": "Wim", "do": "up"})
    assert names(stage) == ["Wim", "Olga"]
    post(client, f"{PATH}/contacts/1", {"name": "Olga", "do": "remove"})
    assert names(stage) == ["Wim"]


@pytest.mark.parametrize(("place", "name"), [(0, "Wim"), (1, "Olga")])
def test_a_list_that_changed_meanwhile_stays_as_it_is(
    client: FlaskClient, stage: Stage, place: int, name: str
) -> None:
    add(client)
    answer = post(client, f"{PATH}/contacts/{place}", {"name": name, "do": "remove"})
    assert (answer.status_code, names(stage)) == (404, ["Olga"])


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"address": "olga"}, "Geef een e-mailadres, of een van notify.urls."),
        ({"address": "a@b.nl\nBcc: c@d.nl"}, "Geef een e-mailadres, of een van notify.urls."),
        ({"name": "  "}, "Geef een naam."),
    ],
)
def test_who_cannot_be_reached_is_not_added(
    client: FlaskClient, stage: Stage, changes: dict[str, str], mistake: str
) -> None:
    answer = post(client, f"{PATH}/contacts", OLGA | changes)
    assert answer.status_code == 422
    assert text(answer.text).count(mistake) == 1
    assert ('value="Olga"' in answer.text) == ("name" not in changes), "the rest stays filled in"
    assert names(stage) == []


def test_quiet_hours_and_escalation_are_set_and_taken_away(
    client: FlaskClient, stage: Stage
) -> None:
    hours = {"quiet_from": "22:00", "quiet_until": "07:00", "escalate_after_min": "15"}
    assert post(client, f"{PATH}/hours", hours).status_code == 303
    words = said(client.get("/settings/contacts"))
    assert "Stil van 22:00 tot 07:00." in words
    assert "Is er na 15 minuten niemand mee bezig, dan hoort de volgende het." in words
    with stage.database.read() as conn:
        venue = find_venue(conn, VenueSlug("de-kade"))
    assert venue is not None
    assert (venue.quiet_from, venue.quiet_until) == (time(22), time(7))
    assert venue.escalate_after_min == 15
    assert post(client, f"{PATH}/hours", dict.fromkeys(hours, "")).status_code == 303
    assert "Stil van 22:00" not in said(client.get("/settings/contacts"))


@pytest.mark.parametrize(
    "hours",
    [
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"quiet_from": "laat", "quiet_until": "07:00"},
        {"escalate_after_min": "0"},
        {"escalate_after_min": "soon"},
        {"escalate_after_min": "9999999999"},
    ],
)
def test_half_of_them_is_not_kept(client: FlaskClient, stage: Stage, hours: dict[str, str]) -> None:
    answer = post(client, f"{PATH}/hours", hours)
    assert answer.status_code == 422
    assert answer.text.count('class="mistake"') == 1
    with stage.database.read() as conn:
        venue = find_venue(conn, VenueSlug("de-kade"))
    assert venue is not None
    assert (venue.quiet_from, venue.escalate_after_min) == (None, None)


def test_a_venue_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert post(client, "/settings/venues/elders/contacts", OLGA).status_code == 404
    assert post(client, "/settings/venues/elders/hours", {}).status_code == 404


def test_each_change_of_the_list_says_what_it_did_and_is_undone(
    client: FlaskClient, stage: Stage
) -> None:
    def kept() -> list[str]:
        with stage.database.read() as conn:
            return [one.name for one in contacts_of(conn, VenueSlug("de-kade"))]

    def undo(page: str) -> None:
        found = re.search(r'name="entries" value="([0-9.]+)"', page)
        assert found is not None
        form = {"entries": found[1], "csrf_token": token(page)}
        assert client.post("/settings/undo", data=form).status_code == 303

    before = kept()
    page = "/settings/contacts"
    post(client, f"{PATH}/contacts", OLGA)
    assert kept() == [*before, "Olga"]
    undo(client.get(page).text)
    assert kept() == before
    post(client, f"{PATH}/contacts", OLGA)
    assert "wordt voortaan ingelicht" in said(client.get(page))
    post(client, f"{PATH}/contacts/{len(before)}", {"name": "Olga", "do": "remove"})
    assert kept() == before
    undo(client.get(page).text)
    assert kept() == [*before, "Olga"]
    post(client, f"{PATH}/contacts/{len(before)}", {"name": "Olga", "do": "remove"})
    hours = {"quiet_from": "22:30", "quiet_until": "07:00", "escalate_after_min": ""}
    post(client, f"{PATH}/hours", hours)
    changed = client.get(page).text
    assert "Stil vanaf: — → 22:30" in text(changed)
    undo(changed)
    assert "Stil van 22:30" not in said(client.get(page))


def test_a_contact_is_changed_in_its_row(client: FlaskClient, stage: Stage) -> None:
    add(client)
    changed = OLGA | {"was": "Olga", "do": "keep", "name": "Olga B.", "role": "escalation"}
    answer = post(client, f"{PATH}/contacts/0", changed | {"rules": ["co2"]})
    assert answer.status_code == 303
    assert "Olga B. olga@example.org als niemand ermee bezig is · Te veel CO₂" in said(
        client.get("/settings/contacts")
    )
    answer = post(client, f"{PATH}/contacts/0", changed | {"was": "Olga B.", "address": "nergens"})
    assert answer.status_code == 422
    (opened,) = re.findall(
        r'<details class="edit contact-edit" open>.*?</details>', answer.text, re.DOTALL
    )
    assert 'value="nergens"' in opened
    assert post(client, f"{PATH}/contacts/0", changed).status_code == 404  # another is there now


def test_an_address_that_is_no_mail_is_never_shown_and_stays(
    client: FlaskClient, stage: Stage
) -> None:
    url = "json://user:secret@example.org"
    add(client, name="Wim", address=url)
    page = client.get("/settings/contacts").text
    assert "secret" not in page
    changed = OLGA | {"was": "Wim", "name": "Wim", "do": "keep", "address": ""}
    assert post(client, f"{PATH}/contacts/0", changed).status_code == 303
    with stage.database.read() as conn:
        (kept,) = contacts_of(conn, VenueSlug("de-kade"))
    assert kept.address == url_name(url)


def test_a_test_goes_to_who_is_told_by_mail(client: FlaskClient, stage: Stage) -> None:
    add(client)
    add(client, name="Wim", address="json://user:secret@example.org")
    assert post(client, f"{PATH}/contacts/0", {"was": "Olga", "do": "test"}).status_code == 303
    assert "Er is een proefbericht onderweg naar Olga." in said(client.get("/settings/contacts"))
    with stage.database.read() as conn:
        assert [test.channel for test in unanswered_tests(conn, ago(1))] == ["mail"]
    assert names(stage) == ["Olga", "Wim"]
    assert post(client, f"{PATH}/contacts/1", {"was": "Wim", "do": "test"}).status_code == 404
