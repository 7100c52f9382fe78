"""What a room's page calls the policies that the room is shown against."""

import json

from dashboard.pages.parts.air import air
from dashboard.words.locale import page_locale
from gateway.domain.policy import Policy
from gateway.domain.room_state import Compliance, PolicyCompliance, decode_state, encode
from tests.dashboard.setup import state

OURS = Policy("ours", "Koorzaal", names={"de": "Chorsaal"})
COMPLIANCE = Compliance(
    PolicyCompliance("nl-bbl-assembly", "kept"), PolicyCompliance("ours", "kept", name="Koorzaal")
)


def names(language: str, *known: Policy) -> list[str]:
    policies = {policy.slug: policy for policy in known}
    shown = air(state(compliance=COMPLIANCE), policies, page_locale(language))
    assert shown is not None
    return [line.name for line in shown.standings]


def test_each_is_called_as_its_language_calls_it() -> None:
    assert names("nl", OURS) == ["Bbl, nieuwbouw, bijeenkomst: 4 l/s per persoon", "Koorzaal"]
    assert names("de", OURS) == [
        "Niederlande (Bbl), Neubau, Versammlung: 4 l/s pro Person",
        "Chorsaal",
    ]


def test_one_that_is_deleted_since_is_called_as_the_gateway_called_it() -> None:
    assert names("de")[1] == "Koorzaal"


def test_a_state_that_a_gateway_of_before_left_at_the_broker_is_read() -> None:
    kept = json.loads(encode(state(compliance=COMPLIANCE)))
    for told in kept["standing"].values():
        del told["name"]
        told |= {"name_nl": "Wet", "name_en": "Law"}
    found = decode_state(json.dumps(kept).encode()).compliance
    assert found is not None
    assert [(s.policy, s.name) for s in (found.legal, found.healthy)] == [
        ("nl-bbl-assembly", None),
        ("ours", None),
    ]
