"""A change of a flag as MQTT hears of it."""

from typing import Any

from gateway.domain.alerts.flag import Flag
from gateway.domain.room_state import AlertChange
from gateway.registry.alerts.flags import Change, Publication
from sensors.wire.instant import to_wire


def publication_of(flag: Flag, change: Change, evidence: tuple[dict[str, Any], ...]) -> Publication:
    told = AlertChange(
        id=flag.id,
        rule=flag.rule,
        state=change.state,
        at=to_wire(change.at),
        since=to_wire(flag.since),
        value=change.value,
        limit=flag.limit,
        meeting=change.meeting,
        evidence=() if change.state == "resolved" else evidence,
    )
    return Publication(change.id or 0, flag.venue, flag.room, told)
