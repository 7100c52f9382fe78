"""What people asked of the gateway, done."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gateway.domain.alerts.flag import Flag
from gateway.live.configuration import Configuration
from gateway.live.rooms import LiveRooms
from gateway.registry.live.operator_requests import AcknowledgeRequest, Request, UnreadableRequest

log = logging.getLogger(__name__)


def is_ours(
    request: Request, stored: Mapping[str, Flag | None], configuration: Configuration
) -> bool:
    """Whether it is asked of us, and not of whoever looks after another venue. ``stored`` as of ``do``."""
    if isinstance(request, UnreadableRequest):
        return True
    if isinstance(request, AcknowledgeRequest):
        flag = stored[request.flag]
        return flag is None or configuration.is_ours(flag.venue)
    return configuration.is_ours(request.venue)


def do(
    request: Request, rooms: LiveRooms, stored: Mapping[str, Flag | None], now: datetime
) -> None:
    """Do one request; ``stored`` are the flags that are to be marked as seen, as the database has
    them.
    """
    rooms.unit_of_work.done[request.id] = now
    if isinstance(request, UnreadableRequest):
        log.warning("request %s cannot be read: it is set aside", request.id)
        return
    if not isinstance(request, AcknowledgeRequest):
        rooms.set_people(request)
        return
    flag = rooms.open_flag(request.flag) or stored[request.flag]
    if flag is not None and flag.acknowledged_at is None:
        seen = replace(
            flag,
            acknowledged_at=request.at,
            acknowledged_by=request.by,
            acknowledged_note=request.note,
        )
        rooms.unit_of_work.acknowledged.append(seen)
        rooms.acknowledge(seen)
