import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sensors.config import ConfigError
from sensors.venue.file import KEPT_FOR_TRIALS, moment, parse_venues
from sensors.venue.tables import RULES

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WHOLE: dict[str, Any] = {
    "venue": [
        {
            "slug": "de-kade",
            "name": "De Kade",
            "room": [
                {"slug": "grote-zaal", "name": "Grote zaal", "volume_m3": 210, "seats": 20},
                {"slug": "serre", "name": "Serre"},
            ],
            "device": [{"slug": "co2-01", "room": "grote-zaal"}, {"slug": "co2-09"}],
            "meeting": [
                {
                    "room": "serre",
                    "title": "Ontbijtsessie",
                    "start": "07:30",
                    "end": "09:30",
                    "expected_people": 18,
                    "organiser": "organiser@example.org",
                }
            ],
        }
    ],
    "sim": {"seed": 1},
}


def problems_of(change: Callable[[dict[str, Any]], object]) -> list[str]:
    tables = copy.deepcopy(WHOLE)
    change(tables["venue"][0])
    with pytest.raises(ConfigError) as raised:
        parse_venues(tables, "v.toml", ("nl", "en"))
    return list(raised.value.mistakes)


def test_a_whole_file_is_taken_and_other_tables_are_left_to_their_reader() -> None:
    (venue,) = parse_venues(WHOLE, "v.toml")
    assert (venue.slug, venue.timezone, venue.reset_at) == ("de-kade", "Europe/Amsterdam", "04:00")
    assert [room.slug for room in venue.room] == ["grote-zaal", "serre"]
    assert venue.room[0].volume_m3 == 210.0
    assert [(device.slug, device.room) for device in venue.device] == [
        ("co2-01", "grote-zaal"),
        ("co2-09", None),
    ]
    assert venue.meeting[0].expected_people == 18


ONE_LINE = "expected one line of text, without control characters"
PROBLEMS = [
    pytest.param(
        lambda v: v.update(slug="De Kade"),
        ["v.toml: venue[0].slug = 'De Kade': expected small letters, digits and '-'"],
        id="a venue's slug",
    ),
    pytest.param(
        lambda v: v["device"][0].update(slug="luchtig-check"),
        [f"v.toml: venue[0].device[0].slug = 'luchtig-check': expected {KEPT_FOR_TRIALS}"],
        id="the name of trials",
    ),
    pytest.param(
        lambda v: v.pop("name"),
        ["v.toml: venue[0].name: is missing, expected str"],
        id="a venue without a name",
    ),
    pytest.param(
        lambda v: v.update(timezone="Europe/Amsterdm"),
        ["v.toml: venue[0].timezone = 'Europe/Amsterdm': expected a zone like Europe/Amsterdam"],
        id="a zone that is none",
    ),
    pytest.param(
        lambda v: v.update(timezone="../../etc/passwd"),
        ["v.toml: venue[0].timezone = '../../etc/passwd': expected a zone like Europe/Amsterdam"],
        id="a zone that is a path",
    ),
    pytest.param(
        lambda v: v.update(language="fr"),
        ["v.toml: venue[0].language = 'fr': expected nl or en"],
        id="a language we do not speak",
    ),
    pytest.param(
        lambda v: v.update(reset_at="24:00"),
        ["v.toml: venue[0].reset_at = '24:00': expected HH:MM"],
        id="a time of day that is none",
    ),
    pytest.param(
        lambda v: v["room"].append({"slug": "serre", "name": "Again"}),
        ["v.toml: venue[0].room[2].slug = 'serre': expected a room that is not there already"],
        id="a room twice",
    ),
    pytest.param(
        lambda v: v["device"].append({"slug": "co2-01"}),
        ["v.toml: venue[0].device[2].slug = 'co2-01': expected a device that is not there already"],
        id="a device twice",
    ),
    pytest.param(
        lambda v: v["room"][0].update(
            volume_m3=0, seats=-1, floor_area_m2=float("nan"), design_flow_lps=0
        ),
        [
            "v.toml: venue[0].room[0].volume_m3 = 0.0: expected more than 0",
            "v.toml: venue[0].room[0].floor_area_m2 = nan: expected more than 0",
            "v.toml: venue[0].room[0].seats = -1: expected more than 0",
            "v.toml: venue[0].room[0].design_flow_lps = 0.0: expected more than 0",
        ],
        id="sizes that are none",
    ),
    pytest.param(
        lambda v: v["room"][0].update(ventilation="fan", air_from="corridor"),
        [
            (
                "v.toml: venue[0].room[0].ventilation = 'fan': "
                "expected one of constant, clock, co2, natural"
            ),
            "v.toml: venue[0].room[0].air_from = 'corridor': expected one of outdoors, inside",
        ],
        id="kinds of rooms that there are not",
    ),
    pytest.param(
        lambda v: v["device"][0].update(room="zolder"),
        ["v.toml: venue[0].device[0].room = 'zolder': expected the slug of a room of this venue"],
        id="a device in a room that is not there",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(room="zolder"),
        ["v.toml: venue[0].meeting[0].room = 'zolder': expected the slug of a room of this venue"],
        id="a meeting in a room that is not there",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(start="7:30"),
        [
            (
                "v.toml: venue[0].meeting[0].start = '7:30':"
                ' expected a time with zone, or a local "HH:MM"'
            )
        ],
        id="a time of day without its nought",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(end="07:30"),
        ["v.toml: venue[0].meeting[0].end = '07:30': expected a time after start, 07:30"],
        id="a meeting that ends as it starts",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(expected_people=-1),
        ["v.toml: venue[0].meeting[0].expected_people = -1: expected 0 or more"],
        id="fewer than nobody",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(activity="dancing"),
        [
            (
                "v.toml: venue[0].meeting[0].activity = 'dancing':"
                " expected one of quiet, talking, standing, active"
            )
        ],
        id="an activity that nobody measured",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(organiser="a@b.nl\nBcc: c@d.nl"),
        [
            (
                "v.toml: venue[0].meeting[0].organiser = 'a@b.nl\\nBcc: c@d.nl':"
                " expected one e-mail address"
            )
        ],
        id="an address with a line of its own",
    ),
    pytest.param(
        lambda v: v["meeting"][0].update(host="the host", language="fr"),
        [
            "v.toml: venue[0].meeting[0].host = 'the host': expected one e-mail address",
            "v.toml: venue[0].meeting[0].language = 'fr': expected nl or en",
        ],
        id="a host without an address, in a language that nobody writes",
    ),
    pytest.param(
        lambda v: (v["meeting"][0].update(title="a\nb"), v["room"][0].update(name="\u202eleaz")),
        [
            f"v.toml: venue[0].room[0].name = '\\u202eleaz': {ONE_LINE}",
            f"v.toml: venue[0].meeting[0].title = 'a\\nb': {ONE_LINE}",
        ],
        id="a name that is turned round and a title of two lines",
    ),
    pytest.param(
        lambda v: v.update(rooms=v.pop("room")),
        [
            "v.toml: venue[0].rooms: unknown key, did you mean room?",
            (
                "v.toml: venue[0].device[0].room = 'grote-zaal':"
                " expected the slug of a room of this venue"
            ),
            "v.toml: venue[0].meeting[0].room = 'serre': expected the slug of a room of this venue",
        ],
        id="a table with another name",
    ),
    pytest.param(
        lambda v: v.update(device={"slug": "co2-01"}),
        ["v.toml: venue[0].device: expected a list of tables, [[venue.device]]"],
        id="one table where a list belongs",
    ),
    pytest.param(
        lambda v: v.update(device=["co2-01"]),
        ["v.toml: venue[0].device[0]: expected a table"],
        id="texts where tables belong",
    ),
]


@pytest.mark.parametrize(("change", "expected"), PROBLEMS)
def test_a_mistake_is_told_with_file_and_key(
    change: Callable[[dict[str, Any]], object], expected: list[str]
) -> None:
    assert problems_of(change) == expected


OLGA = {"name": "Olga", "address": "olga@example.org"}


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (
            {"contact": [OLGA | {"address": "olga"}]},
            "contact[0].address = 'olga': expected an e-mail address, or an address of notify.urls",
        ),
        (
            {"contact": [OLGA, OLGA | {"address": "a@b,c@d"}]},
            "contact[1].address = 'a@b,c@d': expected an e-mail address, or an address of notify.urls",
        ),
        (
            {"contact": [OLGA | {"role": "boss"}]},
            "contact[0].role = 'boss': expected manager or escalation",
        ),
        (
            {"contact": [OLGA | {"language": "fy"}]},
            "contact[0].language = 'fy': expected nl or en",
        ),
        (
            {"contact": [OLGA | {"rules": ["co2", "smell"]}]},
            f"contact[0].rules = 'smell': expected some of {', '.join(RULES)}",
        ),
        (
            {"quiet_from": "22:00"},
            "quiet_until = None: expected HH:MM, as the other of the two",
        ),
        (
            {"quiet_from": "22h", "quiet_until": "07:00"},
            "quiet_from = '22h': expected HH:MM",
        ),
        (
            {"quiet_from": "22:00", "quiet_until": "22:00"},
            "quiet_until = '22:00': expected another time than quiet_from",
        ),
        (
            {"escalate_after_min": 0},
            "escalate_after_min = 0: expected 1 to 1440 minutes",
        ),
    ],
)
def test_a_mistake_about_who_is_told_and_when_is_told(change: dict[str, Any], mistake: str) -> None:
    assert problems_of(lambda v: v.update(change)) == [f"v.toml: venue[0].{mistake}"]


def test_who_is_told_and_when_is_taken() -> None:
    tables = copy.deepcopy(WHOLE)
    told = {"quiet_from": "22:00", "quiet_until": "07:00", "escalate_after_min": 15}
    line = {"name": "Wim", "address": "json://example.org", "role": "escalation", "rules": ["co2"]}
    tables["venue"][0] |= told | {"contact": [OLGA, line]}
    (venue,) = parse_venues(tables, "v.toml")
    assert (venue.quiet_from, venue.quiet_until, venue.escalate_after_min) == tuple(told.values())
    olga, wim = venue.contact
    assert (olga.role, olga.language, olga.rules) == ("manager", "nl", ())
    assert (wim.address, wim.role, wim.rules) == ("json://example.org", "escalation", ("co2",))


def test_mistakes_of_all_tables_are_told_together() -> None:
    def change(venue: dict[str, Any]) -> None:
        venue["language"] = "fr"
        venue["room"][1]["seats"] = "many"
        venue["device"][0]["room"] = "zolder"

    assert problems_of(change) == [
        "v.toml: venue[0].room[1].seats: expected int | null, got str",
        "v.toml: venue[0].language = 'fr': expected nl or en",
        "v.toml: venue[0].device[0].room = 'zolder': expected the slug of a room of this venue",
    ]


def test_a_room_with_a_mistake_shifts_no_number_and_hides_no_room() -> None:
    def change(venue: dict[str, Any]) -> None:
        venue["room"][0]["seat"] = 3
        venue["room"][1]["volume_m3"] = -1

    assert problems_of(change) == [
        "v.toml: venue[0].room[0].seat: unknown key, did you mean seats?",
        "v.toml: venue[0].room[1].volume_m3 = -1.0: expected more than 0",
    ]


def test_two_venues_of_one_slug_are_told() -> None:
    tables = copy.deepcopy(WHOLE)
    tables["venue"].append({"slug": "de-kade", "name": "Again"})
    with pytest.raises(ConfigError) as raised:
        parse_venues(tables, "v.toml")
    assert raised.value.mistakes == (
        "v.toml: venue[1].slug = 'de-kade': expected a venue that is not there already",
    )


@pytest.mark.parametrize("tables", [{}, {"venue": []}, {"venue": {"slug": "de-kade"}}])
def test_a_file_without_venues_is_told(tables: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"v.toml: venue: expected at least one \[\[venue\]\]"):
        parse_venues(tables, "v.toml")


@pytest.mark.parametrize("rooms", [3, "serre", [3], [{"slug": []}], [{"slug": {}}], None])
def test_whatever_stands_for_rooms_is_told_and_raises_nothing_else(rooms: object) -> None:
    assert problems_of(lambda v: v.update(room=rooms))


def test_a_time_without_a_zone_is_told() -> None:
    (mistake,) = problems_of(lambda v: v["meeting"][0].update(start=datetime(2026, 11, 24, 7, 30)))
    assert mistake.startswith("v.toml: venue[0].meeting[0].start = ")


class TestMoment:
    def test_a_local_time_falls_on_the_local_day(self) -> None:
        late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # already the 24th in Amsterdam
        assert moment("07:30", late, AMSTERDAM) == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)

    def test_a_moment_is_itself(self) -> None:
        at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
        assert moment(at, at.replace(year=2020), AMSTERDAM) is at
