from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.board import room_states
from dashboard.board.room_states import Malformed, RoomAlert, RoomStates
from gateway.domain.room import Room
from gateway.domain.room_state import AlertChange, FlagView, RoomState, encode
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KEY = (VenueSlug("de-kade"), RoomSlug("grote-zaal"))
TOPIC = "luchtig/rooms/de-kade/grote-zaal/state"
STATUS = "luchtig/gateways/gw-1/status"
FLAG = FlagView("co2", "firing", to_wire(NOW), 1240.0, 1200.0)


def state(at: datetime = NOW, **values: object) -> RoomState:
    base = RoomState(
        VenueSlug("de-kade"),
        RoomSlug("grote-zaal"),
        to_wire(at),
        "Grote zaal",
        "act",
        gateway="gw-1",
    )
    return msgspec.structs.replace(base, **values)


def shown(board: RoomStates, now: datetime = NOW) -> RoomState:
    found = board.show(KEY, now)
    assert found is not None
    return found


class TestStaleness:
    @pytest.mark.parametrize(
        ("speed", "age_s", "level"),
        [
            pytest.param(1.0, 90, "act", id="90 s old is fresh still"),
            pytest.param(1.0, 91, "unknown", id="over 90 s is unknown"),
            pytest.param(60.0, 91, "act", id="a fast clock ages in wall time"),
            pytest.param(60.0, 90 * 60 + 1, "unknown", id="90 s of wall time on a fast clock"),
            pytest.param(1.0, -30, "act", id="a state from a clock that is ahead"),
        ],
    )
    def test_old_state_is_unknown(self, speed: float, age_s: float, level: str) -> None:
        board = RoomStates(speed)
        board.take(TOPIC, encode(state(NOW - timedelta(seconds=age_s))))
        assert shown(board).level == level

    def test_unknown_state_keeps_its_values_and_flags_but_advises_nothing(self) -> None:
        board = RoomStates(1.0)
        given_state = state(
            NOW - timedelta(hours=1),
            co2_ppm=1240.0,
            people=18,
            flags=(FLAG,),
            advice=({"code": "open_windows"},),
        )
        board.take(TOPIC, encode(given_state))
        assert shown(board) == msgspec.structs.replace(given_state, level="unknown", advice=())

    @pytest.mark.parametrize(
        ("statuses", "level"),
        [
            pytest.param([], "act", id="a gateway never heard of"),
            pytest.param([b"online"], "act", id="online"),
            pytest.param([b"online", b"offline"], "unknown", id="gone"),
            pytest.param([b"offline", b"online"], "act", id="back"),
            pytest.param([b"offline", b""], "act", id="its status taken away"),
        ],
    )
    def test_rooms_of_a_gateway_that_is_offline_are_unknown(
        self, statuses: list[bytes], level: str
    ) -> None:
        board = RoomStates(1.0)
        board.take(TOPIC, encode(state()))
        for status in statuses:
            assert board.take(STATUS, status) is None
        assert shown(board).level == level

    def test_another_gateway_does_not_matter(self) -> None:
        board = RoomStates(1.0)
        board.take(TOPIC, encode(state()))
        board.take("luchtig/gateways/gw-2/status", b"offline")
        assert shown(board).level == "act"


class TestRegistry:
    ROOM = Room(VenueSlug("de-kade"), RoomSlug("grote-zaal"), "Grote zaal", seats=20)

    def test_room_never_heard_of_is_shown_as_unknown(self) -> None:
        board = RoomStates(1.0)
        board.know([self.ROOM], NOW)
        expected = RoomState(*KEY, to_wire(NOW), "Grote zaal", "unknown", capacity=20)
        assert shown(board) == expected

    def test_reading_the_registry_again_changes_nothing(self) -> None:
        board = RoomStates(1.0)
        board.know([self.ROOM], NOW)
        before = shown(board)
        board.know([self.ROOM], NOW + timedelta(seconds=5))
        assert shown(board) is before

    def test_room_taken_out_of_the_registry_is_shown_while_it_is_fresh(self) -> None:
        board = RoomStates(1.0)
        board.take(TOPIC, encode(state()))
        board.know([Room(VenueSlug("de-kade"), RoomSlug("serre"), "Serre")], NOW)
        assert shown(board).level == "act"
        assert board.show(KEY, NOW + timedelta(seconds=91)) is None

    @pytest.mark.parametrize("leaf", ["state", "alert"])
    @pytest.mark.parametrize("payload", [b"", b"{}"])
    def test_what_a_check_sends_is_passed_over(self, leaf: str, payload: bytes) -> None:
        board = RoomStates(1.0)
        board.take(f"luchtig/rooms/luchtig-check/probe/{leaf}", payload)
        assert board.keys() == frozenset()

    def test_empty_retained_state_takes_the_room_away(self) -> None:
        board = RoomStates(1.0)
        board.take(TOPIC, encode(state()))
        assert board.take(TOPIC, b"") == KEY
        assert board.show(KEY, NOW) is None


class TestMessages:
    def test_state_names_the_room_it_changed(self) -> None:
        assert RoomStates(1.0).take(TOPIC, encode(state())) == KEY

    def test_alert_is_passed_on_with_its_place(self) -> None:
        change = AlertChange("f1", "co2", "firing", to_wire(NOW), to_wire(NOW), 1240.0, 1200.0)
        taken = RoomStates(1.0).take(
            "luchtig/rooms/de-kade/serre/alert", msgspec.json.encode(change)
        )
        assert isinstance(taken, RoomAlert)
        assert msgspec.json.decode(taken.to_json()) == {
            "venue": "de-kade", "room": "serre", "id": "f1", "rule": "co2", "state": "firing",
            "at": to_wire(NOW), "since": to_wire(NOW), "value": 1240.0, "limit": 1200.0,
            "meeting": None, "evidence": [],
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("topic", "payload"),
        [
            pytest.param(TOPIC, b"{", id="not JSON"),
            pytest.param(TOPIC, b"[]", id="not an object"),
            pytest.param(TOPIC, b"\xff", id="not UTF-8"),
            pytest.param(TOPIC, b"[" * 100_000, id="nested without end"),
            pytest.param(TOPIC, encode(state(room="serre")), id="of another room"),
            pytest.param(TOPIC, encode(state(at=NOW)).replace(b"Z", b""), id="time without zone"),
            pytest.param(TOPIC, encode(state()).replace(b'"act"', b'"bad"'), id="no such level"),
            pytest.param("luchtig/rooms/A/b/state", b"{}", id="venue that is no slug"),
            pytest.param("luchtig/rooms/a/b/alert", b"{}", id="alert without its keys"),
            pytest.param(STATUS, b"maybe", id="gateway neither online nor offline"),
        ],
    )
    def test_malformed_message_changes_nothing(self, topic: str, payload: bytes) -> None:
        board = RoomStates(1.0)
        board.take(TOPIC, encode(state(co2_ppm=700.0)))
        with pytest.raises(Malformed):
            board.take(topic, payload)
        assert shown(board).co2_ppm == 700.0
        assert board.gateways == {}

    def test_broker_full_of_rubbish_fills_no_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room_states, "MAX_ROOMS", 2)
        board = RoomStates(1.0)
        for room in ("a", "b"):
            board.take(f"luchtig/rooms/de-kade/{room}/state", encode(state(room=room)))
        with pytest.raises(Malformed):
            board.take("luchtig/rooms/de-kade/c/state", encode(state(room="c")))
        board.take("luchtig/rooms/de-kade/a/state", encode(state(room="a", people=3)))
        assert board.keys() == {("de-kade", "a"), ("de-kade", "b")}

    @given(st.binary(max_size=200))
    def test_any_bytes_are_a_state_or_malformed(self, payload: bytes) -> None:
        board = RoomStates(1.0)
        try:
            board.take(TOPIC, payload)
        except Malformed:
            assert board.show(KEY, NOW) is None
