"""Queries in InfluxQL, and the rows in the JSON that answers them.

Every value from outside is a bound parameter, ``$name`` in the text; a server that knows none of
those (InfluxDB 3) gets them as quoted literals in their place. Times are whole numbers of ours.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gateway.store.downsampling import MARKS, SAMPLED, table
from gateway.store.interface import STORED, Measurement, RoomDay, SeriesField
from gateway.store.spans import DAY_NS, GRAIN_NS, Part, Spans, Stretch
from sensors.wire.topic import RoomSlug, VenueSlug

# A field that every point of the measurement has, so that counting it counts points.
ALWAYS: dict[Measurement, str] = {"air": "arrived_ms", "people": "arrived_ms", "room": "level"}
_PARAMETER = re.compile(r"\$(\w+)")


class QueryFailed(Exception):
    """The server would not or could not answer; the message is its own words."""


class NoAnswer(QueryFailed):
    """What came is no answer or not a whole one, and would be none again; the message is ours."""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    params: dict[str, str]

    def bound(self) -> str:
        """The parameters as the ``params`` of ``/query``."""
        return json.dumps(self.params)

    def inlined(self) -> str:
        """The text with the parameters in it as quoted literals."""
        return _PARAMETER.sub(lambda match: literal(self.params[match[1]]), self.text)


PROBE = Query('SELECT "level" FROM "room" LIMIT 1', {})


def identifier(name: str) -> str:
    """A name in double quotes, whatever is in it."""
    return '"' + _escaped(name).replace('"', '\\"') + '"'


def literal(text: str) -> str:
    """A string in single quotes, whatever is in it."""
    return "'" + _escaped(text).replace("'", "\\'") + "'"


def create_database(name: str) -> Query:
    return Query(f"CREATE DATABASE {identifier(name)}", {})


def drop_venue(venue: str) -> Query:
    """Deletes everything of a venue on 1.x."""
    downsampled = (table(kind, grain) for kind in STORED if SAMPLED[kind] for grain in GRAIN_NS)
    measurements = ", ".join(identifier(name) for name in (*STORED, *downsampled, MARKS))
    return Query(f'DROP SERIES FROM {measurements} WHERE "venue" = $venue', {"venue": venue})


def delete_body(venue: str) -> bytes:
    """The body of ``/api/v2/delete`` that does the same on 2.x."""
    always = {"start": "1970-01-01T00:00:00Z", "stop": "2262-01-01T00:00:00Z"}
    return json.dumps(always | {"predicate": f'venue="{_quoted(venue)}"'}).encode()


def delete_span(name: str, day: RoomDay) -> tuple[Query, bytes]:
    """Deletes what a measurement holds of a day of a room: the statement for 1.x, and the body of
    ``/api/v2/delete`` for 2.x. Of the marks it deletes that of the day's kind alone.
    """
    where, params = of_room(day.venue, day.room)
    from_ns, to_ns = day.day * DAY_NS, (day.day + 1) * DAY_NS
    tags = {"_measurement": name, "room": day.room, "venue": day.venue}
    if name == MARKS:
        where, params = f'{where} AND "kind" = $kind', params | {"kind": day.kind}
        tags |= {"kind": day.kind}
    statement = (
        f"DELETE FROM {identifier(name)} WHERE {where} AND time >= {from_ns} AND time < {to_ns}"  # noqa: S608 - values are bound
    )
    predicate = " AND ".join(f'{tag}="{_quoted(value)}"' for tag, value in tags.items())
    begun = datetime.fromtimestamp(day.day * 86_400, UTC)
    stop = begun + timedelta(days=1) - timedelta(microseconds=1)  # which 2.x deletes as well
    span = {"start": f"{begun:%Y-%m-%dT%H:%M:%S}Z", "stop": f"{stop:%Y-%m-%dT%H:%M:%S.%f}999Z"}
    return Query(statement, params), json.dumps(span | {"predicate": predicate}).encode()


def count_query(kind: Measurement, venue: VenueSlug, room: RoomSlug | None) -> Query:
    """Answers one row with ``n``, or none where there is nothing to count."""
    field = identifier(ALWAYS[kind])
    where, params = of_room(venue, room)
    return Query(
        f'SELECT count({field}) AS "n" FROM {identifier(kind)} WHERE {where}',  # noqa: S608 - values are bound
        params,
    )


def series_query(
    measurement: Measurement,
    fields: Sequence[SeriesField],
    venue: VenueSlug,
    room: RoomSlug,
    spans: Spans,
    stretch: Stretch | None = None,
    *,
    counted: bool = False,
) -> Query:
    """Mean, lowest and highest of each field in each span, for each device apart; of a ``stretch`` of
    the range alone, and with how many they were where they are to be ``counted``.
    """
    measured = ", ".join(
        f"mean({identifier(field)}) AS {identifier(f'{field}_mean')}, "
        f"min({identifier(field)}) AS {identifier(f'{field}_min')}, "
        f"max({identifier(field)}) AS {identifier(f'{field}_max')}"
        + (f", count({identifier(field)}) AS {identifier(f'{field}_n')}" if counted else "")
        for field in fields
    )
    where, params = of_room(venue, room)
    from_ns, to_ns = (
        (spans.from_ns, spans.to_ns) if stretch is None else (stretch.from_ns, stretch.to_ns)
    )
    by_device = "" if measurement == "room" else ', "device"'
    return Query(
        f"SELECT {measured} FROM {identifier(measurement)} WHERE {where}"  # noqa: S608 - values are bound
        f" AND time >= {from_ns} AND time < {to_ns}"
        f" GROUP BY {span_of(spans)}{by_device} fill(none)",
        params,
    )


def span_of(spans: Spans) -> str:
    """What groups by spans. InfluxDB counts them from 1970; the offset lets one begin where the first
    does.
    """
    return f"time({spans.span_ns}ns, {spans.start_ns % spans.span_ns}ns)"


def parts(
    rows: Iterable[dict[str, Any]], fields: Sequence[SeriesField], spans: Spans
) -> Iterator[Part]:
    """What the answer to a ``series_query`` says of each field, device and span, or that to a query
    for sums of what is down-sampled.

    Raises:
        NoAnswer: it is not in nanoseconds, as it was asked for.

    """
    for row in rows:
        at_ns = row.get("time")
        if not isinstance(at_ns, int):
            raise NoAnswer(f"not an answer in nanoseconds: {at_ns!r}")
        index = spans.index(at_ns)
        for field in fields:
            count, total = row.get(f"{field}_n") or 1, row.get(f"{field}_sum")
            mean = row.get(f"{field}_mean") if total is None else total / count
            if mean is not None:
                low, high = row[f"{field}_min"], row[f"{field}_max"]
                device = row.get("device") or ""
                yield Part(index, field, device, count, float(mean), float(low), float(high))


def rows(body: bytes) -> Iterator[dict[str, Any]]:
    """Each row of a JSON answer as column and tag names with their values.

    The answer may come in chunks, a document a line.

    Raises:
        QueryFailed: it holds an error.
        NoAnswer: it was cut short by the server, or is no answer at all.

    """
    cut_short = False
    for line in body.splitlines():
        if not line.strip():
            continue
        cut_short = False
        for result in _results(line):
            cut_short = cut_short or result.partial
            for series in result.series:
                cut_short = cut_short or series.partial
                for values in series.values:
                    yield {**series.tags, **dict(zip(series.columns, values, strict=False))}
    if cut_short:
        raise NoAnswer("the answer was cut short: set max-row-limit = 0 in influxdb.conf")


class _Series(msgspec.Struct):
    columns: list[str]
    values: list[list[Any]] = []
    tags: dict[str, str] = {}
    partial: bool = False


class _Result(msgspec.Struct):
    series: list[_Series] = []
    error: str | None = None
    partial: bool = False


class _Document(msgspec.Struct):
    results: list[_Result] = []
    error: str | None = None
    message: str | None = None  # where 2.x says its errors


_decode = msgspec.json.Decoder(_Document).decode


def _results(line: bytes) -> list[_Result]:
    try:
        document = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise NoAnswer(f"not an answer of InfluxDB: {line[:200]!r}") from problem
    for error in (
        document.error,
        document.message,
        *(result.error for result in document.results),
    ):
        if error:
            raise QueryFailed(error)
    return document.results


def of_room(venue: VenueSlug, room: RoomSlug | None) -> tuple[str, dict[str, str]]:
    """A condition on the tags, and its parameters."""
    if room is None:
        return '"venue" = $venue', {"venue": venue}
    return '"venue" = $venue AND "room" = $room', {"venue": venue, "room": room}


def _quoted(text: str) -> str:
    """For the predicate of a delete on 2.x."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
