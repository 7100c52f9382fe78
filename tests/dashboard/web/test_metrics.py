from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from dashboard.web.metrics import COUNTED
from gateway.registry.live.metric_totals import put_totals
from sensors.wire.refusal import Reason
from tests.dashboard.setup import VENUE, Site, publish, publish_state, state
from tests.servers import wait_until


def samples(site: Site) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = site.call("GET", "/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(found: Any, name: str, **labels: str) -> float | None:
    value: float | None = found.get((name, tuple(sorted(labels.items()))))
    return value


class TestMetrics:
    def test_counters_of_the_gateways_with_their_labels(self, site: Site) -> None:
        with site.database.write() as conn:
            totals = {
                ("messages_refused_total", Reason.NOT_JSON.value): 4.0,
                ("readings_accepted_total", "air"): 120.0,
                ("store_backlog", ""): 7.0,
                ("broker_refused_total", "puback 135"): 3.0,
                ("from_a_newer_gateway_total", "x"): 1.0,
            }
            put_totals(conn, "gw-1", totals)
        found = samples(site)
        assert of(found, "luchtig_messages_refused_total", gateway="gw-1", reason="not_json") == 4
        assert of(found, "luchtig_readings_accepted_total", gateway="gw-1", kind="air") == 120
        assert of(found, "luchtig_store_backlog", gateway="gw-1") == 7
        refused = {"gateway": "gw-1", "packet": "puback", "code": "135"}
        assert of(found, "luchtig_broker_refused_total", **refused) == 3
        assert of(found, "luchtig_from_a_newer_gateway_total", gateway="gw-1", label="x") == 1
        assert of(found, "luchtig_database_up") == 1

    def test_the_board(self, site: Site) -> None:
        publish(site.broker, "luchtig/gateways/gw-1/status", b"online")
        publish(site.broker, "luchtig/gateways/gw-1/status", b"?", retain=False)
        publish_state(site.broker, state(level="act"))
        wait_until(lambda: "act" in {s.level for s in site.feed.rooms()}, "the state")
        watching = site.feed.follow()
        found = samples(site)
        watching.close()
        levels = {
            v: of(found, "luchtig_rooms", level=v) for v in ("good", "watch", "act", "unknown")
        }
        assert levels == {"good": 0, "watch": 0, "act": 1, "unknown": 1}
        assert of(found, "luchtig_gateway_online", gateway="gw-1") == 1
        assert of(found, "luchtig_board_connected") == 1
        assert of(found, "luchtig_board_viewers") == 1
        assert of(found, "luchtig_board_viewers_limit") == 2000
        assert of(found, "luchtig_board_malformed_total") == 1
        age_s = of(found, "luchtig_room_state_age_seconds", venue=VENUE, room="grote-zaal")
        assert age_s is not None
        assert 0 <= age_s < 60

    def test_every_counter_has_a_word_of_its_own(self) -> None:
        assert len({counted.name for counted in COUNTED}) == len(COUNTED)
        assert all(counted.says for counted in COUNTED)
