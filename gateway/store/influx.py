"""Readings in InfluxDB 1.x, 2.x or 3: written as line protocol, read with InfluxQL.

What the server is, is asked before the first request and again after every failure, so that it may
be replaced by another version while we run.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gateway.config import StoreSettings
from gateway.store import influx_rows as rows_query
from gateway.store import influxql
from gateway.store.downsampling import days_of
from gateway.store.forgetting.influx_days import InfluxDays
from gateway.store.influx_address import parse_address
from gateway.store.influx_answer import (
    Answer,
    WriteVerdict,
    clues,
    judge_write,
    names_organization,
    raise_for,
    words,
)
from gateway.store.influx_client import V2_DELETE, V2_WRITE, InfluxClient
from gateway.store.influx_dialect import Dialect, find_dialect, write_query
from gateway.store.influx_downsampled import Downsampled
from gateway.store.interface import (
    Measurement,
    Placed,
    Rejected,
    RoomDay,
    RoomSample,
    Series,
    SeriesField,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from gateway.store.line_protocol import to_body, to_line
from gateway.store.refused_lines import Line, halves, sort_out
from gateway.store.row import unfit
from gateway.store.spans import Part, by_source, check_range, cut, fold
from sensors.wire.refusal import Reason, Refused
from sensors.wire.topic import RoomSlug, VenueSlug

_log = logging.getLogger(__name__)

# Of what the server says of a query: what trying again cannot help.
_LASTING = re.compile("authorized|not found|parsing query", re.IGNORECASE)


# How 2.x tells a token that may only write what it may not see.
_UNREADABLE = re.compile("database not found|retention policy not set", re.IGNORECASE)


class InfluxStore:
    """The ``Store`` in the InfluxDB that ``settings`` name; nothing is sent before the first call."""

    def __init__(self, settings: StoreSettings, directory: Path) -> None:
        self._address = parse_address(settings, directory)
        self._client = InfluxClient(self._address)
        # Two threads may both ask the server; the answers are alike and either may stay.
        self._dialect: Dialect | None = None
        self._downsampled = Downsampled(self._rows, self._send)
        self._writing = threading.Lock()  # what is down-sampled is of a moment between two writes
        self.days = InfluxDays(
            self._rows, self._send, self._delete_span, self._downsampled, self._writing
        )

    def write(self, rows: Sequence[Placed | RoomSample]) -> tuple[Rejected, ...]:
        rejected: list[Rejected] = []
        lines: list[Line] = []
        for row in rows:
            refusal = unfit(row)
            if refusal is None:
                lines.append((row, to_line(row)))
            else:
                rejected.append(refusal)
        if lines:
            try:
                with self._writing:
                    rejected += self._store(lines)
                    self._downsampled.mark_undone(days_of(row for row, _ in lines))
            except StoreError:
                self._dialect = None
                raise
        return tuple(rejected)

    def series(
        self,
        venue: VenueSlug,
        room: RoomSlug,
        fields: Sequence[SeriesField],
        from_ns: int,
        to_ns: int,
        points: int,
    ) -> Series:
        sources = by_source(fields)
        spans = cut(from_ns, to_ns, points)
        parts: list[Part] = []
        if spans.count:  # a span of no length is no query
            for source, asked in sources:
                try:
                    parts += self._downsampled.parts_of(source, asked, venue, room, spans)
                except influxql.QueryFailed as error:
                    raise self._query_error(error) from error
        return fold(spans, fields, parts)

    def rows(
        self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None, from_ns: int, to_ns: int
    ) -> Iterator[Placed | RoomSample]:
        check_range(from_ns, to_ns)
        return rows_query.rows(self._rows, kind, (venue, room), (from_ns, to_ns))

    def count(self, kind: Measurement, venue: VenueSlug, room: RoomSlug | None = None) -> int:
        rows = self._rows(influxql.count_query(kind, venue, room))
        return sum(int(row.get("n") or 0) for row in rows)

    def undone(self, venue: VenueSlug, before_ns: int) -> Sequence[RoomDay]:
        return tuple(self._downsampled.undone(venue, before_ns))

    def downsample(self, day: RoomDay) -> None:
        with self._writing:
            self._downsampled.downsample(day)

    def remove(self, venue: VenueSlug) -> bool:
        answer = self._delete(influxql.drop_venue(venue), influxql.delete_body(venue))
        try:
            return answer is not None and answer.is_ok and not list(influxql.rows(answer.body))
        except influxql.QueryFailed as error:
            return "database not found" in str(error)

    def check(self) -> str:
        self._dialect = None
        dialect = self._find_dialect()
        if dialect.may_write.status in (401, 403):
            raise_for(dialect.may_write, self._address.shown)
        if dialect.may_write.status == 404 and not dialect.makes_databases:
            self._refuse_missing(dialect.may_write)
        self._rows(influxql.PROBE)
        return (
            f"InfluxDB {dialect.version} at {self._address.shown}, database "
            f"{self._address.bucket}, written over {dialect.write_path}"
        )

    def close(self) -> None:
        self._client.close()

    def _store(self, lines: Sequence[Line]) -> list[Rejected]:
        """Write lines, and of a batch that is refused find those at fault; in the lines' order."""
        rejected: dict[int, Rejected] = {}
        waiting = [lines]
        writes = 0
        mended = self._make_missing()
        while waiting:
            batch = waiting.pop()
            answer = self._post(line for _, line in batch)
            writes += 1
            verdict = judge_write(answer, self._address.shown)
            if verdict is WriteVerdict.STORED:
                continue
            if verdict in (WriteVerdict.NO_DATABASE, WriteVerdict.NO_ROUTE):
                self._mend(verdict, answer, again=mended)
                mended = True
                waiting.append(batch)
                continue
            found = (
                halves(batch)
                if verdict is WriteVerdict.TOO_LARGE
                else sort_out(batch, clues(answer), writes)
            )
            refused = Refused(Reason.STORE_REJECTED, words(answer))
            rejected |= {id(row): Rejected(row, refused) for row, _ in found.refused}
            waiting += reversed(found.again)
        return [rejected[id(row)] for row, _ in lines if id(row) in rejected]

    def _make_missing(self) -> bool:
        """Make the database where the write of nothing missed it; whether that was needed.

        A server that misses it hangs up on a large write before it has read all, and a proxy in
        between then tells of a bad gateway instead.
        """
        dialect = self._find_dialect()
        if dialect.may_write.status != 404 or dialect.major == 3:
            return False
        self._mend(WriteVerdict.NO_DATABASE, dialect.may_write, again=False)
        self._dialect = None
        return True

    def _send(self, lines: Sequence[str]) -> bool:
        """Write lines of ours that are no readings; whether they were taken."""
        answer = self._post(lines)
        return judge_write(answer, self._address.shown) is WriteVerdict.STORED

    def _post(self, lines: Iterable[str]) -> Answer:
        path = self._find_dialect().write_path
        body = to_body(lines)
        return self._client.request("POST", path, write_query(path, self._address), body)

    def _mend(self, verdict: WriteVerdict, answer: Answer, *, again: bool) -> None:
        """Make the database, or find out what server is there now; once in a write."""
        if again:
            self._refuse_missing(answer)
        if verdict is WriteVerdict.NO_ROUTE:
            self._dialect = None
            return
        if self._find_dialect().major not in (1, None):
            self._refuse_missing(answer)
        query = influxql.create_database(self._address.database)
        made = self._client.request("POST", "/query", {"q": query.text})
        raise_for(made, self._address.shown)
        try:
            list(influxql.rows(made.body))
        except influxql.QueryFailed as error:
            raise StoreMisconfigured(
                f"InfluxDB at {self._address.shown} will not make the database "
                f"{self._address.database!r} ({error}): make it there, with {query.text}"
            ) from error
        _log.info("made the database %s at %s", self._address.database, self._address.shown)

    def _refuse_missing(self, answer: Answer) -> None:
        if names_organization(answer):
            raise StoreMisconfigured(
                f"InfluxDB at {self._address.shown}: {words(answer)}: check store.org, which is the "
                "organization's name there"
            )
        raise StoreMisconfigured(
            f"InfluxDB at {self._address.shown}: {words(answer)}: make the bucket or database "
            f"{self._address.bucket!r} there, or check store.url"
        )

    def _delete(self, statement: influxql.Query, body: bytes) -> Answer | None:
        """What the server says of a deletion; None where it knows none, as 3 does."""
        major = self._find_dialect().major
        if major == 3:
            return None
        if major == 2:
            query = write_query(V2_WRITE, self._address)
            return self._client.request("POST", V2_DELETE, query, body)
        query = {"db": self._address.database, "q": statement.inlined()}
        return self._client.request("POST", "/query", query)

    def _delete_span(self, span: tuple[influxql.Query, bytes]) -> None:
        answer = self._delete(*span)
        if answer is None:
            raise StoreMisconfigured(
                f"InfluxDB at {self._address.shown} deletes nothing for us: take store.readings_days and "
                "store.history_days out, and give the database itself a retention period"
            )
        raise_for(answer, self._address.shown)
        try:
            list(influxql.rows(answer.body))
        except influxql.QueryFailed as error:
            raise self._query_error(error) from error

    def _rows(self, query: influxql.Query) -> list[dict[str, Any]]:
        try:
            return self._ask(query)
        except StoreError:
            self._dialect = None
            raise

    def _ask(self, query: influxql.Query) -> list[dict[str, Any]]:
        dialect = self._find_dialect()
        asked = {"db": self._address.database, "epoch": "ns"}
        if self._address.retention is not None:
            asked["rp"] = self._address.retention
        if dialect.binds_parameters:
            asked |= {"q": query.text, "params": query.bound()}
        else:
            asked["q"] = query.inlined()
        answer = self._client.request("GET", "/query", asked)
        try:
            if answer.is_ok:
                return list(influxql.rows(answer.body))
            failed = influxql.QueryFailed(words(answer))
        except influxql.QueryFailed as error:
            failed = error
        if "database not found" in str(failed) and dialect.makes_databases:
            return []
        raise_for(answer, self._address.shown)
        raise self._query_error(failed)

    def _query_error(self, failed: influxql.QueryFailed) -> StoreError:
        shown = f"InfluxDB at {self._address.shown} does not answer a query: {failed}"
        if _UNREADABLE.search(str(failed)):
            return StoreMisconfigured(
                f"{shown}: either {self._address.bucket!r} is not there, or our login may write and not "
                "read it: make it, or give the token reading, too"
            )
        lasting = isinstance(failed, influxql.NoAnswer) or _LASTING.search(str(failed))
        return StoreMisconfigured(shown) if lasting else StoreUnavailable(shown)

    def _find_dialect(self) -> Dialect:
        dialect = self._dialect
        if dialect is None:
            dialect = self._dialect = find_dialect(self._client, self._address)
            _log.info(
                "InfluxDB %s at %s is written over %s",
                dialect.version,
                self._address.shown,
                dialect.write_path,
            )
        return dialect
