"""What one live room is held to: its place in the configuration, its limits and its meeting at a
moment.
"""

from datetime import UTC, datetime

from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.live.configuration import Configuration
from sensors.wire.topic import RoomKey

FAR = datetime.max.replace(tzinfo=UTC)


class RoomContext:
    """Shared by the parts of one room; only the room itself configures it."""

    def __init__(self, key: RoomKey, configuration: Configuration) -> None:
        self.key = key
        self.configure(configuration)

    def configure(self, configuration: Configuration) -> None:
        """Take over a configuration in which the room is."""
        self.configuration = configuration
        self.room = configuration.rooms[self.key]
        self.venue = configuration.venues[self.key[0]]
        self.zone = configuration.zones[self.key[0]]
        self.calendar = configuration.calendar(self.key)
        self._since = self._until = FAR
        self._policy = configuration.policy(self.room, None)
        self._meeting: Meeting | None = None

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

    def _look(self, at: datetime) -> None:
        if not self._since <= at < self._until:
            on = self.calendar.on_at(at)
            self._meeting = on[0] if on else None
            self._policy = self.configuration.policy(self.room, self._meeting)
            self._since, self._until = at, self.calendar.next_moment(at) or FAR
