"""Rooms whose truth is known, by the closed form."""

from collections.abc import Iterable
from math import exp
from random import Random

from gateway.domain.air.room_estimate import AirRoom, Prior
from gateway.domain.air.track import Track, after_reading
from sensors.wire.topic import DeviceSlug

VOLUME_M3 = 150.0
EACH_LPS = 0.0052
GROUP = Prior(EACH_LPS, 0.15)
ROOM = AirRoom(VOLUME_M3, Prior(65.0, 0.95))
OUTDOOR_PPM = 430.0
INTERVAL_S = 10.0


class Air:
    """The CO2 of a room and what a sensor without a lag shows of it, in even steps."""

    def __init__(self, co2_ppm: float = OUTDOOR_PPM, noise_ppm: float = 15.0) -> None:
        self.ppm = co2_ppm
        self.at_s = 0.0
        self._noise_ppm = noise_ppm
        self._dice = Random("air")

    def readings(
        self, minutes: float, flow_lps: float, people: int, interval_s: float = INTERVAL_S
    ) -> Iterable[tuple[float, float]]:
        rest_ppm = OUTDOOR_PPM + 1e6 * people * EACH_LPS / flow_lps
        fade = exp(-interval_s * flow_lps / (1e3 * VOLUME_M3))
        until_s = self.at_s + 60.0 * minutes
        while self.at_s < until_s:
            self.at_s += interval_s
            self.ppm = rest_ppm + (self.ppm - rest_ppm) * fade
            yield self.at_s, self.ppm + self._dice.gauss(0.0, self._noise_ppm)


def followed(track: Track, readings: Iterable[tuple[float, float]], room: AirRoom = ROOM) -> Track:
    for at_s, ppm in readings:
        track = after_reading(track, room, at_s, DeviceSlug("a"), ppm)
    return track
