"""Venues with as many rooms as one asks for: a CO2 sensor in each, which counts people too in every fifth."""

from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

from firmware_sim.physics.crowd import Habits
from firmware_sim.scenario.scenario import Appointment, DevicePlan, RoomPlan, Scenario
from firmware_sim.scenario.tables import Quantity, SimTable
from sensors.wire.topic import DeviceSlug, RoomSlug, VenueSlug

MOST_ROOMS = 100_000
ZONE = "Europe/Amsterdam"
INTERVAL_S = 10.0
COUNTED_EVERY = 5
SLOTS = (("08:30", "10:00"), ("10:30", "12:00"), ("13:00", "14:30"), ("15:00", "17:00"),
         ("19:30", "21:30"))  # fmt: skip
"""When rooms are met in, each of them on half of these."""
M3_A_SEAT = 8


def many_rooms(rooms: int, venues: int, seed: int) -> Scenario:
    """``rooms`` dealt to ``venues``, the same for the same seed. Its devices begin when the simulator does,
    not at midnight: to let thousands live through the morning would take minutes.
    """
    sim = SimTable()
    habits = Habits(generation_lph=sim.generation_lph, generation_spread=sim.generation_spread)
    plans = [_room(number, venues, seed) for number in range(rooms)]
    return Scenario(
        seed, sim.outdoor_ppm, habits, tuple(plans),
        tuple(_device(number, plan) for number, plan in enumerate(plans)),
        from_midnight=False,
    )  # fmt: skip


def venue_file(scenario: Scenario) -> Iterator[str]:
    """The lines of a file for ``luchtig import`` with the venues, rooms and devices of a scenario."""
    hung = {(device.venue, device.room): device for device in scenario.devices}
    venue = None
    for plan in sorted(scenario.rooms, key=lambda plan: (plan.venue, plan.slug)):
        if plan.venue != venue:
            venue = plan.venue
            yield f'[[venue]]\nslug = "{venue}"\nname = "{venue}"\ntimezone = "{plan.zone.key}"\n'
        seats = round(plan.volume_m3 / M3_A_SEAT)
        yield (
            f'[[venue.room]]\nslug = "{plan.slug}"\nname = "{plan.slug}"\nseats = {seats}\n'
            f"volume_m3 = {plan.volume_m3:g}\n"
        )
        yield f'[[venue.device]]\nslug = "{hung[plan.venue, plan.slug].slug}"\nroom = "{plan.slug}"\n'


def _room(number: int, venues: int, seed: int) -> RoomPlan:
    dice = Random(f"{seed}/many/{number}")
    seats = dice.randint(4, 24)
    return RoomPlan(
        venue=VenueSlug(f"venue-{number % venues + 1:03}"),
        slug=RoomSlug(f"room-{number + 1:05}"),
        zone=ZoneInfo(ZONE),
        volume_m3=float(seats * M3_A_SEAT),
        air_changes_per_h=round(dice.uniform(1.5, 6), 1),
        windows=(),
        appointments=tuple(
            Appointment(start, end, dice.randint(2, seats))
            for start, end in SLOTS
            if dice.random() < 0.5
        ),
        doors=0,
    )


def _device(number: int, room: RoomPlan) -> DevicePlan:
    measures: tuple[Quantity, ...] = ("air", "count") if number % COUNTED_EVERY == 0 else ("air",)
    return DevicePlan(
        venue=room.venue, slug=DeviceSlug(f"co2-{number + 1:05}"), room=room.slug, door=0,
        model="sim-co2", measures=measures, interval_s=INTERVAL_S, lag_s=60.0, noise_ppm=6.0,
        step_ppm=1.0, offset_ppm=0.0, drift=0.0, faults=(),
    )  # fmt: skip
