"""How much is taken of one device, so that none crowds out the others.

What has a time of its own is counted by that: a spool that catches up hands over a night within a second,
in whatever order, and none of it is too much. What has none is counted as it arrives, and not while the
gateway catches up itself.
"""

from typing import Final

SECOND_NS: Final = 1_000_000_000
MINUTE_NS: Final = 60 * SECOND_NS
MINUTES_KEPT: Final = 15
"""Of each source, so many minutes are counted side by side."""
SOURCES_KEPT: Final = 50_000
"""Beyond it all are counted anew."""
AWAY_NS: Final = 5 * SECOND_NS
LONGEST_NS: Final = 7 * 86_400 * SECOND_NS
"""As long as the broker keeps our session."""

Source = tuple[str, str, type]
"""A device and what it sends."""


class _Counted:
    """``minute`` is the one that was counted last, ``second`` the newest one that had the reading that is
    always taken.
    """

    __slots__ = ("count", "minute", "others", "second")

    def __init__(self, minute: int) -> None:
        self.minute = minute
        self.count = 0
        self.second = -1
        self.others: dict[int, int] = {}

    def turn_to(self, minute: int) -> None:
        self.others[self.minute] = self.count
        self.minute, self.count = minute, self.others.pop(minute, 0)
        if len(self.others) >= MINUTES_KEPT:
            del self.others[min(self.others)]


class FairShare:
    """Of each source no more in a minute than ``per_s`` times sixty. Of one that has had that, the first of
    each second that is newer than the ones before is taken all the same, so that its room stays in sight.
    """

    def __init__(self, per_s: float) -> None:
        self.per_s = per_s
        self._most = round(per_s * 60)
        self._counted: dict[Source, _Counted] = {}

    def takes(self, source: Source, at_ns: int) -> bool:
        """Whether one more of that time is within the share; it is counted."""
        minute = at_ns // MINUTE_NS
        counted = self._counted.get(source)
        if counted is None:
            counted = self._begin(source, minute)
        elif counted.minute != minute:
            counted.turn_to(minute)
        if counted.count < self._most:
            counted.count += 1
            return True
        second = at_ns // SECOND_NS
        is_first = second > counted.second
        counted.second = max(second, counted.second)
        return is_first

    def _begin(self, source: Source, minute: int) -> _Counted:
        if len(self._counted) >= SOURCES_KEPT:
            self._counted.clear()
        begun = self._counted[source] = _Counted(minute)
        return begun


class CatchUp:
    """Whether what comes may be what the broker kept: for as long as nothing was heard of it."""

    def __init__(self, heard_ns: int | None) -> None:
        """``heard_ns`` is when the run before heard the broker last; None: there was none."""
        self._heard_ns = heard_ns
        self._until_ns = 0

    def heard(self, now_ns: int) -> None:
        """The broker is heard, or it is known that it has nothing to say."""
        silent_ns = 0 if self._heard_ns is None else now_ns - self._heard_ns
        if silent_ns > AWAY_NS:
            self._until_ns = max(self._until_ns, now_ns + min(silent_ns, LONGEST_NS))
        self._heard_ns = now_ns

    def is_on(self, now_ns: int) -> bool:
        return now_ns < self._until_ns
