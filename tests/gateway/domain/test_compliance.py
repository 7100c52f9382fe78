from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from gateway.domain.air.room_estimate import Range
from gateway.domain.compliance import compliance
from gateway.domain.policy import Policy
from gateway.domain.presets import BY_SLUG, HEALTHY_DEFAULT, LEGAL_DEFAULT
from gateway.domain.room_state import PolicyCompliance, RoomState, decode_state, encode
from gateway.domain.verdict import RoomFacts
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FACTS = RoomFacts(1500.0, NOW, 10, NOW, 8, NOW - timedelta(days=1))


def complies(slug: str, facts: RoomFacts) -> PolicyCompliance:
    return compliance(facts, BY_SLUG[slug], HEALTHY_DEFAULT, NOW).legal


def test_a_room_can_be_legal_and_over_every_guideline() -> None:
    facts = FACTS._replace(flow_per_person=Range(5.3, 4.6, 6.1))
    found = compliance(facts, LEGAL_DEFAULT, HEALTHY_DEFAULT, NOW)
    assert (found.legal.policy, found.legal.verdict) == ("nl-bbl-assembly", "kept")
    assert (found.legal.rule, found.legal.value, found.legal.limit) == ("ventilation", 5.3, 4.0)
    assert (found.healthy.policy, found.healthy.verdict) == ("who-10", "not_kept")
    for slug in ("nl-target-1200", "nl-frisse-scholen-c", "en-16798-1-ii"):
        assert complies(slug, facts).verdict == "not_kept"


@pytest.mark.parametrize(
    ("slug", "changed", "verdict", "rule"),
    [
        pytest.param("who-10", {}, "cannot_say", "ventilation", id="no flow is known"),
        pytest.param(
            "who-10", {"flow_per_person": Range(9.0, 6.0, 13.0)}, "cannot_say", "ventilation",
            id="too near the limit to tell",
        ),
        pytest.param(
            "who-10", {"flow_per_person": Range(4.0, 3.0, 5.0), "people": 0}, "cannot_say",
            "ventilation", id="nobody is in",
        ),
        pytest.param(
            "nl-target-1200", {"co2_ppm": 1150.0}, "kept", "co2", id="under a limit is under it"
        ),
        pytest.param(
            "nl-frisse-scholen-b", {"flow_per_person": Range(20.0, 18.0, 22.0)}, "not_kept", "co2",
            id="one of two limits is broken",
        ),
        pytest.param(
            "nl-frisse-scholen-b", {"co2_ppm": 700.0}, "cannot_say", "ventilation",
            id="one of two limits is not known",
        ),
        pytest.param(
            "nl-frisse-scholen-b", {"co2_ppm": 900.0, "flow_per_person": Range(20.0, 18.0, 22.0)},
            "kept", "co2", id="the nearest limit is told",
        ),
        pytest.param(
            "be-a-900", {"flow_per_person": Range(20.0, 18.0, 22.0)}, "kept", "ventilation",
            id="one suffices",
        ),
        pytest.param("be-a-900", {}, "cannot_say", "ventilation", id="the one may be kept unseen"),
        pytest.param(
            "be-a-900", {"flow_per_person": Range(3.0, 2.5, 3.5)}, "not_kept", "co2",
            id="of two that are broken the one that is nearer",
        ),
        pytest.param(
            "ashrae-241-office", {"flow_per_person": Range(3.0, 2.5, 3.5)}, "cannot_say",
            "ventilation", id="what cleaned air adds is not seen",
        ),
        pytest.param(
            "nl-5-m2", {"floor_area_m2": 40.0}, "not_kept", "occupancy", id="too full for its floor"
        ),
        pytest.param("nl-5-m2", {}, "cannot_say", "occupancy", id="its floor is not known"),
        pytest.param(
            "nl-5-m2", {"floor_area_m2": 60.0}, "kept", "occupancy",
            id="seats are the room's own, not the policy's",
        ),
    ],
)  # fmt: skip
def test_what_decides(slug: str, changed: dict[str, Any], verdict: str, rule: str) -> None:
    found = complies(slug, FACTS._replace(**changed))
    assert (found.verdict, found.rule) == (verdict, rule)


def test_a_policy_that_the_venue_made_is_named_and_a_published_one_is_not() -> None:
    ours = Policy("ours", "Koorzaal", co2_limit_ppm=900.0)
    found = compliance(FACTS, ours, HEALTHY_DEFAULT, NOW)
    assert (found.legal.name, found.healthy.name) == ("Koorzaal", None)
    nothing_asked = compliance(FACTS, Policy("bare", "Niets"), HEALTHY_DEFAULT, NOW).legal
    assert (nothing_asked.name, nothing_asked.verdict) == ("Niets", "cannot_say")


def test_old_readings_say_nothing() -> None:
    old = FACTS._replace(co2_at=NOW - timedelta(minutes=6))
    assert complies("nl-target-1200", old).verdict == "cannot_say"


def test_in_a_room_state_it_is_sent_as_standing() -> None:
    found = compliance(FACTS, LEGAL_DEFAULT, HEALTHY_DEFAULT, NOW)
    state = RoomState(
        VenueSlug("de-kade"), RoomSlug("serre"), "", "Serre", "good", compliance=found
    )
    sent = encode(state)
    assert msgspec.json.decode(sent)["standing"] == msgspec.to_builtins(found)
    assert decode_state(sent) == state
