"""Several addresses of one broker: read, and each in its turn."""

from typing import Any

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from sensors.config import BrokerSettings, ConfigError, section
from sensors.mqtt.client import parse_addresses
from sensors.mqtt.turns import BrokerTurns, Spoken

THREE = BrokerSettings(url=("mqtt://a", "mqtt://b:1884", "mqtt://c"))
IN_311 = Spoken(MQTTProtocolVersion.MQTTv311)


def read(table: dict[str, Any], environment: dict[str, str]) -> tuple[BrokerSettings, list[str]]:
    mistakes: list[str] = []
    found = section(
        BrokerSettings, "broker", {"broker": table}, environment, "luchtig.toml", mistakes
    )
    return found, mistakes


class TestReading:
    @pytest.mark.parametrize(
        ("table", "environment", "urls"),
        [
            ({}, {}, ("mqtt://127.0.0.1:1883",)),
            ({"url": "mqtt://a"}, {}, ("mqtt://a",)),
            ({"url": ["mqtt://a", "mqtt://b"]}, {}, ("mqtt://a", "mqtt://b")),
            ({"url": "mqtt://a"}, {"LUCHTIG_BROKER_URL": "mqtt://b"}, ("mqtt://b",)),
            ({}, {"LUCHTIG_BROKER_URL": "mqtt://a, mqtt://b"}, ("mqtt://a", "mqtt://b")),
        ],
    )
    def test_one_address_or_a_list(
        self, table: dict[str, Any], environment: dict[str, str], urls: tuple[str, ...]
    ) -> None:
        found, mistakes = read(table, environment)
        assert (found.urls, mistakes) == (urls, [])

    def test_what_is_neither_is_told(self) -> None:
        _, mistakes = read({"url": 3}, {})
        assert mistakes[0].startswith("luchtig.toml: broker.url: expected ")

    def test_they_are_shown_together(self) -> None:
        assert THREE.shown == "mqtt://a, mqtt://b:1884, mqtt://c"

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ((), "broker.url is an empty list"),
            (("mqtt://a", "http://b"), "'http://b': expected mqtt://"),
            (("mqtt://a", "mqtts://b"), "expected all mqtt:// or all mqtts://"),
        ],
    )
    def test_a_list_that_cannot_be_used_is_told(self, url: tuple[str, ...], says: str) -> None:
        with pytest.raises(ConfigError, match=says):
            parse_addresses(BrokerSettings(url=url))


class TestTurns:
    def test_the_next_has_its_turn_and_after_the_last_the_first(self) -> None:
        turns = BrokerTurns(THREE)
        hosts = []
        for _ in range(4):
            hosts.append(turns.address.host)
            turns.leave(turns.address)
        assert hosts == ["a", "b", "c", "a"]

    def test_two_that_leave_the_same_one_move_one_on(self) -> None:
        turns = BrokerTurns(THREE)
        first = turns.address
        turns.leave(first)
        turns.leave(first)
        assert turns.address.host == "b"

    def test_how_one_is_spoken_to_is_remembered_until_it_is_not_reached(self) -> None:
        turns = BrokerTurns(THREE)
        first = turns.address
        turns.learn(first, IN_311)
        turns.leave(first)
        assert turns.spoken == Spoken()
        turns.leave(turns.address)
        turns.leave(turns.address)
        assert (turns.address, turns.spoken) == (first, IN_311)
        turns.away(first)
        turns.leave(turns.address)
        turns.leave(turns.address)
        assert (turns.address, turns.spoken) == (first, Spoken())

    def test_only_where_another_stands_in_is_a_dead_one_to_be_found_out_soon(self) -> None:
        assert BrokerTurns(BrokerSettings()).keepalive_s(30) == 30
        assert BrokerTurns(THREE).keepalive_s(30) <= 5
