from pathlib import Path
from typing import Any

import msgspec
import pytest

from sensors.config import (
    BrokerSettings,
    ConfigError,
    DeviceSettings,
    SensorSettings,
    convert,
    read_toml,
    resolved,
    secret,
    section,
)
from sensors.mqtt.client import Address, new_client, parse_address
from sensors.wire.topic import DeviceSlug


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    name: str = "none"
    size: int = 3
    ratio: float = 0.5
    shut: bool = False
    sender: str = msgspec.field(default="us", name="from")
    urls: tuple[str, ...] = ()
    note: str | None = None


def plan(
    table: object, environment: dict[str, str] | None = None, mistakes: list[str] | None = None
) -> Plan:
    found: list[str] = [] if mistakes is None else mistakes
    result = section(Plan, "plan", {"plan": table}, environment or {}, "luchtig.toml", found)
    if mistakes is None:
        assert found == []
    return result


class TestSection:
    def test_without_anything_the_defaults_count(self) -> None:
        assert section(Plan, "plan", {}, {}, "luchtig.toml", []) == Plan()

    def test_the_file_is_taken(self) -> None:
        given = {"name": "x", "size": 7, "ratio": 1, "shut": True, "urls": ["a", "b"]}
        assert plan(given) == Plan(name="x", size=7, ratio=1.0, shut=True, urls=("a", "b"))

    def test_a_key_that_is_a_word_of_python_has_another_name_inside(self) -> None:
        assert plan({"from": "them"}).sender == "them"
        assert plan({}, {"LUCHTIG_PLAN_FROM": "them"}).sender == "them"

    def test_the_name_inside_is_no_key(self) -> None:
        mistakes: list[str] = []
        plan({"sender": "them"}, mistakes=mistakes)
        assert len(mistakes) == 1
        assert mistakes[0].startswith("luchtig.toml: plan.sender: unknown key")

    def test_the_environment_wins_over_the_file(self) -> None:
        environment = {
            "LUCHTIG_PLAN_NAME": "y",
            "LUCHTIG_PLAN_SIZE": "8",
            "LUCHTIG_PLAN_RATIO": "0.25",
            "LUCHTIG_PLAN_SHUT": "true",
            "LUCHTIG_PLAN_URLS": "a, b,,c ",
            "LUCHTIG_PLAN_NOTE": "n",
            "LUCHTIG_OTHER_NAME": "z",
        }
        assert plan({"name": "x", "size": 7}, environment) == Plan(
            name="y", size=8, ratio=0.25, shut=True, urls=("a", "b", "c"), note="n"
        )

    def test_all_mistakes_are_told_together_with_file_and_key(self) -> None:
        mistakes: list[str] = []
        result = plan(
            {"nam": "x", "size": "big", "urls": ["a", 3], "zzzz": 1},
            {"LUCHTIG_PLAN_RATIO": "half"},
            mistakes,
        )
        assert result == Plan()
        assert mistakes == [
            "luchtig.toml: plan.nam: unknown key, did you mean name?",
            "luchtig.toml: plan.size: expected int, got str",
            "luchtig.toml: plan.urls: [1]: expected str, got int",
            (
                "luchtig.toml: plan.zzzz: unknown key, known are"
                " name, size, ratio, shut, from, urls, note"
            ),
            "LUCHTIG_PLAN_RATIO: expected float, got str",
        ]

    @pytest.mark.parametrize("given", [3, "x", [{"name": "x"}]])
    def test_a_section_that_is_no_table_is_told(self, given: object) -> None:
        mistakes: list[str] = []
        assert plan(given, mistakes=mistakes) == Plan()
        assert mistakes == ["luchtig.toml: plan: expected a section [plan]"]

    def test_a_mistake_in_a_list_of_tables_is_told_with_its_place(self) -> None:
        table: dict[str, Any] = {
            "device": [
                {"device": "a", "model": "mh-z19b", "port": "/dev/ttyS0"},
                {"device": "b", "model": "mh-z19b", "port": "/dev/ttyS1", "interval_s": "often"},
            ]
        }
        mistakes: list[str] = []
        section(SensorSettings, "sensor", {"sensor": table}, {}, "f", mistakes)
        assert mistakes == ["f: sensor.device: [1].interval_s: expected float | null, got str"]


class TestConvert:
    def test_a_table_becomes_a_struct(self) -> None:
        table = {"device": "co2-01", "model": "mh-z19b", "port": "/dev/ttyS0", "interval_s": 5}
        assert convert(DeviceSettings, table, "f: device[0]", []) == DeviceSettings(
            device=DeviceSlug("co2-01"), model="mh-z19b", port="/dev/ttyS0", interval_s=5.0
        )

    def test_all_missing_and_wrong_keys_are_told(self) -> None:
        mistakes: list[str] = []
        assert convert(DeviceSettings, {"model": 3, "prot": "x"}, "f: d[0]", mistakes) is None
        assert mistakes == [
            "f: d[0].model: expected str, got int",
            "f: d[0].prot: unknown key, did you mean port?",
            "f: d[0].device: is missing, expected str",
            "f: d[0].port: is missing, expected str",
        ]

    def test_what_is_no_table_is_told(self) -> None:
        mistakes: list[str] = []
        assert convert(DeviceSettings, "co2-01", "f: d[0]", mistakes) is None
        assert mistakes == ["f: d[0]: expected a table"]


class TestReadToml:
    def test_a_file_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.toml"
        path.write_text("[a]\nb = 1\n")
        assert read_toml(path) == {"a": {"b": 1}}

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(b"[a", "is not TOML", id="not TOML"),
            pytest.param(b"a = " + b"[" * 3000, "is nested too deep", id="nested without end"),
            pytest.param(
                b"a = " + b"9" * 5000, "has a number of over", id="a number of 5 000 digits"
            ),
            pytest.param(b"a = '\xff'", "is not UTF-8 (byte 5)", id="not UTF-8"),
            pytest.param(None, "cannot be read: No such file", id="not there"),
        ],
    )
    def test_what_cannot_be_read_is_told_with_the_file(
        self, tmp_path: Path, content: bytes | None, expected: str
    ) -> None:
        path = tmp_path / "a.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ConfigError) as raised:
            read_toml(path)
        assert str(raised.value).startswith(f"{path}: {expected}")
        assert len(raised.value.mistakes) == 1

    def test_a_byte_order_mark_before_it_is_no_part_of_it(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
        assert read_toml(tmp_path / "a.toml") == {"a": 1}


class TestSecret:
    def test_the_value_itself_comes_first(self, tmp_path: Path) -> None:
        assert secret("hush", "nowhere", tmp_path, "broker.password_file") == "hush"

    def test_none_is_none(self, tmp_path: Path) -> None:
        assert secret(None, None, tmp_path, "broker.password_file") is None

    def test_a_file_gives_its_first_line(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_text(" hush \nnot this\n")
        assert secret(None, "password", tmp_path, "broker.password_file") == "hush"

    def test_a_byte_order_mark_before_it_is_no_part_of_it(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_bytes(b"\xef\xbb\xbfhush\r\n")
        assert secret(None, "password", tmp_path, "broker.password_file") == "hush"

    def test_a_file_with_nothing_but_a_byte_order_mark_says_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_bytes(b"\xef\xbb\xbf\n")
        with pytest.raises(ConfigError, match="first line is empty"):
            secret(None, "password", tmp_path, "broker.password_file")

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(None, "cannot be read", id="not there"),
            pytest.param(b"\xff\xfe", "is not UTF-8", id="not UTF-8"),
            pytest.param(b"", "its first line is empty", id="empty"),
            pytest.param(b"\nhush", "its first line is empty", id="an empty first line"),
        ],
    )
    def test_a_file_that_gives_nothing_is_told_with_its_key(
        self, tmp_path: Path, content: bytes | None, expected: str
    ) -> None:
        if content is not None:
            (tmp_path / "password").write_bytes(content)
        with pytest.raises(ConfigError, match=f"broker.password_file = .*{expected}"):
            secret(None, "password", tmp_path, "broker.password_file")

    def test_relative_paths_lie_in_the_data_directory(self, tmp_path: Path) -> None:
        assert resolved(tmp_path, "x/y") == tmp_path / "x" / "y"
        assert resolved(tmp_path, "/x/y") == Path("/x/y")
        assert resolved(tmp_path, None) is None


class TestBroker:
    @pytest.mark.parametrize(
        ("url", "address"),
        [
            ("mqtt://broker.example", Address("broker.example", 1883, False)),
            ("mqtts://broker.example", Address("broker.example", 8883, True)),
            ("mqtt://127.0.0.1:18830/", Address("127.0.0.1", 18830, False)),
            ("mqtt://[::1]:1883", Address("::1", 1883, False)),
        ],
    )
    def test_an_address(self, url: str, address: Address) -> None:
        assert parse_address(url) == address

    @pytest.mark.parametrize(
        "url",
        [
            pytest.param("", id="empty"),
            pytest.param("broker.example:1883", id="no scheme"),
            pytest.param("http://broker.example", id="another scheme"),
            pytest.param("mqtt://", id="no host"),
            pytest.param("mqtt://broker:x", id="a port in words"),
            pytest.param("mqtt://broker:0", id="port nought"),
            pytest.param("mqtt://broker:70000", id="a port over 65535"),
            pytest.param("mqtt://broker/topic", id="a path"),
            pytest.param("mqtt://" + "a" * 64, id="a name that cannot be looked up"),
            pytest.param("mqtt://anna:hush@broker", id="a login"),
        ],
    )
    def test_anything_else_is_told(self, url: str) -> None:
        with pytest.raises(ConfigError, match=r"broker\.url"):
            parse_address(url)

    def test_a_certificate_without_tls_is_told(self, tmp_path: Path) -> None:
        settings = BrokerSettings(url="mqtt://broker", ca_file="ca.pem")
        with pytest.raises(ConfigError, match="use mqtts://"):
            new_client(settings, tmp_path, "c", clean=True)

    def test_a_certificate_that_is_none_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("no certificate")
        settings = BrokerSettings(url="mqtts://broker", ca_file="ca.pem")
        with pytest.raises(ConfigError, match="ca_file, cert_file or key_file"):
            new_client(settings, tmp_path, "c", clean=True)

    def test_a_login_is_taken_from_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("hush\n")
        settings = BrokerSettings(username="anna", password_file="password")
        client = new_client(settings, tmp_path, "c", clean=True)
        assert (client.username, client.password) == ("anna", "hush")
