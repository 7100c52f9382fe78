"""The first start: a link from the terminal makes the first admin, and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.web.identity.setup_key import SetupKey
from dashboard.web.services import Services
from gateway.config import DashboardSettings, StoreSettings
from gateway.registry.accounts.first_start import make_or_check
from gateway.registry.accounts.users import add_user, find_user
from gateway.registry.audit.entries import Wanted, every_entry
from gateway.registry.database import Database, open_database
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from tests.dashboard.pages.reading import token
from tests.dashboard.pages.scene import StageBoard

GOOD = "drie woorden genoeg"


@dataclass
class Fresh:
    """An installation that nobody has set up."""

    client: FlaskClient
    database: Database
    key: str

    def fill_in(self, **form: str) -> tuple[int, str | None]:
        page = self.client.get(f"/setup?key={self.key}")
        given = {"csrf_token": token(page.text), "key": self.key, "name": "anna", "password": GOOD}
        answer = self.client.post("/setup", data=given | form)
        return answer.status_code, answer.location


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    database, key = open_database("sqlite:///luchtig.db", tmp_path), SetupKey()
    make_or_check(database)
    store = open_store(StoreSettings(), tmp_path)
    services = Services(
        SYSTEM, database, store, StageBoard(), DashboardSettings(), "a secret", setup=key
    )
    yield Fresh(create_app(services).test_client(), database, key.text)
    store.close()
    database.close()


def test_it_makes_an_admin_who_is_logged_in_and_led_on(fresh: Fresh) -> None:
    assert fresh.fill_in(email="anna@example.org") == (303, "/setup/venue")
    assert fresh.client.get("/settings").status_code == 200
    with fresh.database.read() as conn:
        made = find_user(conn, "anna")
    assert made is not None
    assert (made.role, made.email, made.verified) == ("admin", "anna@example.org", True)


def test_the_first_account_is_on_record(fresh: Fresh) -> None:
    fresh.fill_in()
    with fresh.database.read() as conn:
        found = list(every_entry(conn, Wanted(), SYSTEM.now()))
    (made,) = [entry for entry in found if entry.noun == "user"]
    assert (made.what, made.object, made.act.who) == ("user.made", "anna", "anna")
    assert GOOD not in str(found)


def test_used_it_is_over(fresh: Fresh) -> None:
    page = fresh.client.get(f"/setup?key={fresh.key}")
    form = {"csrf_token": token(page.text), "key": fresh.key, "name": "eve", "password": GOOD}
    assert fresh.fill_in() == (303, "/setup/venue")
    assert fresh.client.get(f"/setup?key={fresh.key}").status_code == 410
    stranger = fresh.client.application.test_client()
    form["csrf_token"] = token(stranger.get("/login").text)
    assert stranger.post("/setup", data=form).status_code == 410
    with fresh.database.read() as conn:
        assert find_user(conn, "eve") is None


@pytest.mark.parametrize("key", ["", "x", "é", "wrong" * 10])
def test_without_the_key_nobody_gets_in(fresh: Fresh, key: str) -> None:
    assert fresh.client.get("/setup", query_string={"key": key}).status_code == 403
    assert fresh.fill_in(key=key)[0] == 403
    with fresh.database.read() as conn:
        assert find_user(conn, "anna") is None


def test_an_admin_of_the_shell_ends_it_too(fresh: Fresh) -> None:
    with fresh.database.write() as conn:
        add_user(conn, "boss", "admin", None, SYSTEM.now())
    assert fresh.client.get(f"/setup?key={fresh.key}").status_code == 410


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "kort"}, "10"),
        ({"password": "wachtwoord"}, "Three words"),
        ({"name": ""}, "Fill this in."),
        ({"name": "an/na"}, "slash"),
        ({"email": "anna"}, "no e-mail address"),
    ],
)
def test_what_is_wrong_stands_at_its_field(fresh: Fresh, wrong: dict[str, str], says: str) -> None:
    page = fresh.client.get(f"/setup?key={fresh.key}&lang=en")
    form = {"csrf_token": token(page.text), "key": fresh.key, "name": "anna", "password": GOOD}
    answer = fresh.client.post("/setup?lang=en", data=form | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert GOOD not in answer.text
