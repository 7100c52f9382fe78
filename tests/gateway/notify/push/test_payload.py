"""What a locked screen shows of a message."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.notice import NoticeMeeting
from gateway.notify.message import Button, Message, Said, Section, write, write_test
from gateway.notify.push.encryption import LARGEST
from gateway.notify.push.payload import lasts_s, payload, urgency
from tests.gateway.live_venue import START, minute
from tests.gateway.notices import LINKS, notice


def shown(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(payload(message, "a tag"))
    return told


def test_an_alert_says_where_what_and_what_to_do_and_leads_to_the_room() -> None:
    message = write([notice(flag="f1")], "push:1", LINKS, minute(11))
    told = shown(message)
    assert told == {
        "title": "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200",
        "body": told["body"],
        "path": "/rooms/de-kade/serre",
        "tag": "a tag",
        "language": "nl",
    }
    assert told["body"].splitlines()[0] == "Zet ramen en deuren open."
    assert "1.240 ppm" in told["body"]
    assert (urgency(message), lasts_s(message)) == ("high", 3600)


def test_nothing_that_lets_in_without_a_log_in_is_sent() -> None:
    told = payload(write([notice(flag="f1")], "push:1", LINKS, minute(11)), "a tag")
    assert b"/ack/" not in told
    assert b"/s/" not in told


def test_several_rooms_are_named_and_lead_to_all_alerts() -> None:
    zaal = notice(room="zaal", room_name="Grote zaal", flag="f2")
    told = shown(write([notice(flag="f1"), zaal], "push:1", LINKS, minute(11)))
    assert told["title"] == "De Kade: 2 zalen vragen iets van u"
    assert "Serre, De Kade: " in told["body"]
    assert told["path"] == "/alerts"


@pytest.mark.parametrize(
    ("told", "wakes", "lasts"),
    [
        (notice("resolved", at=minute(20)), "normal", 3600),
        (notice(rule="no_data", severity="info", advice=()), "normal", 4 * 3600),
    ],
    ids=["all clear", "a sensor that is silent"],
)
def test_what_can_wait_wakes_nobody(told: Any, wakes: str, lasts: int) -> None:
    message = write([told], "push:1", LINKS, minute(21))
    assert (urgency(message), lasts_s(message)) == (wakes, lasts)


def test_a_reminder_leads_to_the_protocol_of_the_meeting() -> None:
    asked = notice(
        "protocol",
        meeting=NoticeMeeting("m1", "Koor", START, minute(60)),
        evidence=({"code": "nobody-ill", "text": "", "when": "before"},),
    )
    told = shown(write([asked], "push:1", LINKS, minute(-20)))
    assert told["path"] == "/meetings/m1#protocol"
    assert "Koor" in told["title"]


def test_a_test_leads_to_the_list_of_ones_own_devices() -> None:
    assert shown(write_test("nl", "anna", START, LINKS))["path"] == "/account#push"


@given(st.text(max_size=9000), st.text(max_size=9000), st.text(max_size=3000))
def test_it_fits_a_push_whatever_people_typed(title: str, said: str, path: str) -> None:
    section = Section(title, title, (Said("act", (said,), (said,)),))
    button = Button("x", f"https://lucht.example.org/meetings/{path}")
    settings = Button("x", "https://lucht.example.org/")
    message = Message("nl", title, "", said, (section, section), (button,), (), "", settings)
    assert len(payload(message, "t" * 32)) <= LARGEST
