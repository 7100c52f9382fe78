"""Channels and deliveries, as a program reads and tries them."""

import json

import pytest

from gateway.domain.alerts.flag import Flag
from gateway.registry.alerts.channel_tests import waiting_tests
from gateway.registry.alerts.deliveries import note_attempt, note_test
from gateway.registry.alerts.flags import put_flag
from gateway.registry.alerts.outbox import mark_sent, post
from sensors.wire.instant import to_ns
from sensors.wire.topic import RoomSlug
from tests.dashboard.setup import VENUE, Site
from tests.gateway.live_venue import START, minute
from tests.gateway.notices import ANNA, notice


def test_who_was_told_of_an_alert_and_how_that_went(site: Site) -> None:
    with site.database.write() as conn:
        put_flag(conn, Flag("f-1", VENUE, RoomSlug("serre"), "co2", "firing", START, START))
        post(conn, "m-1", "f-1", ANNA, notice(recipient_role="host"), START)
        post(conn, "m-1", "f-1", "bob@example.org", notice(), START)
        note_attempt(conn, "mail", [1], to_ns(minute(1)), 0, "451 later")
        note_attempt(conn, "mail", [1], to_ns(minute(2)), 0, None)
        mark_sent(conn, [1], to_ns(minute(2)), "name")
    answer = site.call("GET", "/api/v1/alerts/f-1/deliveries")
    assert answer.status_code == 200
    assert json.loads(answer.data) == {
        "deliveries": [
            {
                "kind": "firing",
                "role": "host",
                "recipient": ANNA,
                "state": "sent",
                "ended": "2026-11-24T09:02:00.000Z",
                "reason": None,
                "attempts": [
                    {"at": "2026-11-24T09:01:00.000Z", "error": "451 later"},
                    {"at": "2026-11-24T09:02:00.000Z", "error": None},
                ],
            },
            {
                "kind": "firing",
                "role": "organiser",
                "recipient": "bob@example.org",
                "state": "waiting",
                "ended": None,
                "reason": None,
                "attempts": [],
            },
        ]
    }
    assert site.call("GET", "/api/v1/alerts/f-none/deliveries").status_code == 404


def test_a_channel_is_tried_and_says_how_that_went(site: Site) -> None:
    answer = site.call("POST", "/api/v1/channels/mail/test", {"to": ANNA})
    assert answer.status_code == 204
    with site.database.write() as conn:
        (asked,) = waiting_tests(conn)
        note_test(conn, "mail", asked.id, START, 0, "535 wrong password")
    assert (asked.channel, asked.to, asked.by) == ("mail", ANNA, "anna")
    (channel,) = json.loads(site.call("GET", "/api/v1/channels").data)["channels"]
    assert channel == {
        "name": "mail",
        "address": "smtp://127.0.0.1:25",
        "tried": "2026-11-24T09:00:00.000Z",
        "tested": True,
        "error": "535 wrong password",
    }


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/channels/mail/test", {}, 422),
        ("/api/v1/channels/mail/test", {"to": "a@b\r\nBcc: c@d"}, 422),
        ("/api/v1/channels/mail/test", {"to": 3}, 422),
        ("/api/v1/channels/url:none/test", {}, 404),
    ],
)
def test_what_cannot_be_tried_is_told(
    site: Site, path: str, body: dict[str, object], status: int
) -> None:
    answer = site.call("POST", path, body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    with site.database.read() as conn:
        assert waiting_tests(conn) == ()
