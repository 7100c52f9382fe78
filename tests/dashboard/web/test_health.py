import pytest

from dashboard.web import health
from gateway.metrics import STORE_REFUSES
from gateway.registry.live.metric_totals import put_totals
from tests.dashboard.setup import Site

ALL = {"broker": "reached", "store": "reached", "database": "reached"}


@pytest.fixture(autouse=True)
def _ask_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_S", 0.0)


class TestReady:
    def test_all_reached(self, site: Site) -> None:
        answer = site.visitor().get("/readyz")
        assert (answer.status_code, answer.json) == (200, {"ready": True} | ALL)

    def test_says_which_is_not(self, site: Site) -> None:
        site.feed.close()
        answer = site.visitor().get("/readyz")
        away = ALL | {"broker": "not reached"}
        assert (answer.status_code, answer.json) == (503, {"ready": False} | away)
        assert site.visitor().get("/healthz").json == {"status": "ok"}

    def test_a_store_that_takes_nothing_of_a_kind_is_not_ready(self, site: Site) -> None:
        with site.database.write() as conn:
            put_totals(conn, "gateway-1", {(STORE_REFUSES, "air"): 1.0, (STORE_REFUSES, "room"): 0})
        answer = site.visitor().get("/readyz")
        refuses = ALL | {"store": "refuses air"}
        assert (answer.status_code, answer.json) == (503, {"ready": False} | refuses)
        with site.database.write() as conn:
            put_totals(conn, "gateway-2", {(STORE_REFUSES, "people"): 1.0})
        assert '"store":"refuses air, people"' in site.visitor().get("/readyz").text

    def test_answer_is_kept_so_that_strangers_cannot_ask_the_store_to_death(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "KEPT_S", 60.0)
        assert site.visitor().get("/readyz").status_code == 200
        site.feed.close()
        assert site.visitor().get("/readyz").status_code == 200
