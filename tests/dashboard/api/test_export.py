"""``GET /api/v1/export.csv``: which readings it gives, and to whom."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from gateway.config import StoreSettings
from gateway.domain.meeting import Meeting
from gateway.domain.protocol.templates import BY_SLUG
from gateway.domain.protocol.verdict import Declaration
from gateway.registry.agenda.meetings import delete_meeting, find_meeting, put_meeting
from gateway.registry.agenda.reports import Record, put_record
from gateway.registry.protocols.of_meetings import declare, keep_begun
from gateway.reports.builder import ReportBuilder, encode_summary
from gateway.store.interface import Placed
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.wire.instant import from_ns
from sensors.wire.reading import AirReading
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.conftest import SiteMaker
from tests.dashboard.setup import VENUE, Site
from tests.gateway.store.rows import SECOND_NS, T0_NS, air

FROM, TO = "2026-11-24T07:00:00Z", "2026-11-24T08:00:00Z"


@pytest.fixture
def stored(site: Site) -> Site:
    store = open_store(StoreSettings(), site.directory)
    store.write(
        [
            air(0, room=RoomSlug("serre")),
            air(60, room=RoomSlug("grote-zaal")),
            air(7200, room=RoomSlug("serre")),
        ]
    )
    store.close()
    with site.database.write() as conn:
        put_meeting(
            conn,
            Meeting(
                "m-1",
                VENUE,
                RoomSlug("serre"),
                '=HYPERLINK("x")',
                from_ns(T0_NS),
                from_ns(T0_NS + 600 * SECOND_NS),
            ),
        )
    return site


def export(site: Site, **query: str) -> TestResponse:
    return site.call("GET", "/api/v1/export.csv", query_string=query)


def rooms(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [line.split(",")[2] for line in answer.text.splitlines()[1:]]


def test_a_venue_a_room_and_a_meeting(stored: Site) -> None:
    span = {"venue": VENUE, "from": FROM, "to": TO}
    assert rooms(export(stored, **span)) == ["grote-zaal", "serre"]
    assert rooms(export(stored, **span, room="serre")) == ["serre"]
    assert rooms(export(stored, meeting="m-1")) == ["serre"]


def test_it_is_a_file_with_a_name(stored: Site) -> None:
    answer = export(stored, venue=VENUE, room="serre", **{"from": FROM, "to": TO})
    assert answer.content_type == "text/csv; charset=utf-8"
    disposition = 'attachment; filename="de-kade-serre-2026-11-24.csv"'
    assert answer.headers["Content-Disposition"] == disposition


def test_the_last_day_is_given_where_no_time_is_asked(site: Site) -> None:
    now_ns = SYSTEM.now_ns()
    store = open_store(StoreSettings(), site.directory)
    for hours in (1, 25):
        at_ns = now_ns - hours * 3600 * SECOND_NS
        reading = AirReading(VENUE, DeviceSlug("co2-1"), at_ns, at_ns, True, float(hours))
        store.write([Placed(RoomSlug("serre"), reading)])
    store.close()
    (row,) = export(site, venue=VENUE).text.splitlines()[1:]
    assert row.split(",")[5] == "1"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({}, 400, "venue: expected a venue, or a meeting"),
        ({"venue": "De Kade"}, 400, "venue"),
        ({"venue": "elders"}, 404, "no venue 'elders'"),
        ({"venue": VENUE, "room": "zolder"}, 404, "no room de-kade/zolder"),
        ({"venue": VENUE, "from": TO, "to": FROM}, 400, "from: expected a time before to"),
        ({"venue": VENUE, "from": "gisteren"}, 400, "from"),
        ({"meeting": "m-9"}, 404, "no meeting 'm-9'"),
        ({"meeting": "m-1", "venue": VENUE}, 400, "venue: expected none beside meeting"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    stored: Site, query: dict[str, str], status: int, words: str
) -> None:
    answer = export(stored, **query)
    assert answer.status_code == status
    assert words in answer.text


def test_protocols_are_a_line_an_item_with_measured_and_declared_apart(stored: Site) -> None:
    with stored.database.write() as conn:
        found = find_meeting(conn, "m-1")
        assert found is not None
        put_meeting(conn, replace(found, protocol="school"))
        said = Declaration("aired-before", False, "o@example.org", found.end, "=storm")
        declare(conn, found, said)
    answer = export(stored, venue=VENUE, what="protocols", **{"from": FROM, "to": TO})
    assert answer.status_code == 200, answer.text
    rows = {row["item"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert len(rows) == len(BY_SLUG["school"].items)
    aired, air = rows["aired-before"], rows["co2"]
    assert (aired["kind"], aired["said"], aired["late"], aired["by"], aired["note"]) == (
        "declared", "false", "true", "o@example.org", "'=storm",
    )  # fmt: skip
    assert (air["kind"], air["rule"], air["said"], air["by"]) == ("measured", "co2", "", "")
    assert (air["verdict"], air["measured"], air["declared"]) == (
        "not_kept", "cannot_say", "not_kept",
    )  # fmt: skip
    assert aired["title"].startswith("'=")
    only = export(stored, meeting="m-1", what="protocols")
    assert only.text == answer.text
    assert "protocols.csv" in only.headers["Content-Disposition"]
    assert export(stored, meeting="m-1", what="others").status_code == 400


def test_a_store_that_is_away_is_a_problem_and_not_an_empty_file(make_site: SiteMaker) -> None:
    away = make_site(store_url="influxdb://127.0.0.1:9/none")
    answer = export(away, venue=VENUE)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_nobody_gets_readings_without_logging_in(site: Site) -> None:
    assert site.visitor().get(f"/api/v1/export.csv?venue={VENUE}").status_code == 401


def said_of(site: Site) -> None:
    """A yes of somebody, of m-1 that is held under what schools are."""
    with site.database.write() as conn:
        found = find_meeting(conn, "m-1")
        assert found is not None
        put_meeting(conn, replace(found, protocol="school"))
        said = Declaration("aired-before", True, "o@example.org", found.start, "vroeg")
        declare(conn, replace(found, protocol="school"), said)


def lines(answer: TestResponse) -> dict[str, dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return {row["item"]: row for row in csv.DictReader(io.StringIO(answer.text))}


def test_what_was_said_of_a_meeting_that_left_the_calendar_is_told(stored: Site) -> None:
    said_of(stored)
    span = {"venue": VENUE, "from": FROM, "to": TO, "what": "protocols"}
    before = lines(export(stored, **span))
    with stored.database.write() as conn:
        delete_meeting(conn, "m-1")
    after = lines(export(stored, **span))
    assert before.keys() == after.keys() == {item.id for item in BY_SLUG["school"].items}
    assert after == {item: row | {"title": ""} for item, row in before.items()}
    assert after["aired-before"]["by"] == "o@example.org"
    assert lines(export(stored, **span, room="serre")) == after
    assert lines(export(stored, **span, room="grote-zaal")) == {}
    assert lines(export(stored, meeting="m-1", what="protocols")) == after
    assert export(stored, meeting="m-1").status_code == 404
    later = {"from": TO, "to": "2026-11-24T09:00:00Z"}
    assert lines(export(stored, **span | later)) == {}


def test_one_on_record_is_told_as_its_report_told_it(stored: Site) -> None:
    said_of(stored)
    now = from_ns(T0_NS) + timedelta(days=1)
    store = open_store(StoreSettings(), stored.directory)
    report = ReportBuilder(stored.database, store).report("m-1", now)
    store.close()
    with stored.database.write() as conn:
        keep_begun(conn, now - timedelta(days=2), now)
        put_record(
            conn,
            Record(
                "m-1", VENUE, report.room, report.basis.people_from_ns, report.basis.to_ns, now, 1,
                report.basis.sha256, "", None, None, encode_summary(report),
            ),
        )  # fmt: skip
    protocol = stored.call("GET", "/api/v1/meetings/m-1/protocol").json
    span = {"venue": VENUE, "from": FROM, "to": TO, "what": "protocols"}
    before = export(stored, **span).text
    with stored.database.write() as conn:
        delete_meeting(conn, "m-1")
    assert export(stored, **span).text == before
    assert stored.call("GET", "/api/v1/meetings/m-1/protocol").json == protocol
    again = stored.call(
        "POST", "/api/v1/meetings/m-1/protocol/aired-before", {"declared": False, "note": "nee"}
    )
    assert again.status_code == 404
