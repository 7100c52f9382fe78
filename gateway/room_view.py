"""A live room as others see it: its state at a moment."""

from datetime import datetime, timedelta

from gateway.domain.flag import Flag
from gateway.domain.level import advice, level
from gateway.domain.meeting import Meeting
from gateway.domain.room_state import FlagView, MeetingView, RoomState
from gateway.room_live import RoomLive
from sensors.instant import to_wire

RULE_ORDER = ("co2", "ventilation", "occupancy", "sensor_fault", "no_data")


def state_of(room: RoomLive, now: datetime, gateway: str) -> RoomState:
    """The room's state as it is now, also where its rules were last judged at an earlier reading."""
    policy = room.policy_at(now)
    facts = room.facts(now, policy)
    flags = sorted(room.flags.values(), key=lambda flag: RULE_ORDER.index(flag.rule))
    meeting = room.meeting_at(now)
    return RoomState(
        venue=room.key[0],
        room=room.key[1],
        at=to_wire(now),
        name=room.room.name,
        level=level(facts, flags, policy, now),
        co2_ppm=facts.co2_ppm,
        co2_at=None if facts.co2_at is None else to_wire(facts.co2_at),
        people=facts.people,
        people_at=None if facts.people_at is None else to_wire(facts.people_at),
        capacity=facts.capacity,
        advice=advice(facts, flags, policy, now),
        meeting=None if meeting is None else _meeting_view(meeting),
        flags=tuple(_flag_view(room, flag, now) for flag in flags),
        gateway=gateway,
    )


def _meeting_view(meeting: Meeting) -> MeetingView:
    return MeetingView(meeting.id, meeting.title, to_wire(meeting.start), to_wire(meeting.end))


def _flag_view(room: RoomLive, flag: Flag, now: datetime) -> FlagView:
    value = flag.value
    if flag.rule == "no_data" and flag.clearing_since is None:
        value = max(0.0, (now - flag.since) / timedelta(seconds=1))
    evidence = room.evidence_of(flag)
    return FlagView(flag.rule, flag.state, to_wire(flag.since), value, flag.limit, evidence)
