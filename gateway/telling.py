"""Who was told of which flag. Once per breach and recipient: the same organiser's next meeting is no
reason to tell again.
"""

from collections.abc import Iterable

from gateway.domain.notice import Notice
from gateway.unsaved import Posted, Unsaved


class Telling:
    def __init__(self, unsaved: Unsaved) -> None:
        self._unsaved = unsaved
        self._told: dict[str, list[tuple[str, str]]] = {}

    def load(self, told: Iterable[tuple[str, str, str]]) -> None:
        """(flag, meeting, recipient) of what the outbox holds of the open flags."""
        self._told = {}
        for flag, meeting, recipient in told:
            self._told.setdefault(flag, []).append((meeting, recipient))

    def knows(self, flag_id: str, recipient: str) -> bool:
        """Whether the recipient was told that the flag fires."""
        told = self._told.get(flag_id, ())
        return any(who.casefold() == recipient.casefold() for _, who in told)

    def of(self, flag_id: str) -> tuple[tuple[str, str], ...]:
        """(meeting, recipient) of everybody who was told that the flag fires."""
        return tuple(self._told.get(flag_id, ()))

    def tell(self, flag_id: str, meeting: str, recipient: str, notice: Notice) -> None:
        """Put a message in the outbox."""
        self._unsaved.posted.append(Posted(meeting, flag_id, recipient, notice))
        if notice.kind == "firing":
            self._told.setdefault(flag_id, []).append((meeting, recipient))
        else:
            self._told[flag_id].remove((meeting, recipient))
            if not self._told[flag_id]:
                del self._told[flag_id]
