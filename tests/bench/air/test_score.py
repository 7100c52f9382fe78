from collections.abc import Callable

from bench.air.live_path import KEY, at, of_known_kind, states
from bench.air.score import LIMIT_LPS, TOO_LITTLE, scored
from bench.air.situation import CORRIDOR, DEMAND, NO_CALENDAR, OFF, STEPS, Situation
from bench.air.stay import STAYS_TUNE, Instant, Stay, stay
from gateway.domain.room import Room
from gateway.domain.room_state import PeopleEstimate, RoomState, VentilationView
from sensors.wire.instant import to_wire

SEED = STAYS_TUNE[0]


def told(lived: Stay, factor: float, people: Callable[[Instant], float]) -> list[RoomState]:
    """States of one who always says the truth times a factor, within a third to both sides."""
    found = []
    for minute in lived.minutes:
        flow = [factor * minute.fresh_lps * x for x in (1.0, 1 / 1.33, 1.33)]
        each = [x / minute.people for x in flow] if minute.people else [None, None, None]
        said = people(minute)
        found.append(
            RoomState(
                *KEY,
                at=to_wire(at(minute.at_s)),
                name="Room",
                level="good",
                people_estimate=PeopleEstimate(said, said, said, "air"),
                ventilation=VentilationView(flow[0], flow[1], flow[2], each[0], each[1], each[2]),
            )
        )
    return found


def truly(minute: Instant) -> float:
    return float(minute.people)


def test_who_says_the_truth_is_never_wrong_whatever_the_air_comes_from() -> None:
    for situation in (STEPS, CORRIDOR):
        lived = stay(SEED, situation)
        scores = scored(lived, told(lived, 1.0, truly))
        assert max(scores["median"]) < 1e-9
        assert min(scores["covered"] + scores["covered_flow"] + scores["told"]) == 1.0
        assert max(scores["ghosts"] + scores.get("false_enough", [0.0])) == 0.0
    scores = scored(lived := stay(SEED, STEPS), told(lived, 1.0, truly))
    assert min(scores["soon"] + scores["later"] + scores["window"]) == 1.0


def test_who_says_ten_times_the_flow_says_enough_wherever_it_is_too_little() -> None:
    seed = next(s for s in STAYS_TUNE if _has_too_little(stay(s, NO_CALENDAR)))
    lived = stay(seed, NO_CALENDAR)
    scores = scored(lived, told(lived, 100.0, truly))
    assert min(scores["false_enough"]) == 1.0
    assert max(scores["covered"]) == 0.0


def test_a_ghost_is_told_where_nobody_is_in() -> None:
    lived = stay(SEED, NO_CALENDAR)
    scores = scored(lived, told(lived, 1.0, lambda _: 3.0))
    assert min(scores["ghosts"]) == 1.0


def test_the_live_path_says_how_it_is_at_each_minute() -> None:
    situation: Situation = NO_CALENDAR._replace(days=1)
    lived = stay(SEED, situation)
    found = list(states(lived))
    assert [state.at for state in found] == [to_wire(at(m.at_s)) for m in lived.minutes]
    scores = scored(lived, found)
    assert sum(scores["told"]) > 0.5 * len(scores["told"])
    assert any(state.people for state in found)


def test_a_room_says_in_its_settings_what_kind_it_is() -> None:
    for situation, kind in (
        (CORRIDOR._replace(windows=0.0, schedules=0.0), ("constant", "inside")),
        (CORRIDOR._replace(windows=1.0), ("natural", "inside")),
        (DEMAND, ("co2", "outdoors")),
        (OFF._replace(windows=0.0), ("clock", "outdoors")),
    ):
        lived = stay(SEED, situation._replace(days=1))
        room = of_known_kind(Room(*KEY, "Room"), lived)
        assert (room.ventilation, room.air_from) == kind


def test_a_room_without_history_is_begun_where_it_is_scored() -> None:
    lived = stay(SEED, NO_CALENDAR._replace(days=2, scored_from=1))
    from_s = lived.begin_s + 86_400.0
    found = list(states(lived, from_s))
    assert len(found) == 1440
    assert scored(lived, found)["told"]


def _has_too_little(lived: Stay) -> bool:
    return any(m.people and m.fresh_lps / m.people < TOO_LITTLE * LIMIT_LPS for m in lived.minutes)
