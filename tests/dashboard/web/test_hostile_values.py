"""Whatever stands in an address, a query, a form or a body, no view falls over."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from dashboard.web.permissions import NEEDS
from tests.dashboard.setup import VENUE
from tests.dashboard.web import house
from tests.dashboard.web.house import House

VALUES: Final = (
    "", "x", "a\nb", "\u202e", "é" * 300, "9" * 400, "-1", "0.5", "1e999", "nan", "2026-13-45",
    "0001-01-01", "9999-12-31T23:59:59Z", "1677-01-01T00:00:00Z", "2026-11-24T10:00",
    "de-kade/serre", "//", "../..", "%", "{}", "[]", "null", "' OR 1=1 --", "😀", "²", "٣",
    "grote-zaal", "de-kade", "\x85", "99999999999999999999", "00000001" + "9" * 30, "2147483648",
)  # fmt: skip
FIELDS: Final = (
    "venue", "room", "name", "title", "start", "end", "from", "to", "place", "reason", "until",
    "rule", "rules", "note", "day", "people", "minutes", "activity", "policy", "expected_people",
    "organiser", "host", "language", "address", "role", "quiet_from", "quiet_until", "url",
    "escalate_after_min", "every_s", "field", "text", "do", "next", "key", "token", "lang", "limit",
    "cursor", "since", "state", "email", "label", "scopes", "expires", "once", "overrule", "legal",
    "healthy", "ventilation", "air_from", "dated", "before", "again", "names", "events", "secret",
)  # fmt: skip
BODIES: Final = ("[]", '"x"', '{"a":"\\ud800"}', "[" * 5000, "{", "\xff", "")
ENDS_IT_ALL: Final = ("/account/password", "/account/sessions/end", "/logout")
SEED: Final = 4
ROUNDS: Final = 3


@pytest.fixture(scope="module")
def asked(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made, database = house.build(furnished, tmp_path_factory.mktemp("house"))
    made.app.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.close()
    database.close()


def request_for(view: str, dice: random.Random) -> tuple[str, str, dict[str, Any]]:
    """A request for a view with values of nobody's choosing; half of its address is right."""
    method, _, rule = view.partition(" ")
    known = {"venue": "de-kade", "room": "grote-zaal", "device": "co2-01"}

    def part(found: re.Match[str]) -> str:
        name = found[0].strip("<>").split(":")[-1]
        right = known.get(name) if dice.random() < 0.7 else None
        return quote(right or dice.choice(VALUES), safe="")

    path = re.sub(r"<[^>]+>", part, rule)
    more: dict[str, Any] = {}
    if dice.random() < 0.7:
        more["query_string"] = {name: dice.choice(VALUES) for name in dice.sample(FIELDS, 5)}
    fields = {name: dice.choice(VALUES) for name in FIELDS if dice.random() < 0.6}
    if method != "GET" and path.startswith("/api"):
        odd: list[Any] = [1, -1, 1e300, None, True, [], {}, ["x"], *VALUES]
        body = json.dumps({name: dice.choice(odd) for name in dice.sample(FIELDS, 6)})
        more |= {"data": dice.choice((body, body, *BODIES)), "content_type": "application/json"}
    elif method != "GET":
        more["data"] = fields
    return method, path, more


def test_no_value_makes_a_view_fall_over(asked: House) -> None:
    dice = random.Random(SEED)
    fallen = []
    for _ in range(ROUNDS):
        for view in NEEDS:
            method, path, more = request_for(view, dice)
            if method == "DELETE" or path in ENDS_IT_ALL:
                continue
            status = asked.ask("admin", method, path, **more).status_code
            if status == 500:
                fallen.append((method, path, more))
    assert fallen == []


@pytest.mark.parametrize("number", ["9" * 10, "9" * 30, "9" * 5000])
def test_a_number_that_no_database_holds_is_not_found(asked: House, number: str) -> None:
    assert asked.ask("admin", "POST", f"/alerts/silences/{number}/end").status_code == 404


def test_minutes_that_no_database_holds_are_said_to_be_too_many(asked: House) -> None:
    form = {"escalate_after_min": "00000001" + "9" * 30}
    path = f"/settings/venues/{VENUE}/hours"
    assert asked.ask("admin", "POST", path, data=form).status_code == 422
