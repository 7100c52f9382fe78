"""What a meeting's report says of its protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.reports.builder import ReportBuilder
from gateway.reports.protocol import kept_protocol
from tests.gateway.domain.report.evening import FRESH, MEETING, THERE, at
from tests.gateway.reported import Evening, evening


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Evening]:
    opened = evening(tmp_path)
    yield opened
    opened.store.close()
    opened.database.close()


def test_a_report_that_is_not_on_record_yet_tells_what_it_measured(hall: Evening) -> None:
    hall.arrive((*FRESH, *THERE))
    now = at(240)
    report = ReportBuilder(hall.database, hall.store).report(MEETING.id, now)
    with hall.database.read() as conn:
        told = kept_protocol(conn, MEETING, now, report)
        on_record = kept_protocol(conn, MEETING, now)
    assert (told.verdict, told.verdict_of("declared")) == ("kept", None)
    assert on_record.verdict == "cannot_say"
    hall.look(240)
    with hall.database.read() as conn:
        assert kept_protocol(conn, MEETING, now).verdict == "kept"
