"""What the file of the truth says: the physics, closed forms and an independent model."""

import csv
import math
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.scenario.scenario import parse_scenario
from firmware_sim.timeline import play
from firmware_sim.truth import Truth, truths
from firmware_sim.venue import PlayedSpan, run_venue
from sensors.config import BrokerSettings
from tests.firmware_sim.scenarios import SECOND_NS, local_ns, scenario, tables
from tests.firmware_sim.test_sim_mqtt import clock_at, silent
from tests.recordings import recording
from tests.servers import Broker

PUNCTUAL = {"early_min": 0, "late_min": 0, "linger_min": 0, "generation_spread": 0}
MINUTE_NS = 60 * SECOND_NS


def day(given_tables: dict[str, Any], start_ns: int, end_ns: int) -> list[Truth]:
    return list(truths(parse_scenario(given_tables, "t"), start_ns, end_ns))


@settings(max_examples=20)
@given(
    flow=st.floats(0.2, 12),
    people=st.integers(1, 40),
    volume_m3=st.floats(20, 600),
    outdoor_ppm=st.floats(380, 520),
)
def test_a_room_rises_and_falls_by_the_closed_form(
    flow: float, people: int, volume_m3: float, outdoor_ppm: float
) -> None:
    given_tables = tables(
        outdoor_ppm=outdoor_ppm, **PUNCTUAL, room=[{"room": "zaal", "air_changes_per_h": flow}]
    )
    given_tables["venue"][0]["room"][0]["volume_m3"] = volume_m3
    given_tables["venue"][0]["meeting"][0]["expected_people"] = people
    rest_ppm = 1e6 * people * 18.4e-3 / (flow * volume_m3)
    for true in day(given_tables, local_ns(9), local_ns(11)):
        inside_h = min((true.at_ns - local_ns(9)) / 3.6e12, 1.0)
        after_h = max((true.at_ns - local_ns(10)) / 3.6e12, 0.0)
        risen_ppm = rest_ppm * -math.expm1(-flow * inside_h) * math.exp(-flow * after_h)
        assert true.co2_ppm == pytest.approx(outdoor_ppm + risen_ppm, rel=0.001)
        assert true.people == (people if 0 <= true.at_ns - local_ns(9) < 60 * MINUTE_NS else 0)
        assert true.flow_lps == pytest.approx(flow * volume_m3 / 3.6)


@pytest.mark.parametrize(
    ("column", "flow", "windows"),
    [
        ("A_3ach_ppm", 3.0, []),
        ("B_1then5ach_ppm", 5.0, [{"start": "00:00", "end": "11:00", "air_changes_per_h": 1.0}]),
    ],
)
def test_a_scenario_agrees_with_the_independent_model_within_one_per_cent(
    column: str, flow: float, windows: list[dict[str, Any]]
) -> None:
    with recording("reference/single-zone-a-b.csv").open() as file:
        reference = {
            round(float(row["hour"]) * 60): float(row[column]) for row in csv.DictReader(file)
        }
    room = {"room": "zaal", "air_changes_per_h": flow, "windows": windows}
    given_tables = tables(outdoor_ppm=440.44, generation_lph=21.42, **PUNCTUAL, room=[room])
    given_tables["venue"][0]["room"][0]["volume_m3"] = 150
    given_tables["venue"][0]["meeting"] = [
        {"room": "zaal", "title": "x", "start": start, "end": end, "expected_people": people}
        for start, end, people in (
            ("09:00", "10:00", 8), ("10:00", "10:15", 3), ("10:15", "12:00", 12),
        )
    ]  # fmt: skip
    checked = 0
    for true in day(given_tables, local_ns(9), local_ns(16)):
        expected_ppm = reference.get((true.at_ns - local_ns(0)) // MINUTE_NS)
        if expected_ppm is not None:
            assert true.co2_ppm == pytest.approx(expected_ppm, rel=0.01)
            checked += 1
    assert checked > 20


def test_it_is_what_the_devices_saw() -> None:
    given_tables = tables()
    given_tables["sim"]["device"] = [{"device": "count-1", "measures": ["count"], "interval_s": 1}]
    played = parse_scenario(given_tables, "t")
    true = {one.at_ns: one for one in truths(played, local_ns(8, 40), local_ns(9, 30))}
    seen = [
        s for s in play(played, local_ns(8, 40), local_ns(9, 30)) if s.reading.device == "count-1"
    ]
    close = [(true[s.reading.at_ns // MINUTE_NS * MINUTE_NS], s) for s in seen if
             s.reading.at_ns % MINUTE_NS < SECOND_NS]  # fmt: skip
    assert len(close) >= 49
    for one, sample in close:
        assert sample.true_co2_ppm == pytest.approx(one.co2_ppm, rel=0.01)
        assert abs(sample.true_people - one.people) <= 1


def test_the_file_has_a_row_for_each_room_and_minute(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    now_ns = local_ns(9, 30)
    span = PlayedSpan(1800, now_ns, path)
    played = scenario()
    run_venue(
        played, BrokerSettings(url=broker.url), tmp_path, clock_at(now_ns - SECOND_NS), span,
        threading.Event(), silent,
    )  # fmt: skip
    with path.open() as file:
        rows = list(csv.DictReader(file))
    expected = list(truths(played, local_ns(9), now_ns))
    assert len(rows) == len(expected) == 30
    assert list(rows[0]) == ["ts", "venue", "room", "co2_ppm", "people", "flow_lps"]
    assert rows[0]["ts"] == "2026-11-24T08:00:00.000Z"
    assert [float(row["co2_ppm"]) for row in rows] == pytest.approx(
        [one.co2_ppm for one in expected], abs=0.006
    )
