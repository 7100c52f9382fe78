"""A refused batch is taken apart in few requests, in each version's own words; no line is lost."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import StoreSettings
from gateway.store.influx import InfluxStore
from gateway.store.influx_answer import Answer, Clues, clues, words
from gateway.store.interface import Placed, Rejected, RoomSample
from gateway.store.line_protocol import to_line
from gateway.store.refused_lines import MAX_WRITES, Line, sort_out
from gateway.store.row import kind_of
from sensors.wire.instant import from_ns
from sensors.wire.topic import DeviceSlug
from tests.gateway.store.rows import T0_NS, air, people, sample
from tests.gateway.store.scripted import (
    Asked,
    Said,
    ScriptedServer,
    influxdb_2,
    json_said,
    scripted,
)

Row = Placed | RoomSample
DAY_S = 86_400.0
STORED = Said(204)
BEHIND = " for database: dropped=7 limit for retention policy: autogen"
CONFLICT = (
    'partial write: field type conflict: input field "co2_ppm" on measurement "air" is type '
    "float, already exists as type integer dropped={}"
)
BOUND = "2026-11-23T07:00:00.768490312Z"
LOWER_NS = T0_NS - round(DAY_S * 1e9) + 768_490_312
NAMED = (
    "dropped {0} points outside retention policy of duration 24h0m0s - oldest point "
    "air,device=co2-" + "long" * 200 + " at 2021-11-24T07:00:00Z dropped because it violates a "
    "Retention Policy Lower Bound at " + BOUND + ", newest point air,device=co2-1 at "
    "2021-11-25T07:00:00Z dropped because it violates a Retention Policy Lower Bound at "
    + BOUND + " dropped={0}"
)  # fmt: skip


def as_1_6(text: str) -> Said:
    return json_said(400, {"error": text})


def as_1_12(text: str) -> Said:
    return json_said(400, {"error": text + BEHIND})


def as_2(text: str) -> Said:
    message = f"failure writing points to database: {text}{BEHIND}"
    return json_said(422, {"code": "unprocessable entity", "message": message})


VERSIONS = pytest.mark.parametrize("version", [as_1_6, as_1_12, as_2])


def at_ns(line: str) -> int:
    return int(line.rsplit(" ", 1)[1])


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted(influxdb_2(lambda _: STORED)) as running:
        yield running


def write(
    server: ScriptedServer,
    directory: Path,
    rows: Sequence[Row],
    is_bad: Callable[[str], bool],
    refusal: Callable[[int], Said],
) -> tuple[list[Row], int]:
    """What was rejected of rows by a server that refuses some, and in how many requests; what it
    has stored is checked.
    """
    stored: set[str] = set()

    def answer(asked: Asked) -> Said:
        bad = [line for line in asked.lines if is_bad(line)]
        stored.update(line for line in asked.lines if not is_bad(line))
        return refusal(len(bad)) if bad else STORED

    server.script = influxdb_2(answer)
    store = InfluxStore(StoreSettings(url=server.url()), directory)
    rejected: tuple[Rejected, ...] = store.write(rows)
    store.close()
    assert stored == {to_line(row) for row in rows if not is_bad(to_line(row))}
    return [one.row for one in rejected], len(server.writes())


@VERSIONS
@pytest.mark.parametrize("text", [CONFLICT, NAMED, "partial write: points beyond retention policy dropped={}"])  # fmt: skip
def test_a_wholly_refused_batch_is_one_request(
    server: ScriptedServer, tmp_path: Path, version: Callable[[str], Said], text: str
) -> None:
    rows = [air(i - 365 * DAY_S, device=DeviceSlug(f"co2-{i % 30}")) for i in range(5000)]
    rejected, requests = write(server, tmp_path, rows, lambda _: True, lambda n: version(text.format(n)))  # fmt: skip
    assert rejected == rows
    assert requests == 1


@VERSIONS
def test_the_bound_of_a_retention_splits_a_batch_by_one_comparison(
    server: ScriptedServer, tmp_path: Path, version: Callable[[str], Said]
) -> None:
    rows = [air(i if i % 2 else i - 365 * DAY_S) for i in range(1000)]
    rejected, requests = write(
        server, tmp_path, rows,
        lambda line: at_ns(line) < LOWER_NS, lambda n: version("partial write: " + NAMED.format(n)),
    )  # fmt: skip
    assert rejected == rows[::2]
    assert requests == 2


@VERSIONS
def test_without_a_bound_lines_beyond_a_retention_are_found_by_their_time(
    server: ScriptedServer, tmp_path: Path, version: Callable[[str], Said]
) -> None:
    rows = [air(i if i % 2 else i - 365 * DAY_S) for i in range(1000)]
    beyond = "partial write: points beyond retention policy dropped={}"
    rejected, requests = write(
        server, tmp_path, rows,
        lambda line: at_ns(line) < LOWER_NS, lambda n: version(beyond.format(n)),
    )  # fmt: skip
    assert rejected == rows[::2]
    assert requests <= 25


@VERSIONS
def test_a_field_in_conflict_costs_the_lines_that_hold_it_and_three_requests(
    server: ScriptedServer, tmp_path: Path, version: Callable[[str], Said]
) -> None:
    conflict = CONFLICT.replace("co2_ppm", "temperature_c")
    rows: list[Row] = []
    for i in range(400):
        warm = 21.0 if i % 2 else None
        rows += [air(i, temperature_c=warm), people(i, count=i), sample(i)]
    rejected, requests = write(
        server, tmp_path, rows,
        lambda line: "temperature_c=" in line, lambda n: version(conflict.format(n)),
    )  # fmt: skip
    assert rejected == [row for row in rows if "temperature_c=" in to_line(row)]
    assert requests == 3


def test_one_device_of_many_is_found_among_its_like(server: ScriptedServer, tmp_path: Path) -> None:
    rows = [air(i, device=DeviceSlug(f"co2-{i % 50}")) for i in range(2000)]
    rejected, requests = write(
        server, tmp_path, rows,
        lambda line: "device=co2-7," in line, lambda n: as_2(f"partial write: odd dropped={n}"),
    )  # fmt: skip
    assert rejected == rows[7::50]
    assert requests <= 40


def test_what_follows_no_rule_is_bounded_and_nothing_sound_is_missing_in_the_store(
    server: ScriptedServer, tmp_path: Path
) -> None:
    """Beyond the bound lines are refused together: a partial write has stored the sound ones."""
    rows = [air(i) for i in range(3000)]
    rejected, requests = write(
        server, tmp_path, rows,
        lambda line: at_ns(line) // 10**9 % 2 == 0, lambda n: as_2(f"partial write: x dropped={n}"),
    )  # fmt: skip
    assert {id(row) for row in rows[::2]} <= {id(row) for row in rejected}
    assert requests <= MAX_WRITES + 500


def test_the_lines_that_a_server_names_are_tried_first(
    server: ScriptedServer, tmp_path: Path
) -> None:
    """InfluxDB 3 lists the lines that it refuses by number."""

    def answer(asked: Asked) -> Said:
        bad = [i for i, line in enumerate(asked.lines, 1) if at_ns(line) // 10**9 % 2 == 0]
        data = [{"error_message": "invalid column type", "line_number": i} for i in bad]
        document = {"error": "partial write of line protocol occurred", "data": data}
        return json_said(400, document) if bad else STORED

    server.script = influxdb_2(answer)
    rows = [air(i) for i in range(500)]
    store = InfluxStore(StoreSettings(url=server.url()), tmp_path)
    assert [one.row for one in store.write(rows)] == rows[::2]
    store.close()
    assert len(server.writes()) == 3


def test_the_number_is_found_behind_more_words_than_are_kept() -> None:
    answer = as_2("partial write: " + NAMED.format(12))
    found = Answer(answer.status, answer.body.encode())
    assert len(words(found)) == 500
    assert clues(found) == Clues(
        is_partial=True, dropped=12, lower_ns=LOWER_NS // 1000 * 1000, is_retention=True
    )
    assert from_ns(LOWER_NS).isoformat() == "2026-11-23T07:00:00.768490+00:00"


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.booleans(), st.sampled_from("apr")), min_size=1),
    st.builds(
        Clues,
        is_partial=st.booleans(),
        dropped=st.none() | st.integers(0, 12),
        lower_ns=st.none() | st.integers(T0_NS - 5 * 10**9, T0_NS + 5 * 10**9),
        conflict=st.sampled_from([None, ("air", "temperature_c"), ("people", "count")]),
        numbers=st.frozensets(st.integers(0, 12)),
        is_retention=st.booleans(),
    ),
    st.integers(1, 2 * MAX_WRITES),
)
def test_each_line_is_refused_or_written_again_and_batches_become_smaller(
    made: list[tuple[int, bool, str]], found: Clues, writes: int
) -> None:
    rows: list[Row] = [
        air(at, temperature_c=20.0 if warm else None)
        if kind == "a"
        else people(at, count=1) if kind == "p" else sample(at)
        for at, warm, kind in made
    ]  # fmt: skip
    batch: list[Line] = [(row, to_line(row)) for row in rows]
    sorted_out = sort_out(batch, found, writes)
    parts = [sorted_out.refused, *sorted_out.again]
    assert sorted(id(line) for part in parts for line in part) == sorted(map(id, batch))
    assert all(0 < len(part) < len(batch) for part in sorted_out.again)
    assert {kind_of(row) for row in rows} <= {"air", "people", "room"}
