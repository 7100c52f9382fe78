"""A simulated device: it looks at its room at its own interval and makes readings of what it
sees.
"""

import math
from datetime import timedelta
from random import Random

from firmware_sim.room import SimRoom
from firmware_sim.scenario.room_schedule import local_day, midnight_ns
from firmware_sim.scenario.scenario import DevicePlan
from sensors.wire.reading import CO2_PPM_RANGE, AirReading, PeopleReading, Reading

SECOND_NS = 1_000_000_000
MILLISECOND_NS = 1_000_000
DAY = timedelta(days=1)
EPOCH_NS = 1_577_836_800 * SECOND_NS
"""2020, the first moment a gateway takes: a device's ``seq`` counts its intervals since then."""

MOVES_EVERY_S = 120.0
"""How seldom a person who sits in a meeting moves so that a motion sensor sees it."""
TEMPERATURE_NOISE_C = 0.04
HUMIDITY_NOISE_PCT = 0.2


class SimDevice:
    """One device in its room.

    Its moments lie on a grid of its interval, shifted by a part of it that is the device's own, so
    that a venue's devices do not all speak at once. Its dice begin anew each local day.
    """

    def __init__(self, plan: DevicePlan, room: SimRoom, seed: int) -> None:
        self.plan = plan
        self.room = room
        self._name = f"{seed}/{plan.venue}/{plan.slug}"
        self._interval_ns = max(round(plan.interval_s * 1000), 1) * MILLISECOND_NS
        phase_ms = Random(self._name).randrange(self._interval_ns // MILLISECOND_NS)
        self._phase_ns = EPOCH_NS + phase_ms * MILLISECOND_NS
        self._dice = Random(self._name)
        self._day_ends_ns = 0
        self._seen_ppm: float | None = None
        self._seen_at_ns = 0
        self._passed = [0, 0]
        self._counted = [0, 0]
        self._went = (0, 0)
        said = ("air" if quantity == "air" else "people" for quantity in plan.measures)
        self._kinds = tuple(dict.fromkeys(said))

    def next_ns(self, after_ns: int) -> int:
        """The device's first moment that is not before ``after_ns``."""
        return (
            -((self._phase_ns - after_ns) // self._interval_ns) * self._interval_ns + self._phase_ns
        )

    def measure(self, at_ns: int) -> list[Reading]:
        """What the device reads at ``at_ns``, one of its moments; moments come in order."""
        self.room.advance(at_ns)
        self._new_day(at_ns)
        seq = (at_ns - self._phase_ns) // self._interval_ns
        return [
            self._air(at_ns, seq) if kind == "air" else self._people(at_ns, seq)
            for kind in self._kinds
        ]

    def _new_day(self, at_ns: int) -> None:
        if at_ns >= self._day_ends_ns:
            day = local_day(self.room.plan, at_ns)
            self._day_ends_ns = midnight_ns(self.room.plan, day + DAY)
            self._dice = Random(f"{self._name}/{day}")

    def _air(self, at_ns: int, seq: int) -> AirReading:
        plan, dice = self.plan, self._dice
        noisy_ppm = self._respond(at_ns) + plan.offset_ppm + dice.gauss(0, plan.noise_ppm)
        co2_ppm = _rounded(noisy_ppm, plan.step_ppm)
        climate = self.room.climate
        return AirReading(
            plan.venue, plan.slug, at_ns, at_ns, ts_given=True,
            co2_ppm=min(max(co2_ppm, CO2_PPM_RANGE[0]), CO2_PPM_RANGE[1]),
            temperature_c=round(climate.temperature_c + dice.gauss(0, TEMPERATURE_NOISE_C), 1),
            humidity_pct=round(climate.humidity_pct + dice.gauss(0, HUMIDITY_NOISE_PCT), 1),
            seq=seq,
        )  # fmt: skip

    def _respond(self, at_ns: int) -> float:
        """The sensor's own state: it follows the room with its time constant."""
        true_ppm = self.room.co2_ppm
        if self._seen_ppm is None or self.plan.lag_s == 0:
            self._seen_ppm = true_ppm
        else:
            passed_s = (at_ns - self._seen_at_ns) / SECOND_NS
            kept = math.exp(-passed_s / self.plan.lag_s)
            self._seen_ppm = true_ppm + (self._seen_ppm - true_ppm) * kept
        self._seen_at_ns = at_ns
        return self._seen_ppm

    def _people(self, at_ns: int, seq: int) -> PeopleReading:
        plan = self.plan
        said: dict[str, int] = {}
        if "count" in plan.measures:
            said["count"] = self.room.people
        if "door" in plan.measures:
            said["in_total"], said["out_total"] = self._totals()
        if "motion" in plan.measures:
            said["motion"] = self._movements()
        return PeopleReading(plan.venue, plan.slug, at_ns, at_ns, ts_given=True, seq=seq, **said)

    def _totals(self) -> tuple[int, int]:
        """Who passed the door, but for those it missed."""
        totals = (self.room.in_totals[self.plan.door], self.room.out_totals[self.plan.door])
        for way, total in enumerate(totals):
            passing, self._passed[way] = total - self._passed[way], total
            self._counted[way] += sum(
                self._dice.random() >= self.plan.drift for _ in range(passing)
            )
        return self._counted[0], self._counted[1]

    def _movements(self) -> int:
        """Movements since the last moment: of who sits there now and then, of who came or went."""
        went = (sum(self.room.in_totals), sum(self.room.out_totals))
        passing, self._went = sum(went) - sum(self._went), went
        chance = 1.0 - math.exp(-self.plan.interval_s / MOVES_EVERY_S)
        return passing + sum(self._dice.random() < chance for _ in range(self.room.people))


def _rounded(value: float, step: float) -> float:
    return round(round(value / step) * step, 3) if step > 0 else round(value, 3)
