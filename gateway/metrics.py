"""What the gateway counts. Totals outlive a restart: they are kept in the table ``counters``.

A total that can be told from the journal (taken, refused) is added up with the live cursor and so
is exact through a crash; the others may miss what happened in the last second before one.
"""

import hashlib
import threading
from collections.abc import Mapping

Key = tuple[str, str]
"""A counter's name and its label's value, ``""`` where it has no label; the values of several labels
are parted by a blank.
"""

ACCEPTED = "readings_accepted_total"
DUPLICATE = "readings_duplicate_total"
REFUSED = "messages_refused_total"
DROPPED = "values_dropped_total"
ZONE_ASSUMED = "readings_without_zone_total"
OVER_SHARE = "messages_over_share_total"
STORE_WRITTEN = "store_written_total"
STORE_ERRORS = "store_errors_total"
JOURNAL_ERRORS = "journal_errors_total"
DATABASE_ERRORS = "database_errors_total"
CONNECTIONS = "broker_connections_total"
BROKER_REFUSED = "broker_refused_total"
FORECASTS_SCORED = "forecasts_scored_total"
FORECAST_ERROR = "forecast_error_ppm_total"
UNCHANGED_ERROR = "forecast_unchanged_error_ppm_total"
PUSH_ENDED = "push_subscriptions_ended_total"
DOOR_DECISIONS = "door_decisions_total"
CONNECTED = "broker_connected"
JOURNAL_ENTRIES = "journal_entries"
JOURNAL_BYTES = "journal_bytes"
JOURNAL_MOST_BYTES = "journal_max_bytes"
JOURNAL_FULL = "journal_full"
STORE_BACKLOG = "store_backlog"
STORE_BEHIND = "store_behind"
LIVE_BACKLOG = "live_backlog"
STORE_REFUSES = "store_refuses"
LEASE_NUMBER = "lease_number"
FAILOVERS = "failovers_total"

# Gauges say how it is now: they are not carried over from the run before.
GAUGES = (
    CONNECTED, JOURNAL_ENTRIES, JOURNAL_BYTES, JOURNAL_MOST_BYTES, JOURNAL_FULL, STORE_BACKLOG, STORE_BEHIND,
    LIVE_BACKLOG, STORE_REFUSES, LEASE_NUMBER,
)  # fmt: skip

LABEL_CHARACTERS = 64
"""As wide as the table keeps one."""


def device_label(venue: str, device: str) -> str:
    """The label of what is counted of one device; one that is too long ends in a digest."""
    label = f"{venue}/{device}"
    if len(label) <= LABEL_CHARACTERS:
        return label
    digest = hashlib.blake2b(label.encode(), digest_size=8).hexdigest()
    return f"{label[: LABEL_CHARACTERS - len(digest) - 1]}~{digest}"


class Metrics:
    """Counters that any thread may raise."""

    def __init__(self, carried: Mapping[Key, float] | None = None) -> None:
        """Begin with the totals of the run before; gauges among them are left out."""
        kept = (carried or {}).items()
        self._values = {key: value for key, value in kept if key[0] not in GAUGES}
        self._lock = threading.Lock()

    def add(self, name: str, label: str = "", by: float = 1) -> None:
        with self._lock:
            self._values[name, label] = self._values.get((name, label), 0.0) + by

    def add_all(self, tally: Mapping[Key, float]) -> None:
        with self._lock:
            for key, by in tally.items():
                self._values[key] = self._values.get(key, 0.0) + by

    def show(self, name: str, value: float, label: str = "") -> None:
        """Set a gauge; what is true is 1."""
        with self._lock:
            self._values[name, label] = float(value)

    def take(self) -> dict[Key, float]:
        """All values, which begin anew at nought: what was counted since they were taken last."""
        with self._lock:
            taken, self._values = self._values, {}
        return taken

    def value(self, name: str, label: str = "") -> float:
        with self._lock:
            return self._values.get((name, label), 0.0)

    def totals(self, more: Mapping[Key, float] | None = None) -> dict[Key, float]:
        """All values as they are, or as they will be once ``more`` is added."""
        with self._lock:
            values = dict(self._values)
        for key, by in (more or {}).items():
            values[key] = values.get(key, 0.0) + by
        return values
