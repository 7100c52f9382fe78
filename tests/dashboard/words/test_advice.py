from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.words.advice import advice_sentences
from dashboard.words.locale import page_locale
from gateway.domain.room_state import Level, MeetingView, RoomState
from sensors.wire.instant import to_wire
from sensors.wire.topic import RoomSlug, VenueSlug

NOW = datetime(2026, 11, 24, 19, 11, 30, tzinfo=UTC)
NL = page_locale("nl", "Europe/Amsterdam")
EN = page_locale("en", "Europe/Amsterdam")


def state(level: Level, **values: Any) -> RoomState:
    return RoomState(
        VenueSlug("de-kade"), RoomSlug("serre"), to_wire(NOW), "Serre", level, **values
    )


MEETING = MeetingView(
    "m", "Pitch", to_wire(NOW - timedelta(minutes=60)), to_wire(NOW + timedelta(minutes=30))
)
OPEN: dict[str, Any] = {"code": "open_windows"}
OPEN_KNOWN = OPEN | {
    "ppm": 900.0, "unchanged_ppm": 1310.0, "flow_lps": 45.0, "opened_lps": 180.0,
    "minutes": 9.0, "opened_minutes": None,
}  # fmt: skip
BREAK = {"code": "break", "minutes": 10.0, "ppm": 900.0}


class TestSentences:
    """All that helps, each with its numbers."""

    @pytest.mark.parametrize(
        ("advice", "dutch", "english"),
        [
            (
                OPEN_KNOWN,
                (
                    "Open de ramen: 900 ppm over 15 min, en 1.310 ppm als ze dicht blijven"
                    " (180 l/s frisse lucht in plaats van 45 l/s)"
                ),
                (
                    "Open the windows: 900 ppm in 15 min, and 1,310 ppm if they stay closed"
                    " (180 l/s of fresh air instead of 45 l/s)"
                ),
            ),
            (
                OPEN | {"ppm": 900.0, "unchanged_ppm": 1310.0},
                "Open de ramen: 900 ppm over 15 min, en 1.310 ppm als ze dicht blijven",
                "Open the windows: 900 ppm in 15 min, and 1,310 ppm if they stay closed",
            ),
            (OPEN_KNOWN | {"unchanged_ppm": 920.0}, "Open de ramen", "Open the windows"),
            (OPEN, "Open de ramen", "Open the windows"),
            (
                {"code": "at_most", "people": 16},
                "Hooguit 16 mensen tot het einde",
                "At most 16 people until the end",
            ),
            (
                {"code": "at_most", "people": 1},
                "Hooguit 1 persoon tot het einde",
                "At most 1 person until the end",
            ),
            (
                BREAK,
                "10 min pauze brengt het op 900 ppm",
                "A break of 10 min brings it to 900 ppm",
            ),
            (
                {"code": "close_windows", "ppm": 840.0},
                "De ramen kunnen weer dicht: dicht wordt het 840 ppm aan het einde",
                "The windows can be closed again: closed it will be 840 ppm at the end",
            ),
        ],
    )
    def test_each_code_has_one(self, advice: dict[str, Any], dutch: str, english: str) -> None:
        shown = state("watch", advice=(advice,), meeting=MEETING)
        said = [advice_sentences(shown, locale)[0].replace("\u00a0", " ") for locale in (NL, EN)]
        assert said == [dutch, english]

    def test_without_a_meeting_there_is_no_end(self) -> None:
        advice = ({"code": "at_most", "people": 16}, {"code": "close_windows", "ppm": 840.0})
        assert advice_sentences(state("good", advice=advice), NL) == (
            "Hooguit 16 mensen",
            "De ramen kunnen weer dicht: dicht wordt het 840 ppm in 2 uur",
        )

    def test_what_is_not_known_here_is_left_out(self) -> None:
        strange: tuple[dict[str, Any], ...] = (
            {"code": "of_tomorrow"},
            {},
            {"code": "break"},
            {"code": "at_most", "people": "x"},
        )
        assert advice_sentences(state("good", advice=strange), NL) == ()
