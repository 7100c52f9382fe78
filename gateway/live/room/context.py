"""What one live room is held to: its place in the configuration, its limits and its meeting at a
moment.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gateway.domain.air.tested import UNTESTED
from gateway.domain.meeting import Meeting
from gateway.domain.people import DOOR_QUIET_FOR
from gateway.domain.policy import LATEST_S, MISSED, Policy
from gateway.live.configuration import Configuration
from gateway.live.last_seen import LastSeen
from sensors.wire.topic import DeviceSlug, RoomKey

SELDOM = 1.2
"""What was only learned counts where a sensor sends hardly oftener than it must: of one that sends
oftener a missed message is noticed as soon as the policy says."""
FAR = datetime.max.replace(tzinfo=UTC)


class RoomContext:
    """Shared by the parts of one room; only the room itself configures it."""

    __slots__ = (
        "_changes", "_interval_s", "_is_learned", "_last_seen", "_learned_s", "_meeting", "_policy",
        "_since", "_standards", "_told_s", "_unpaced", "_until", "calendar", "configuration", "key",
        "room", "tested", "venue", "zone",
    )  # fmt: skip

    def __init__(
        self, key: RoomKey, configuration: Configuration, last_seen: LastSeen | None = None
    ) -> None:
        self.key = key
        self._last_seen = last_seen or LastSeen()
        self._told_s: Mapping[DeviceSlug, float | None] = {}
        self._learned_s: dict[DeviceSlug, float] = {}
        self._interval_s, self._is_learned = 0.0, True
        self._changes = 0
        self.configure(configuration)

    def configure(self, configuration: Configuration) -> None:
        """Take over a configuration in which the room is."""
        self.configuration = configuration
        self.room = configuration.rooms[self.key]
        self.tested = configuration.tested.get(self.key, UNTESTED)
        self.venue = configuration.venues[self.key[0]]
        self.zone = configuration.zones[self.key[0]]
        self.calendar = configuration.calendar(self.key)
        self._changes += 1
        self._since = self._until = FAR
        self._unpaced = configuration.policy(self.room, None)
        self._policy = self.paced(self._unpaced)
        self._meeting: Meeting | None = None
        self._standards: tuple[Policy, Policy] | None = None

    def watch(self, told_s: Mapping[DeviceSlug, float | None]) -> None:
        """These devices measure its air, and send as often as they told (None: they did not)."""
        if told_s != self._told_s:
            self._told_s = told_s
            self._keep_pace()

    def learn(self, device: DeviceSlug, interval_s: float) -> None:
        """So often a device usually sends, by its readings (0: not known); to the second, so that
        jitter alone makes no other policy.
        """
        seconds = float(math.ceil(interval_s))
        if self._learned_s.get(device, 0.0) != seconds:
            self._learned_s[device] = seconds
            self._keep_pace()

    def paced(self, policy: Policy) -> Policy:
        """Limits with the time without data that the pace of its devices needs: the fastest counts,
        by what it tells, or else by what was learned of it.
        """
        if self._is_learned and self._interval_s * SELDOM <= policy.no_data_s:
            return policy
        return policy.at_pace(self._interval_s)

    def _keep_pace(self) -> None:
        paces = (
            (told_s or self._learned_s.get(device, 0.0), not told_s)
            for device, told_s in self._told_s.items()
        )
        known = (one for one in paces if one[0])
        self._interval_s, self._is_learned = min(known, default=(0.0, True))
        self._standards = None
        paced = self.paced(self._unpaced)
        if paced != self._policy:
            self._policy = paced
            self._changes += 1

    def there_until(self, door: DeviceSlug, heard_at: datetime) -> datetime:
        """Till when a door is there of which nothing more is heard, by what it tells: its status, how
        often it sends, or nothing at all.
        """
        device = (self.key[0], door)
        is_online = self._last_seen.is_online(device)
        if is_online is not None:
            return FAR if is_online else heard_at
        interval_s = self._last_seen.interval_s(device)
        if interval_s is None:
            return heard_at + DOOR_QUIET_FOR
        return heard_at + timedelta(seconds=min(MISSED * interval_s, LATEST_S))

    @property
    def version(self) -> int:
        """Another number where anything but the time made its limits, or what its devices say, others."""
        return self._changes + self._last_seen.said

    @property
    def until(self) -> datetime:
        """When policy or meeting may be others than at the moment that was asked for last."""
        return self._until

    def meeting(self, at: datetime) -> Meeting | None:
        """The meeting that is on at a moment."""
        self._look(at)
        return self._meeting

    def policy(self, at: datetime) -> Policy:
        """The limits it is held to at a moment."""
        self._look(at)
        return self._policy

    @property
    def standards(self) -> tuple[Policy, Policy]:
        """What the law asks of it, and what is healthy for it."""
        if self._standards is None:
            legal = self.paced(self.configuration.legal(self.venue))
            self._standards = legal, self.paced(self.configuration.healthy(self.venue))
        return self._standards

    def _look(self, at: datetime) -> None:
        if not self._since <= at < self._until:
            on = self.calendar.on_at(at)
            self._meeting = on[0] if on else None
            self._unpaced = self.configuration.policy(self.room, self._meeting)
            self._policy = self.paced(self._unpaced)
            self._since, self._until = at, self.calendar.next_moment(at) or FAR
