import pytest

from dashboard.pages.parts.scope import MOST_PAGES, Audience, Scope, all_shown, shown
from sensors.wire.topic import RoomSlug, VenueSlug

KADE, HAVEN = VenueSlug("de-kade"), VenueSlug("de-haven")
SERRE, LOODS = (KADE, RoomSlug("serre")), (HAVEN, RoomSlug("loods"))


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("scope", "at_kade", "at_haven"),
        [
            pytest.param(Scope("nl"), "act", "act", id="who may do all"),
            pytest.param(Scope("nl", act=frozenset({KADE})), "act", "read", id="host of one"),
            pytest.param(
                Scope("nl", read=frozenset({KADE}), act=frozenset()), "read", None, id="looks on"
            ),
            pytest.param(Scope("nl", read=frozenset(), act=frozenset()), None, None, id="nobody"),
            pytest.param(
                Scope("nl", read=frozenset({KADE}), on_wall=True), "kiosk", None, id="a wall screen"
            ),
        ],
    )
    def test_a_venue_is_looked_at_as_ones_role_there(
        self, scope: Scope, at_kade: Audience | None, at_haven: Audience | None
    ) -> None:
        assert (scope.audience(KADE), scope.audience(HAVEN)) == (at_kade, at_haven)

    @pytest.mark.parametrize("asked", [shown(None), shown(HAVEN), shown(*LOODS)])
    def test_asking_for_a_venue_shows_nothing_of_it_to_who_may_not(self, asked: str) -> None:
        scope = Scope("nl", frozenset({asked}), read=frozenset({KADE}))
        assert not scope.shows_venue(HAVEN)
        assert not scope.shows_card(LOODS)
        assert not scope.shows_room(LOODS)


def test_pages_that_cannot_be_are_left_out_and_there_are_only_so_many() -> None:
    assert all_shown(["*", "de-kade/serre", "de-kade", "De Kade", "<script>", "", "a/b/"]) == {
        "*",
        "de-kade/serre",
        "de-kade",
    }
    assert len(all_shown(f"venue-{number}" for number in range(1_000))) == MOST_PAGES


class TestWhatPagesShow:
    def test_all_rooms_on_the_board_of_everything(self) -> None:
        scope = Scope("nl")
        assert scope.shows_card(SERRE)
        assert scope.shows_card(LOODS)
        assert not scope.shows_room(SERRE)

    def test_those_of_a_venue_on_its_own(self) -> None:
        scope = Scope("nl", frozenset({shown(KADE)}))
        assert scope.shows_card(SERRE)
        assert not scope.shows_card(LOODS)

    def test_a_room_with_more_about_it_and_no_head_on_its_own_page(self) -> None:
        scope = Scope("nl", frozenset({shown(*SERRE)}))
        assert scope.shows_room(SERRE)
        assert scope.shows_card(SERRE)
        assert not scope.shows_venue(KADE)
