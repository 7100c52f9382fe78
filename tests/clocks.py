"""Clocks of tests."""

from sensors.clock import Clock


class StillClock(Clock):
    """Stands still at ``start_ns``, and counts as one of usual speed."""

    def now_ns(self) -> int:
        return self.start_ns
