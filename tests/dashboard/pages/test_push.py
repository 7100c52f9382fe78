"""Devices that are told by web push, as an account keeps them: on its page, and by programs."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.registry.accounts import grants, users
from gateway.registry.alerts.channel_tests import waiting_tests
from gateway.registry.alerts.deliveries import note_test
from gateway.registry.alerts.push_subscriptions import MOST, PushSubscription, subscriptions_of
from sensors.clock import SYSTEM
from tests.dashboard.setup import PASSWORD, VENUE, Site
from tests.dashboard.web.house import SUBSCRIPTION

BODY = SUBSCRIPTION | {"venues": [VENUE]}


def own(site: Site, user: str = "anna") -> tuple[PushSubscription, ...]:
    with site.database.read() as conn:
        return subscriptions_of(conn, user)


@pytest.fixture
def browser(site: Site) -> FlaskClient:
    site.app.config["WTF_CSRF_METHODS"] = set()  # whose form it is is tried elsewhere
    visitor = site.visitor()
    visitor.post("/login", data={"name": "anna", "password": PASSWORD})
    return visitor


def asked(browser: FlaskClient, **changes: Any) -> TestResponse:
    given = {"subscription": SUBSCRIPTION, "label": "telefoon", "venues": [VENUE]}
    return browser.post("/account/push", json=given | changes)


class TestOnTheAccount:
    def test_a_device_is_asked_for_tried_and_taken_off(
        self, site: Site, browser: FlaskClient
    ) -> None:
        assert asked(browser).status_code == 201
        (made,) = own(site)
        page = browser.get("/account").text
        assert "telefoon" in page
        assert f'data-number="{made.number}"' in page
        assert "wpush" not in page  # whoever knows where it is can send there

        browser.post(f"/account/push/{made.number}/test")
        with site.database.read() as conn:
            (test,) = waiting_tests(conn)
        assert (test.channel, test.to) == ("push", made.recipient)
        with site.database.write() as conn:
            now = SYSTEM.now()
            note_test(conn, "push", test.id, now, SYSTEM.now_ns(), "push.example.org: answered 403")
        assert "push.example.org: answered 403" in browser.get("/account").text

        settings = browser.get("/settings/contacts").text
        assert re.search(r"anna.{0,60}telefoon", settings)
        assert "1 apparaat" in settings
        assert "wpush" not in settings

        browser.post(f"/account/push/{made.number}/remove")
        assert own(site) == ()
        assert not re.search(r"anna.{0,60}telefoon", browser.get("/settings/contacts").text)

    @pytest.mark.parametrize(
        ("changes", "why", "status"),
        [
            ({"subscription": SUBSCRIPTION | {"endpoint": "http://push.example.org/1"}},
             "endpoint", 422),
            ({"subscription": SUBSCRIPTION | {"endpoint": "https://10.0.0.1/1"}}, "endpoint", 422),
            ({"subscription": SUBSCRIPTION | {"endpoint": "https://[::1]/1"}}, "endpoint", 422),
            ({"subscription": SUBSCRIPTION | {"endpoint": "https://localhost/1"}},
             "endpoint", 422),
            ({"subscription": SUBSCRIPTION | {"keys": {}}}, "endpoint", 422),
            ({"subscription": None}, "endpoint", 422),
            ({"venues": []}, "venues", 422),
            ({"venues": ["elders"]}, "venues", 422),
        ],
        ids=[
            "no TLS", "the house's own network", "this machine", "this machine by name",
            "no keys", "nothing", "no venue", "another's venue",
        ],
    )  # fmt: skip
    def test_what_cannot_be_told_is_refused(
        self, site: Site, browser: FlaskClient, changes: dict[str, Any], why: str, status: int
    ) -> None:
        answer = asked(browser, **changes)
        assert (answer.status_code, answer.json) == (status, {"error": why})
        assert own(site) == ()

    def test_a_name_with_half_a_letter_in_it_is_kept_without(
        self, site: Site, browser: FlaskClient
    ) -> None:
        body = json.dumps({"subscription": SUBSCRIPTION, "label": "a\ud800b", "venues": [VENUE]})
        answer = browser.post("/account/push", data=body, content_type="application/json")
        assert answer.status_code == 201
        assert [one.label for one in own(site)] == ["ab"]

    def test_more_than_an_account_may_have_are_refused(
        self, site: Site, browser: FlaskClient
    ) -> None:
        for number in range(MOST + 1):
            endpoint = f"https://push.example.org/{number}"
            answer = asked(browser, subscription=SUBSCRIPTION | {"endpoint": endpoint})
        assert (answer.status_code, answer.json) == (409, {"error": "many"})
        assert len(own(site)) == MOST

    def test_nobody_touches_the_devices_of_another(self, site: Site, browser: FlaskClient) -> None:
        with site.database.write() as conn:
            users.add_user(conn, "ben", "", PASSWORD, SYSTEM.now())
            grants.set_roles(conn, "ben", VENUE, ["viewer"])
        asked(browser)
        (made,) = own(site)
        other = site.visitor()
        other.post("/login", data={"name": "ben", "password": PASSWORD})
        assert made.number not in other.get("/account").text
        for do in ("", "/test", "/remove"):
            path = f"/account/push/{made.number}{do}"
            assert other.post(path, data={"venues": VENUE}).status_code == 404
        assert len(own(site)) == 1


class TestByPrograms:
    def test_one_is_made_changed_tried_and_taken_off(self, site: Site) -> None:
        listed = site.call("GET", "/api/v1/subscriptions").json
        assert listed is not None
        assert (listed["subscriptions"], len(listed["key"])) == ([], 87)
        made = site.call("POST", "/api/v1/subscriptions", BODY)
        assert made.status_code == 201
        path = made.headers["Location"]
        assert made.json is not None
        assert (made.json["service"], made.json["venues"]) == ("push.example.org", [VENUE])
        assert "endpoint" not in made.json
        changed = site.call("PUT", path, {"label": "tablet", "venues": [VENUE]})
        assert changed.json is not None
        assert changed.json["label"] == "tablet"
        assert site.call("POST", f"{path}/test").status_code == 204
        assert site.call("DELETE", path).status_code == 204
        assert site.call("GET", path).status_code == 404

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"endpoint": "https://192.168.1.9/push"}, "/endpoint"),
            ({"keys": {"p256dh": "x", "auth": "y"}}, "/keys"),
            ({"venues": ["elders"]}, "/venues/0"),
        ],
        ids=["the house's own network", "no keys", "another's venue"],
    )
    def test_what_is_wrong_is_pointed_at(
        self, site: Site, changes: dict[str, Any], where: str
    ) -> None:
        answer = site.call("POST", "/api/v1/subscriptions", BODY | changes)
        assert answer.status_code == 422
        assert answer.json is not None
        assert [one["pointer"] for one in answer.json["errors"]] == [where]
