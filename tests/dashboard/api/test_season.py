"""A season through the API: signed, and in versions that say what changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gateway.domain.meeting import Meeting
from gateway.domain.protocol.protocol import Item, Protocol
from gateway.domain.protocol.verdict import Declaration
from gateway.domain.report.outcome import Outcome
from gateway.domain.report.report import Report
from gateway.domain.room import Room
from gateway.proof.signature import check
from gateway.proof.signing_key import read_public_keys
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.agenda.reports import Revision
from gateway.registry.protocols.kept import put_protocol
from gateway.registry.protocols.of_meetings import declare, keep_begun
from gateway.registry.rooms import put_room
from sensors.clock import SYSTEM
from tests.dashboard.season.kept import keep
from tests.dashboard.setup import VENUE, Site
from tests.gateway.domain.season.histories import FIRST, a_report

SEASON = "/api/v1/season?venue=de-kade&from=2026-09-01&to=2026-12-01"
BROKEN = Outcome("not_kept", limit=1200.0, minutes_over=25.0, worst=1600.0, known_share=1.0)


def told(site: Site, path: str = SEASON) -> dict[str, Any]:
    answer = site.call("GET", path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    return found


def meeting(day: int, **more: Any) -> Report:
    return a_report(start=FIRST + timedelta(days=day, hours=18), **more)


def test_it_is_signed_with_the_key_that_stands_at_the_well_known_address(site: Site) -> None:
    keep(site.database, meeting(3), meeting(40, co2=BROKEN))
    answer = site.call("GET", SEASON)
    found = check(answer.data)
    key = site.visitor().get("/.well-known/luchtig-key")
    assert (found.state, found.name) == ("genuine", "De Kade")
    assert read_public_keys(key.data) == (found.key,)
    document = msgspec.json.decode(answer.data)
    assert (document["meetings"], document["kept"], document["not_kept"]) == (2, 1, 1)
    assert [month["month"] for month in document["months"]] == ["2026-09", "2026-10"]
    assert document["by_rule"]["co2"]["not_kept"] == 1
    assert document["worst"][0]["minutes_over"] == 25.0


def test_late_data_makes_a_new_version_that_says_what_changed(site: Site) -> None:
    keep(site.database, meeting(3), meeting(40))
    first, again = told(site), told(site)
    assert (first["version"], again["version"], again["changed"]) == (1, 1, [])
    late = Revision(2, SYSTEM.now() + timedelta(hours=1), "late_readings", "", ())
    keep(site.database, meeting(40, co2=BROKEN), revisions=(late,))
    changed = told(site)
    assert changed["version"] == 2
    (said,) = changed["changed"]
    assert said["revised"] == {"late_readings": 1}
    figures = {one["what"]: (one["before"], one["after"]) for one in said["figures"]}
    assert figures["kept"] == (2, 1)
    assert figures["months/2026-10/kept"] == (1, 0)
    assert "months/2026-09/kept" not in figures
    assert told(site)["version"] == 2


def test_a_season_of_other_days_has_versions_of_its_own(site: Site) -> None:
    keep(site.database, meeting(3))
    told(site)
    keep(site.database, meeting(4))
    told(site)
    assert told(site, "/api/v1/season?venue=de-kade&from=2026-09-01&to=2026-10-01")["version"] == 1


def test_without_days_it_is_three_months_up_to_the_end_of_this_one(site: Site) -> None:
    found = told(site, "/api/v1/season?venue=de-kade")
    today = datetime.now(UTC).date()
    begin, end = (datetime.fromisoformat(found[name]).date() for name in ("from", "to"))
    assert begin.day == end.day == 1
    assert begin < today - timedelta(days=50)
    assert today < end + timedelta(days=2)
    assert (found["meetings"], found["completeness"]) == (0, None)


def test_a_span_that_is_none_is_refused(site: Site) -> None:
    for days in (
        "from=2026-12-01&to=2026-09-01",
        "from=1999-01-01&to=2030-01-01",
        "from=x",
        "to=0001-01-01",
    ):
        assert site.call("GET", f"/api/v1/season?venue=de-kade&{days}").status_code == 400
    assert site.call("GET", "/api/v1/season?venue=elders").status_code == 404
    assert site.call("GET", "/api/v1/season").status_code == 400


def test_of_a_meeting_only_figures_are_told(site: Site) -> None:
    keep(site.database, replace_title(meeting(3)))
    text = site.call("GET", SEASON).text
    assert "Jubileum" not in text
    assert "m-1" not in text


def replace_title(report: Report) -> Report:
    return msgspec.structs.replace(report, title="Jubileum van Els", private=True)


def test_a_meeting_is_judged_by_the_protocol_that_it_began_under(site: Site) -> None:
    report = meeting(3)
    held = Meeting(
        report.meeting, VENUE, report.room, "Overleg", report.planned_start, report.planned_end,
        protocol="eigen",
    )  # fmt: skip
    rules = (
        Item("co2", "measured", rule="co2"),
        Item("ramen", "declared", text="Ramen open"),
        Item("zeep", "declared", required=False),
    )
    with site.database.write() as conn:
        put_room(conn, Room(VENUE, report.room, "Zaal"))
        put_protocol(conn, Protocol("eigen", rules), FIRST)
        put_meeting(conn, held)
        keep_begun(conn, FIRST, report.planned_end)
        declare(conn, held, Declaration("ramen", False, "anna", report.planned_start, "storm"))
    keep(site.database, report)
    found = told(site)
    assert (found["kept"], found["not_kept"], found["by_rule"]["co2"]["kept"]) == (0, 1, 1)
    assert found["declared"]["ramen"] == {"kept": 0, "not_kept": 1, "cannot_say": 0}
    assert found["declared"]["zeep"] == {"kept": 0, "not_kept": 0, "cannot_say": 1}
    assert found["items"]["ramen"]["text"] == "Ramen open"
    assert "anna" not in str(found)
    assert "storm" not in str(found)
