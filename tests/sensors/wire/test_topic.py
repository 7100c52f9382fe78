import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.wire.topic import (
    SLUG_PATTERN,
    DeviceSlug,
    DeviceTopic,
    RoomSlug,
    RoomTopic,
    VenueSlug,
    device_topic,
    gateway_topic,
    is_slug,
    parse_device_topic,
    parse_gateway_topic,
    parse_room_topic,
    room_topic,
)

slugs = st.from_regex(SLUG_PATTERN, fullmatch=True)

NOT_SLUGS = [
    pytest.param("", id="empty"),
    pytest.param("De-Kade", id="capitals"),
    pytest.param("-kade", id="begins with a dash"),
    pytest.param("de kade", id="a space"),
    pytest.param("de_kade", id="an underscore"),
    pytest.param("de/kade", id="a separator"),
    pytest.param("+", id="a wildcard"),
    pytest.param("#", id="the other wildcard"),
    pytest.param("kadé", id="an accent"),
    pytest.param("kade\n", id="a line break at the end"),
    pytest.param("a" * 64, id="64 long"),
    pytest.param("٣", id="a digit of another script"),
    pytest.param("kade,room=x y=1", id="line protocol"),
]


class TestSlug:
    @pytest.mark.parametrize("text", ["a", "0", "de-kade", "co2-01", "a" * 63, "a--"])
    def test_small_letters_digits_and_dashes(self, text: str) -> None:
        assert is_slug(text)

    @pytest.mark.parametrize("text", NOT_SLUGS)
    def test_nothing_else(self, text: str) -> None:
        assert not is_slug(text)


class TestDeviceTopic:
    def test_it_is_that_of_the_contract(self) -> None:
        assert (
            device_topic(VenueSlug("de-kade"), DeviceSlug("co2-01"), "air")
            == "luchtig/devices/de-kade/co2-01/air"
        )

    @given(slugs, slugs, st.sampled_from(["air", "people", "status", "about"]))
    def test_it_comes_back_as_it_went(
        self, venue: VenueSlug, device: DeviceSlug, leaf: str
    ) -> None:
        topic = device_topic(venue, device, leaf)  # type: ignore[arg-type]  # one of the four
        assert parse_device_topic(topic) == DeviceTopic(venue, device, leaf)  # type: ignore[arg-type]  # one of the four

    @pytest.mark.parametrize("text", NOT_SLUGS)
    def test_no_topic_is_made_of_what_is_no_slug(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a slug"):
            device_topic(VenueSlug(text), DeviceSlug("co2-01"), "air")
        with pytest.raises(ValueError, match="is not a slug"):
            device_topic(VenueSlug("de-kade"), DeviceSlug(text), "air")

    @pytest.mark.parametrize(
        "topic",
        [
            pytest.param("", id="empty"),
            pytest.param("luchtig/devices/de-kade/co2-01", id="no leaf"),
            pytest.param("luchtig/devices/de-kade/co2-01/air/x", id="something behind it"),
            pytest.param("luchtig/devices/de-kade/co2-01/noise", id="an unknown leaf"),
            pytest.param("luchtig/devices/de-kade//air", id="no device"),
            pytest.param("luchtig/devices/De-Kade/co2-01/air", id="capitals"),
            pytest.param("/luchtig/devices/de-kade/co2-01/air", id="a slash before"),
            pytest.param("luchtig/devices/de-kade/co2-01/air\n", id="a line break"),
            pytest.param("luchtig/rooms/de-kade/co2-01/air", id="a room's"),
            pytest.param("Luchtig/devices/de-kade/co2-01/air", id="a capital in front"),
        ],
    )
    def test_another_shape_is_none_of_ours(self, topic: str) -> None:
        assert parse_device_topic(topic) is None

    @given(st.text())
    def test_any_text_parses_or_does_not(self, topic: str) -> None:
        for parse in (parse_device_topic, parse_room_topic, parse_gateway_topic):
            parse(topic)


class TestRoomTopic:
    @given(slugs, slugs)
    def test_it_comes_back_as_it_went(self, venue: VenueSlug, room: RoomSlug) -> None:
        assert parse_room_topic(room_topic(venue, room, "state")) == RoomTopic(venue, room, "state")

    @pytest.mark.parametrize("topic", ["luchtig/rooms/a/b", "luchtig/rooms/a/b/air", "x/a/b/state"])
    def test_another_shape_is_none_of_ours(self, topic: str) -> None:
        assert parse_room_topic(topic) is None

    def test_no_topic_is_made_of_what_is_no_slug(self) -> None:
        with pytest.raises(ValueError, match="is not a slug"):
            room_topic(VenueSlug("de-kade"), RoomSlug("Grote zaal"), "state")


class TestGatewayTopic:
    @pytest.mark.parametrize("client_id", ["luchtig-gateway", "Gateway_2", "a b"])
    def test_it_comes_back_as_it_went(self, client_id: str) -> None:
        assert parse_gateway_topic(gateway_topic(client_id)) == client_id

    @pytest.mark.parametrize("client_id", ["", "a/b", "+", "a#", "a\0b"])
    def test_a_client_id_that_cannot_stand_in_a_topic_is_refused(self, client_id: str) -> None:
        with pytest.raises(ValueError, match="cannot stand in a topic"):
            gateway_topic(client_id)

    @pytest.mark.parametrize(
        "topic", ["luchtig/gateways//status", "luchtig/gateways/x", "luchtig/gateways/x/state"]
    )
    def test_another_shape_is_none_of_ours(self, topic: str) -> None:
        assert parse_gateway_topic(topic) is None
