"""The settings of a provider, and accounts that hang on it. The way there and back is walked in a browser
(tests/browser/test_oidc.py).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.web.identity.oidc import ClientSettings
from dashboard.web.services import Services
from gateway.config import DashboardSettings, OidcSettings, StoreSettings
from gateway.registry.accounts import users
from gateway.registry.accounts.identities import account_of, is_vouched_for, verify_address
from gateway.registry.database import Database
from gateway.store.open import open_store
from sensors.clock import SYSTEM
from sensors.config import ConfigError
from tests.dashboard.pages.scene import StageBoard
from tests.servers import free_port

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ISSUER = "https://login.example.org"


class TestSettings:
    def test_without_an_issuer_there_is_none(self, tmp_path: Path) -> None:
        assert ClientSettings.of(OidcSettings(), tmp_path) is None

    def test_the_secret_is_read_from_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "client").write_text("s3cret\n")
        settings = OidcSettings(issuer=f"{ISSUER}/", client_secret_file="client")
        assert ClientSettings.of(settings, tmp_path) == ClientSettings(ISSUER, "luchtig", "s3cret")

    @pytest.mark.parametrize(
        ("settings", "says"),
        [
            (OidcSettings(issuer="http://login.example.org"), "expected https://"),
            (OidcSettings(issuer="login.example.org"), "expected https://"),
            (OidcSettings(issuer=ISSUER, client_secret_file="none"), "oidc.client_secret_file"),
        ],
    )
    def test_what_cannot_be_used_is_said(
        self, settings: OidcSettings, says: str, tmp_path: Path
    ) -> None:
        with pytest.raises(ConfigError, match=says):
            ClientSettings.of(settings, tmp_path)


class TestAway:
    @pytest.fixture
    def browser(self, database: Database, tmp_path: Path) -> Iterator[FlaskClient]:
        """At a dashboard whose provider nobody reaches."""
        store = open_store(StoreSettings(), tmp_path)
        nobody = ClientSettings(f"http://localhost:{free_port()}", "luchtig", None)
        app = create_app(
            Services(SYSTEM, database, store, StageBoard(), DashboardSettings(), "x", oidc=nobody)
        )
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield browser
        store.close()

    @pytest.mark.parametrize("path", ["/login/oidc", "/login/oidc/callback?code=x&state=y"])
    def test_it_is_said_and_nobody_gets_in(self, browser: FlaskClient, path: str) -> None:
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, "/login?error=provider")
        assert "did not say who you are" in browser.get(answer.location).text
        assert browser.get("/api/v1/rooms").status_code == 401


class TestAccounts:
    def test_one_hangs_on_provider_and_subject_whatever_the_name(self, database: Database) -> None:
        with database.write() as conn:
            carla = account_of(conn, ISSUER, "s-1", "carla", NOW)
            assert account_of(conn, ISSUER, "s-1", "carla jansen", NOW) == carla
            others = [
                account_of(conn, *who, "carla", NOW)
                for who in ((ISSUER, "s-2"), ("https://other.example", "s-1"))
            ]
            assert len({carla.name, *(other.name for other in others)}) == 3
            assert (carla.name, carla.role, carla.has_password) == ("carla", "", False)
            assert is_vouched_for(conn, "carla")

    def test_a_name_that_is_somebodys_already_is_not_taken_over(self, database: Database) -> None:
        with database.write() as conn:
            found = account_of(conn, ISSUER, "s-1", "anna", NOW)
            assert found.name.startswith("anna-")
            assert not is_vouched_for(conn, "anna")

    @pytest.mark.parametrize("name", ["", " \n", "x" * 300, "a\nb"])
    def test_any_name_will_do(self, database: Database, name: str) -> None:
        with database.write() as conn:
            found = account_of(conn, ISSUER, "s-1", name, NOW)
        assert 0 < len(found.name) <= 100
        assert found.name.isprintable()

    def test_its_address_counts_once_the_provider_has_verified_it(self, database: Database) -> None:
        with database.write() as conn:
            found = account_of(conn, ISSUER, "s-1", "carla", NOW)
            verify_address(conn, found, "carla@example.org")
            again = users.find_user(conn, "carla")
            assert again is not None
            assert (again.email, again.verified) == ("carla@example.org", True)
