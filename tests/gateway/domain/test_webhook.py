"""Signatures as Standard Webhooks have them, and what CloudEvents must hold."""

import base64
import json
from datetime import UTC, datetime

import pytest

from gateway.domain.alerts.flag import Flag
from gateway.domain.webhook import Webhook, new_secret, signature
from gateway.domain.webhook_event import EVENT_TYPES, EventType, flag_event, structured, trial_event
from sensors.wire.topic import RoomSlug, VenueSlug

AT = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
KADE = VenueSlug("de-kade")
FLAG = Flag("f-1", KADE, RoomSlug("serre"), "co2", "firing", AT, AT, value=1240.0, limit=1200.0)


def hook(*events: EventType, enabled: bool = True) -> Webhook:
    return Webhook(1, KADE, "Control", "https://example.org/x", new_secret(), events, enabled)


def test_a_signature_is_the_one_that_the_specification_shows() -> None:
    """The example of the reference libraries."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_long_enough_and_nobody_elses() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert 24 <= len(base64.b64decode(one.removeprefix("whsec_"))) <= 64


def test_neither_secret_nor_address_shows_where_a_webhook_is_printed() -> None:
    shown = repr(hook())
    assert "whsec_" not in shown
    assert "example.org" not in shown


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_one_hears_what_it_asked_for_and_a_trial_always(kind: EventType) -> None:
    assert hook().hears(kind)
    is_trial = kind == "luchtig.webhook.test"
    assert hook("luchtig.flag.fired").hears(kind) is (kind == "luchtig.flag.fired" or is_trial)
    assert hook(enabled=False).hears(kind) is is_trial


def test_an_event_holds_all_that_a_cloud_event_must() -> None:
    event = flag_event("luchtig.flag.fired", FLAG, "m-1", AT)
    told = json.loads(structured(event, "https://luchtig.example.org/"))
    assert {key: told[key] for key in ("specversion", "type", "source", "subject", "time")} == {
        "specversion": "1.0",
        "type": "luchtig.flag.fired",
        "source": "https://luchtig.example.org/api/v1/venues/de-kade",
        "subject": "alerts/f-1",
        "time": "2026-11-24T08:10:00.000Z",
    }
    assert told["datacontenttype"] == "application/json"
    assert (told["data"]["room"], told["data"]["value"], told["data"]["meeting"]) == (
        "serre", 1240.0, "m-1",
    )  # fmt: skip


def test_the_same_has_the_same_id_and_nothing_else_has() -> None:
    fired = flag_event("luchtig.flag.fired", FLAG, None, AT)
    assert fired.id == flag_event("luchtig.flag.fired", FLAG, "m-1", AT).id
    resolved = flag_event("luchtig.flag.resolved", FLAG, None, AT)
    trials = [trial_event(KADE, number, "anna", AT).id for number in (1, 2)]
    assert len({fired.id, resolved.id, *trials}) == 4
