"""What an open board is sent: the parts that changed, and nothing that is not for who looks."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from dashboard.pages.parts.live import live_board
from dashboard.web.stream import HANDOVER, Followed
from gateway.domain.room_state import MeetingView
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug
from tests.dashboard.pages.reading import text
from tests.dashboard.pages.scene import Stage, ago, ahead, evening, room_state
from tests.servers import wait_until

ATELIER = "de-kade/atelier"


class Board:
    """An open page: what it has heard, event by event."""

    def __init__(self, client: FlaskClient, address: str, **headers: str) -> None:
        taken: list[Followed] = []
        answer = client.get(address, headers=headers, environ_overrides={HANDOVER: taken.append})
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "text/event-stream"
        self.events = taken[0].events
        self.heard = self.events.take()[0]

    def named(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(event.data) for event in self.heard if event.name == name]

    def cards(self) -> dict[str, dict[str, Any]]:
        return {card["key"]: card for card in self.named("card")}

    def take(self) -> None:
        self.heard += self.events.take()[0]

    def until(self, is_there: Callable[["Board"], object]) -> "Board":
        def look() -> bool:
            self.take()
            return bool(is_there(self))

        wait_until(look, "the board to hear of it")
        return self

    def after(self, act: Callable[[], object], is_there: Callable[["Board"], object]) -> "Board":
        """What is heard of a change alone."""
        self.heard = []
        act()
        return self.until(is_there)


@pytest.fixture
def opened(client: FlaskClient) -> Iterator[Callable[..., Board]]:
    boards: list[Board] = []

    def make(address: str = "/board/stream?lang=nl", **headers: str) -> Board:
        boards.append(Board(client, address, **headers))
        return boards[-1]

    yield make
    for board in boards:
        board.events.close()


Opened = Callable[..., Board]


def edition(client: FlaskClient, page: str = "/?lang=nl") -> str:
    found = re.search(r'data-since="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


class TestParts:
    def test_a_page_that_knows_nothing_is_told_everything(self, opened: Opened) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        page = board.named("head")[0]
        assert page["venue"] == ""
        assert sorted(page["rooms"]) == sorted(board.cards())
        assert board.named("head")[1]["parts"]["summary"] == "5 zalen · 2 vragen iets van u"
        atelier = board.cards()[ATELIER]
        assert atelier["level"] == "good"
        assert atelier["announce"] == "Atelier: In orde"
        assert text(atelier["parts"]["co2"]) == "CO₂ 642 ppm"

    def test_a_page_just_loaded_lacks_nothing(self, client: FlaskClient, opened: Opened) -> None:
        since = edition(client)
        board = opened(f"/board/stream?lang=nl&since={since}")
        board.until(lambda board: board.heard)
        assert [event.name for event in board.heard] == ["beat"]

    def test_of_a_change_the_parts_come_that_are_other(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        atelier = evening()[0]
        board.after(
            lambda: stage.board.show(msgspec.structs.replace(atelier, co2_ppm=650.0)),
            lambda board: board.cards(),
        )
        (card,) = board.named("card")
        assert card["key"] == ATELIER
        assert set(card) == {"key", "rank", "parts"}
        assert set(card["parts"]) == {"co2"}
        assert text(card["parts"]["co2"]) == "CO₂ 650 ppm"

    def test_a_room_that_needs_somebody_ranks_before_those_that_do_not(
        self, opened: Opened, stage: Stage
    ) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        ranks = {key: card["rank"] for key, card in board.cards().items()}
        assert sorted(ranks, key=ranks.__getitem__)[:2] == [
            "de-kade/grote-zaal",
            "de-kade/havenkamer",
        ]
        stuffy = room_state(RoomSlug("atelier"), level="act", co2_ppm=1310.0)
        board.after(lambda: stage.board.show(stuffy), lambda board: board.cards())
        assert board.cards()[ATELIER]["rank"] < ranks["de-kade/grote-zaal"]
        assert board.cards()[ATELIER]["level"] == "act"

    def test_who_comes_back_gets_what_came_meanwhile(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        had = next(event.id for event in reversed(board.heard) if event.id)
        stage.board.show(room_state(RoomSlug("serre"), co2_ppm=999.0))
        again = opened("/board/stream?lang=nl&since=old.1", **{"Last-Event-ID": had})
        again.until(lambda board: board.cards())
        assert set(again.cards()) == {"de-kade/serre"}

    def test_a_slow_reader_gets_the_newest_alone(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        other = opened().until(lambda board: len(board.cards()) == 5)
        board.heard = []
        for ppm in (700.0, 710.0, 720.0):
            show = partial(stage.board.show, room_state(RoomSlug("atelier"), co2_ppm=ppm))
            other.after(show, lambda board: board.cards())
        board.take()
        assert [text(card["parts"]["co2"]) for card in board.named("card")] == ["CO₂ 720 ppm"]

    def test_one_rendering_serves_all_who_look(self, opened: Opened, stage: Stage) -> None:
        boards = [opened().until(lambda board: len(board.cards()) == 5) for _ in range(3)]
        stage.board.show(room_state(RoomSlug("atelier"), co2_ppm=702.0))
        for board in boards:
            board.heard = []
            board.until(lambda board: board.cards())
        first, *others = (board.heard[-1] for board in boards)
        assert all(event is first for event in others)


class TestTime:
    """What changes though no state comes."""

    def test_a_broker_that_goes_away_is_told(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)

        def away() -> None:
            stage.board.connected = False

        board.after(away, lambda board: board.named("head"))
        assert "Geen verbinding met de broker" in board.named("head")[0]["parts"]["notice"]

    def test_a_room_that_goes_is_gone(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)

        def leave() -> None:
            stage.board.states = stage.board.states[1:]

        board.after(leave, lambda board: board.named("gone"))
        assert board.named("gone") == [{"key": ATELIER}]
        assert board.named("head")[-1]["parts"]["summary"].startswith("4 zalen")

    def test_a_new_room_comes_whole(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        new = msgspec.structs.replace(evening()[0], room="zolder", name="Zolder & nok")

        def come() -> None:
            stage.board.states = (*stage.board.states, new)

        board.after(come, lambda board: "de-kade/zolder" in board.cards())
        parts = board.cards()["de-kade/zolder"]["parts"]
        assert parts["name"] == "Zolder &amp; nok"
        assert {"band", "co2", "people", "flow", "trace", "seen", "meeting"} < set(parts)

    def test_beats_come_from_who_renders(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_board, "BEAT_S", 0.05)
        board = opened().until(lambda board: len(board.cards()) == 5)
        board.after(lambda: None, lambda board: len(board.named("beat")) > 1)
        assert all(event.id for event in board.heard)


class TestWhatItShows:
    def test_a_venue_alone(self, opened: Opened, stage: Stage) -> None:
        stray = msgspec.structs.replace(evening()[0], venue="elders", room="zolder")
        stage.board.states = (*evening(), stray)
        board = opened("/board/stream?lang=nl&venue=elders").until(lambda board: board.cards())
        assert set(board.cards()) == {"elders/zolder"}

    def test_a_room_with_its_air_and_the_points_of_its_chart(self, opened: Opened) -> None:
        board = opened("/board/stream?lang=nl&show=de-kade/grote-zaal")
        board.until(lambda board: board.named("point"))
        assert set(board.cards()) == {"de-kade/grote-zaal"}
        assert [head["venue"] for head in board.named("head")] == [""]
        assert "De lucht nu" in board.named("air")[0]["html"]
        (told,) = board.named("point")
        assert told["point"]["at"] == "2026-11-24T20:11:24"
        assert told["point"]["co2_ppm"] == 1240.0
        assert told["point"]["ahead"][0][1] >= 1240.0

    def test_what_several_tabs_show_comes_once(self, opened: Opened) -> None:
        board = opened("/board/stream?lang=nl&show=*&show=de-kade/serre")
        board.until(lambda board: board.named("air"))
        assert len(board.named("card")) == 5
        assert [air["key"] for air in board.named("air")] == ["de-kade/serre"]

    def test_each_language_has_its_own(self, opened: Opened) -> None:
        english = opened("/board/stream?lang=en").until(lambda board: len(board.cards()) == 5)
        assert english.cards()[ATELIER]["announce"] == "Atelier: All fine"

    def test_a_private_title_is_veiled(self, opened: Opened, stage: Stage) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        private = MeetingView("m", None, to_wire(ago(5)), to_wire(ahead(30)), private=True)
        shown = room_state(RoomSlug("atelier"), co2_ppm=642.0, meeting=private)
        board.after(lambda: stage.board.show(shown), lambda board: board.cards())
        assert board.cards()[ATELIER]["parts"]["meeting"].startswith("Bezet")

    def test_hostile_titles_are_text(self, opened: Opened) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        assert "<script>" not in board.cards()["de-kade/serre"]["parts"]["meeting"]

    def test_no_part_holds_a_token_of_somebody(self, opened: Opened) -> None:
        board = opened().until(lambda board: len(board.cards()) == 5)
        told = b"".join(event.data for event in board.heard)
        tokens = re.findall(rb'name=\\"csrf_token\\" value=\\"([^"\\]*)', told)
        assert len(tokens) == told.count(b"csrf_token") == 3
        assert set(tokens) == {b""}


class TestPlaces:
    def test_all_taken_it_says_when_to_ask_again(
        self, client: FlaskClient, opened: Opened, stage: Stage
    ) -> None:
        places = [stage.board.follow() for _ in range(50)]
        refused = client.get("/board/stream", environ_overrides={HANDOVER: print})
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        for place in places:
            place.close()
        opened().until(lambda board: board.cards())

    @pytest.mark.usefixtures("stage")
    def test_who_leaves_gives_the_place_back(self, client: FlaskClient) -> None:
        for _ in range(60):
            Board(client, "/board/stream").events.close()


def test_a_wall_screen_has_no_links_in_its_cards(client: FlaskClient) -> None:
    page = client.get("/kiosk/de-kade").text
    assert page.count("<h2") == 6  # one is what new cards are made from
    assert 'href="/rooms/' not in page
    assert 'href="/rooms/de-kade/serre"' in client.get("/").text
