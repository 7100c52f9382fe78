"""A sensor on a wire: what it makes of the room it hangs in, with the character of its model."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_DAY_NS = 86_400 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """The room at one moment, or what a sensor makes of it."""

    co2_ppm: float
    temperature_c: float = 20.5
    humidity_pct: float = 42.0
    in_total: int = 0
    out_total: int = 0


@dataclass(frozen=True, slots=True)
class Character:
    """How a model differs from the truth: it follows with a time constant of ``lag_s``, tells its CO2 in
    steps with noise, shows ``warm_up_ppm`` while it warms up, is warmer than the room, and drifts.
    """

    lag_s: float = 0.0
    noise_ppm: float = 0.0
    step_ppm: float = 1.0
    warm_up_s: float = 0.0
    warm_up_ppm: float = 410.0
    warmer_c: float = 0.0
    drift_ppm_per_day: float = 0.0


CHARACTERS = {
    # Winsen: T90 under 120 s; fixed values while it warms up.
    "mh-z19b": Character(lag_s=50, noise_ppm=4, warm_up_s=180),
    "mh-z19c": Character(lag_s=50, noise_ppm=4, warm_up_s=60),
    # SenseAir: T90 of two minutes in a calm room; a status says that they warm up.
    "senseair-s8": Character(lag_s=50, noise_ppm=3, warm_up_s=20),
    "senseair-k30": Character(lag_s=20, noise_ppm=2, warm_up_s=60),
    "senseair-sunrise": Character(lag_s=40, noise_ppm=6, warm_up_s=16, warmer_c=0.5),
    # Sensirion: a response of 20 s, and its own heat on the board.
    "scd30": Character(lag_s=20, noise_ppm=4, step_ppm=0, warmer_c=1.0),
    "cm1106": Character(lag_s=50, noise_ppm=5, warm_up_s=120, warm_up_ppm=550),
    "counter-line": Character(),
    "lines": Character(noise_ppm=3),
}


class SerialSensor:
    """Looks at the room through ``look`` whenever it is asked; it has had its power for some time."""

    def __init__(
        self,
        look: Callable[[], Sample],
        now_ns: Callable[[], int],
        character: Character,
        seed: int = 0,
    ) -> None:
        self._look = look
        self._now_ns = now_ns
        self._character = character
        self._dice = Random(seed)
        self._seen_ppm: float | None = None
        self._seen_at_ns = self._made_at_ns = now_ns()
        self._on_at_ns = self._made_at_ns - round(character.warm_up_s * 1e9)

    def power_on(self) -> None:
        """Begin anew: warming up, with the room as it is now."""
        self._on_at_ns = self._now_ns()
        self._seen_ppm = None

    def is_warm(self) -> bool:
        """Whether its values are true."""
        return self._now_ns() - self._on_at_ns >= self._character.warm_up_s * 1e9

    def read_ppm(self) -> float:
        """Its CO2 alone."""
        return self.read().co2_ppm

    def read(self) -> Sample:
        """What it tells now."""
        character, true, now_ns = self._character, self._look(), self._now_ns()
        seen_ppm = self._follow(true.co2_ppm, now_ns)
        drifted_ppm = character.drift_ppm_per_day * (now_ns - self._made_at_ns) / _DAY_NS
        told_ppm = seen_ppm + drifted_ppm + self._dice.gauss(0, character.noise_ppm)
        if character.step_ppm:
            told_ppm = round(told_ppm / character.step_ppm) * character.step_ppm
        if not self.is_warm():
            told_ppm = character.warm_up_ppm
        return Sample(
            max(told_ppm, 0.0), true.temperature_c + character.warmer_c, true.humidity_pct,
            true.in_total, true.out_total,
        )  # fmt: skip

    def _follow(self, true_ppm: float, now_ns: int) -> float:
        if self._seen_ppm is None or self._character.lag_s == 0:
            self._seen_ppm = true_ppm
        else:
            kept = math.exp(-(now_ns - self._seen_at_ns) / 1e9 / self._character.lag_s)
            self._seen_ppm = true_ppm + (self._seen_ppm - true_ppm) * kept
        self._seen_at_ns = now_ns
        return self._seen_ppm
