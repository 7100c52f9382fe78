"""A database from when policies had a name in Dutch and one in English is brought up to date."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from gateway.domain.policy import DEFAULT, Policy
from gateway.domain.presets import PRESETS
from gateway.registry.agenda.reports import find_record
from gateway.registry.database import Database, open_database
from gateway.registry.policies import all_policies, put_policy, put_presets
from gateway.registry.rooms import find_room
from gateway.registry.schema import MIGRATIONS
from gateway.reports.builder import decode_summary, encode_summary
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.gateway.domain.report.evening import every_minute, material, report

LIMITS = {
    "co2_limit_ppm": 900.0, "above_outdoor": False, "min_flow_area_lps_m2": 0.0,
    "one_suffices": False, "counts_cleaned_air": False, "co2_pending_s": 300.0,
    "ventilation_pending_s": 600.0, "occupancy_pending_s": 60.0, "no_data_s": 300.0,
    "clear_s": 60.0, "source": "", "dated": "",
}  # fmt: skip
TARGET = ("nl-target-1200", "advice", "Streefwaarde 1.200 ppm", "Target value 1,200 ppm", "", "")
CHOIR = ("choir", "own", "Koor", "Choir", "Zingen telt dubbel", "Singing counts twice")
YARD = ("yard", "own", "Loods", "Loods", "", "A cold one")
NAMED = ("slug", "kind", "name_nl", "name_en", "note_nl", "note_en")

OF_CHOIR = Policy(
    "choir",
    "Koor",
    co2_limit_ppm=900.0,
    note="Zingen telt dubbel",
    names={"nl": "Koor", "en": "Choir"},
    notes={"nl": "Zingen telt dubbel", "en": "Singing counts twice"},
)
OF_YARD = Policy("yard", "Loods", co2_limit_ppm=900.0, note="A cold one")


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, with policies, a room that has one and a report."""
    url = "sqlite:///luchtig.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database_url()
    opened = open_database(url, tmp_path)
    config = Config()
    config.set_main_option("script_location", str(files(MIGRATIONS)))
    with opened.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0004")
    with opened.write() as conn:
        for row in (TARGET, CHOIR, YARD):
            values = LIMITS | dict(zip(NAMED, row, strict=True))
            keys = ", ".join(values)
            given = ", ".join(f":{key}" for key in values)
            conn.execute(text(f"INSERT INTO policies ({keys}) VALUES ({given})"), values)
        conn.execute(
            text(
                "INSERT INTO venues (slug, name, timezone, language, reset_at, trust_hints,"
                " healthy_policy) VALUES ('de-kade', 'De Kade', 'UTC', 'nl', '04:00', false, 'yard')"
            )
        )
        conn.execute(
            text(
                "INSERT INTO rooms (venue, slug, name, policy)"
                " VALUES ('de-kade', 'serre', 'Serre', 'choir')"
            )
        )
        for meeting, row in (("m1", CHOIR), ("m2", TARGET)):
            conn.execute(
                text(
                    "INSERT INTO meeting_records VALUES (:meeting, 'de-kade', 'serre', 0, 1, 2, 1,"
                    " 'abc', 'basis', NULL, NULL, :summary, '[]', NULL)"
                ),
                {"meeting": meeting, "summary": old_summary(row)},
            )
    yield opened
    opened.close()


def old_summary(row: tuple[str, ...]) -> str:
    """What the version before kept of a report."""
    kept = json.loads(encode_summary(report(material(every_minute({(-10.0, 100.0): 800.0})))))
    for key in ("slug", "kind", "name", "names", "note", "notes"):
        del kept["policy"][key]
    kept["policy"] |= dict(zip(NAMED, row, strict=True))
    return json.dumps(kept)


def test_policies_that_people_made_keep_their_names_and_notes(old: Database) -> None:
    old.migrate()
    with old.read() as conn:
        found = {policy.slug: policy for policy in all_policies(conn)}
    assert found["choir"] == OF_CHOIR
    assert found["yard"] == OF_YARD


def test_published_ones_are_named_by_the_catalogues(old: Database) -> None:
    old.migrate()
    with old.write() as conn:
        named = {policy.slug: policy.name for policy in all_policies(conn)}
        put_presets(conn)
        found = [policy for policy in all_policies(conn) if policy.kind != "own"]
    assert named[DEFAULT.slug] == ""
    assert sorted(found, key=lambda p: p.slug) == sorted(PRESETS, key=lambda p: p.slug)


def test_what_was_held_to_them_still_is(old: Database) -> None:
    old.migrate()
    with old.read() as conn:
        room = find_room(conn, VenueSlug("de-kade"), RoomSlug("serre"))
    assert room is not None
    assert room.policy == "choir"


def test_a_report_from_before_names_what_its_meeting_was_held_to(old: Database) -> None:
    old.migrate()
    with old.read() as conn:
        kept = [find_record(conn, meeting) for meeting in ("m1", "m2")]
    policies = [decode_summary(record.summary).policy for record in kept if record is not None]
    assert [(p.slug, p.name, p.names) for p in policies] == [
        ("choir", "Koor", {"nl": "Koor", "en": "Choir"}),
        ("nl-target-1200", "", {}),
    ]


def test_a_policy_comes_back_as_it_was_put(old: Database) -> None:
    old.migrate()
    theirs = Policy("attic", "Zolder", names={"de": "Dachboden"}, notes={"fr": "Au froid"})
    with old.write() as conn:
        put_policy(conn, theirs)
        assert theirs in all_policies(conn)
