from datetime import UTC, datetime

import msgspec

from gateway.domain.report.flag_history import FlagAction, FlagHistory

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEPT = (
    b'{"flag":"f","rule":"co2","since":"2026-11-24T09:00:00Z","until":"2026-11-24T09:00:00Z",'
    b'"peak":1412.0,"limit":1200.0,'
    b'"deeds":[{"at":"2026-11-24T09:00:00Z","kind":"told","who":"organiser"}]}'
)


def test_it_is_kept_in_a_report_as_the_first_ones_were() -> None:
    history = FlagHistory(
        "f", "co2", AT, AT, 1412.0, 1200.0, (FlagAction(AT, "told", "organiser"),)
    )
    assert msgspec.json.encode(history) == KEPT
    assert msgspec.json.decode(KEPT, type=FlagHistory) == history
