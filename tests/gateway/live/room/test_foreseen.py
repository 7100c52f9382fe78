"""A forecast that lies packed is the same when it is asked for again."""

from gateway.domain.air.forecast import Forecast, Point
from gateway.live.room.foreseen import Foreseen

MADE = Forecast(
    1.8e9 + 0.1,
    (Point(0.0, 700.0, 650.5, 750.25), Point(15.0, 900.1, 800.2, 1000.3), Point(44.5, 1e3, 9e2, 2e3)),
    903.7, 41.0, 12.5,
)  # fmt: skip


def test_a_forecast_is_what_was_put_in() -> None:
    foreseen = Foreseen(MADE)
    assert foreseen.forecast == MADE
    assert isinstance(foreseen.forecast.path[-1], Point)
    assert foreseen.soon_ppm == MADE.path[1].ppm
