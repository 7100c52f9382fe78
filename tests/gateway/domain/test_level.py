from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.alerts.flag import Flag
from gateway.domain.level import level
from gateway.domain.policy import DEFAULT
from gateway.domain.presets import BY_SLUG
from gateway.domain.room_state import FlagState, Rule
from gateway.domain.verdict import RoomFacts
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def facts(co2_ppm: float | None, age_s: float = 0) -> RoomFacts:
    return RoomFacts(co2_ppm, NOW - timedelta(seconds=age_s), 10, NOW, 16, NOW)


def flag(rule: Rule, state: FlagState) -> Flag:
    return Flag("f", VenueSlug("de-kade"), RoomSlug("serre"), rule, state, NOW)


@pytest.mark.parametrize(
    ("seen", "flags", "expected"),
    [
        pytest.param(facts(999), (), "good", id="fresh and low"),
        pytest.param(facts(1000), (), "watch", id="at the warning"),
        pytest.param(facts(1300), (flag("co2", "pending"),), "watch", id="pending"),
        pytest.param(facts(1300), (flag("co2", "firing"),), "act", id="firing"),
        pytest.param(facts(600), (flag("occupancy", "pending"),), "watch", id="filling"),
        pytest.param(facts(600), (flag("occupancy", "firing"),), "act", id="too full"),
        pytest.param(
            facts(600), (flag("ventilation", "firing"),), "act", id="too little fresh air"
        ),
        pytest.param(
            facts(600), (flag("sensor_fault", "firing"),), "watch", id="a sensor at fault"
        ),
        pytest.param(facts(None), (), "unknown", id="never measured"),
        pytest.param(facts(600, 300), (), "unknown", id="an old reading"),
        pytest.param(facts(600, 300), (flag("no_data", "firing"),), "unknown", id="silent"),
        pytest.param(facts(None), (flag("occupancy", "firing"),), "act", id="too full, no sensor"),
        pytest.param(facts(1300, 300), (flag("co2", "firing"),), "act", id="silent in a breach"),
    ],
)
def test_level(seen: RoomFacts, flags: tuple[Flag, ...], expected: str) -> None:
    assert level(seen, flags, DEFAULT, NOW) == expected


def test_a_policy_without_co2_never_finds_it_stuffy() -> None:
    assert level(facts(5000), (), BY_SLUG["who-10"], NOW) == "good"


def test_the_warning_above_outdoors_moves_with_the_outdoor_air() -> None:
    seen = facts(1090)._replace(outdoor_ppm=440.0)
    assert level(seen, (), BY_SLUG["en-16798-1-ii"], NOW) == "watch"
    assert level(seen._replace(outdoor_ppm=450.0), (), BY_SLUG["en-16798-1-ii"], NOW) == "good"
