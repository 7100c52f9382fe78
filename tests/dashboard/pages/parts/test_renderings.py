from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.parts.live.renderings import Made, Rendering, Renderings
from sensors.wire.topic import RoomSlug, VenueSlug

SERRE = (VenueSlug("de-kade"), RoomSlug("serre"))
ATELIER = (VenueSlug("de-kade"), RoomSlug("atelier"))
NAMES = ("band", "co2", "seen")

said = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from("abc")))


def put(renderings: Renderings, key: str, parts: Mapping[str, str]) -> Rendering:
    def look() -> Made:
        return (tuple(parts.items()), lambda: parts)

    return renderings.get(key, look)


class TestEditions:
    @given(steps=st.lists(st.tuples(st.sampled_from(["one", "other"]), said), max_size=20))
    def test_a_page_that_takes_what_is_later_than_it_had_shows_what_is(
        self, steps: list[tuple[str, dict[str, str]]]
    ) -> None:
        renderings, held = Renderings(), dict[str, Rendering]()
        shown: dict[str, dict[str, str]] = {"one": {}, "other": {}}
        had = 0
        for number, (key, parts) in enumerate(steps):
            held[key] = put(renderings, key, parts)
            if number % 3:  # it does not look each time
                continue
            for name, rendering in held.items():
                shown[name] |= rendering.later_than(had)
                assert shown[name] == rendering.parts
            had = renderings.edition

    def test_what_stays_the_same_is_not_later(self) -> None:
        renderings = Renderings()
        put(renderings, "one", {"band": "a", "seen": "20:11"})
        before = renderings.edition
        found = put(renderings, "one", {"band": "a", "seen": "20:12"})
        assert found.later_than(before) == {"seen": "20:12"}
        assert found.later_than(renderings.edition) == {}

    def test_it_is_rendered_once_for_all_who_look(self) -> None:
        renderings, rendered = Renderings(), list[str]()

        def render() -> dict[str, str]:
            rendered.append("once")
            return {"band": "a"}

        for _ in range(50):
            renderings.get("one", lambda: (("state",), render))
        assert rendered == ["once"]

    def test_no_more_is_kept_than_told(self) -> None:
        renderings = Renderings(kept=2)
        first, _, third = (
            put(renderings, name, {"band": name}) for name in ("one", "two", "three")
        )
        assert put(renderings, "three", {"band": "three"}) is third
        assert put(renderings, "one", {"band": "one"}) is not first


class TestNames:
    def test_an_edition_comes_back_by_its_name(self) -> None:
        renderings = Renderings()
        put(renderings, "one", {"band": "a"})
        name = renderings.name_of(renderings.edition)
        assert renderings.edition_of(name) == renderings.edition == 1

    @given(name=st.text())
    def test_a_name_of_another_process_is_before_everything(self, name: str) -> None:
        assert Renderings().edition_of(name) == 0

    def test_an_edition_that_never_was_is_the_newest(self) -> None:
        renderings = Renderings()
        assert renderings.edition_of(renderings.name_of(99)) == 0


class TestRoomsThatGo:
    def test_they_are_gone_from_then_on(self) -> None:
        renderings = Renderings()
        renderings.know(frozenset({SERRE, ATELIER}))
        before = renderings.edition
        renderings.know(frozenset({ATELIER}))
        assert renderings.gone_later_than(before) == [SERRE]
        assert renderings.gone_later_than(renderings.edition) == []

    def test_one_that_comes_back_is_there(self) -> None:
        renderings = Renderings()
        for rooms in (frozenset({SERRE}), frozenset[tuple[VenueSlug, RoomSlug]](), {SERRE}):
            renderings.know(frozenset(rooms))
        assert renderings.gone_later_than(0) == []
