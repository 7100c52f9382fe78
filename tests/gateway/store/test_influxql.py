"""Queries keep values out of their text, and answers of every shape are read or refused."""

import json
from typing import Any

import pytest

from gateway.store.influxql import (
    Query,
    QueryFailed,
    count_query,
    create_database,
    identifier,
    literal,
    rows,
    series_query,
)
from gateway.store.spans import cut
from sensors.wire.topic import RoomSlug, VenueSlug


def test_a_series_is_asked_in_spans_that_begin_where_the_range_does() -> None:
    query = series_query(
        "air", ["co2_ppm"], VenueSlug("de-kade"), RoomSlug("zaal"), cut(1007, 1307, 3)
    )
    assert query.text == (
        'SELECT mean("co2_ppm") AS "co2_ppm_mean", min("co2_ppm") AS "co2_ppm_min", '
        'max("co2_ppm") AS "co2_ppm_max" FROM "air" WHERE "venue" = $venue AND "room" = $room'
        ' AND time >= 1007 AND time < 1307 GROUP BY time(100ns, 7ns), "device" fill(none)'
    )
    assert json.loads(query.bound()) == {"venue": "de-kade", "room": "zaal"}


def test_a_count_of_a_venue_names_no_room() -> None:
    query = count_query("room", VenueSlug("de-kade"), None)
    assert query.text == 'SELECT count("level") AS "n" FROM "room" WHERE "venue" = $venue'


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("plain", '"plain"'),
        ('a"b', '"a\\"b"'),
        ("ends\\", '"ends\\\\"'),
        ('"; DROP DATABASE x', '"\\"; DROP DATABASE x"'),
        ("line\nbreak", '"line\\nbreak"'),
    ],
)
def test_an_identifier_ends_where_its_name_does(name: str, quoted: str) -> None:
    assert identifier(name) == quoted
    assert create_database(name).text == f"CREATE DATABASE {quoted}"


def test_values_that_must_be_inlined_are_quoted() -> None:
    query = Query(
        'WHERE "venue" = $venue AND "room" = $room', {"venue": "it's", "room": "$venue\\"}
    )
    assert query.inlined() == r"""WHERE "venue" = 'it\'s' AND "room" = '$venue\\'"""
    assert literal("a\nb") == "'a\\nb'"


def answer(*series: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"results": [{"statement_id": 0, "series": list(series), **more}]}


ONE = {"name": "air", "columns": ["time", "n"], "values": [[0, 4]]}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([{"results": [{"statement_id": 0}]}], []),
        ([{"results": []}], []),
        ([answer(ONE)], [{"time": 0, "n": 4}]),
        (
            [answer({**ONE, "tags": {"device": "a"}}, {**ONE, "tags": {"device": "b"}})],
            [{"time": 0, "n": 4, "device": "a"}, {"time": 0, "n": 4, "device": "b"}],
        ),
        (
            [answer({**ONE, "partial": True}, partial=True), answer(ONE)],
            [{"time": 0, "n": 4}, {"time": 0, "n": 4}],
        ),
        (
            [answer(ONE, messages=[{"level": "warning", "text": "deprecated"}])],
            [{"time": 0, "n": 4}],
        ),
    ],
    ids=["no series", "no results", "one row", "by device", "in chunks", "with a message"],
)
def test_answers_are_read(documents: list[object], expected: list[object]) -> None:
    body = "\r\n".join(json.dumps(document) for document in documents) + "\r\n"
    assert list(rows(body.encode())) == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"results":[{"statement_id":0,"error":"database not found: zz"}]}',
            "database not found: zz",
        ),
        ('{"error":"error parsing query: found x"}', "error parsing query: found x"),
        ('{"code":"unauthorized","message":"unauthorized access"}', "unauthorized access"),
        (json.dumps(answer({**ONE, "partial": True})), "cut short"),
        (json.dumps(answer(ONE, partial=True)), "cut short"),
        ("<html>proxy</html>", "not an answer"),
        ("[1]", "not an answer"),
        ('{"results":[7]}', "not an answer"),
        ('{"results":', "not an answer"),
    ],
    ids=[
        "an error inside 200",
        "a syntax error",
        "2.x's shape",
        "a series cut short",
        "a result cut short",
        "a web page",
        "a list",
        "no object",
        "half of it",
    ],
)
def test_what_is_no_answer_is_told_in_the_servers_words(body: str, words: str) -> None:
    with pytest.raises(QueryFailed, match=words):
        list(rows(body.encode()))
