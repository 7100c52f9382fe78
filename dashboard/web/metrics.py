"""``/metrics`` for Prometheus: what the gateways counted, and how the board is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from flask import Flask, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from dashboard.board.port import Measured
from dashboard.web.services import Services
from gateway import metrics as count
from gateway.domain.room_state import Level
from gateway.registry.database import DatabaseAway
from gateway.registry.live.metric_totals import all_totals


@dataclass(frozen=True, slots=True)
class Counted:
    """How a counter of a gateway is shown: ``luchtig_`` and its name, and what its label tells, or its
    labels, parted by a blank.
    """

    name: str
    label: str | None
    says: str


COUNTED = (
    Counted(count.ACCEPTED, "kind", "Readings taken into the journal"),
    Counted(count.DUPLICATE, "kind", "Readings that came again and were left out"),
    Counted(count.REFUSED, "reason", "Messages that were not taken"),
    Counted(count.DROPPED, "field", "Optional values left out of a reading"),
    Counted(
        count.ZONE_ASSUMED, "device", "Readings whose time had no zone, taken as the venue's own"
    ),
    Counted(count.OVER_SHARE, "device", "Messages of a device beyond its share, left out"),
    Counted(count.STORE_WRITTEN, None, "Rows written to the store of readings"),
    Counted(count.STORE_ERRORS, None, "Writes to the store that failed and were tried again"),
    Counted(count.JOURNAL_ERRORS, None, "Writes to the journal that failed and were tried again"),
    Counted(count.DATABASE_ERRORS, None, "Writes to the database that failed"),
    Counted(count.CONNECTIONS, None, "Connections made to the broker"),
    Counted(count.BROKER_REFUSED, "packet code", "What the broker refused, by its reason code"),
    Counted(count.CONNECTED, None, "Whether the gateway is connected to the broker"),
    Counted(
        count.FORECASTS_SCORED, None, "Forecasts of CO2 of which the quarter of an hour is over"
    ),
    Counted(count.FORECAST_ERROR, None, "How far those were off, ppm, added up"),
    Counted(count.UNCHANGED_ERROR, None, "The same, had they said that nothing changes"),
    Counted(count.PUSH_ENDED, None, "Devices that their push service knew no more"),
    Counted(
        count.DOOR_DECISIONS, "decision", "Totals of doors that did not simply rise, by what it was"
    ),
    Counted(count.JOURNAL_ENTRIES, None, "Entries in the journal"),
    Counted(count.JOURNAL_BYTES, None, "Bytes that the entries in the journal take"),
    Counted(count.JOURNAL_MOST_BYTES, None, "Bytes that they may take"),
    Counted(count.JOURNAL_FULL, None, "Whether nothing is acknowledged until they take less"),
    Counted(count.STORE_BACKLOG, None, "Entries not yet in the store"),
    Counted(
        count.STORE_BEHIND,
        "store",
        "Entries that a store has not come to, by the first of its venues",
    ),
    Counted(count.LIVE_BACKLOG, None, "Entries not yet judged"),
    Counted(count.LEASE_NUMBER, "venue", "Which lease of a venue this gateway had last"),
    Counted(count.FAILOVERS, None, "Venues that were taken over from a gateway that was silent"),
    Counted(count.STORE_REFUSES, "kind", "Whether the store takes no line of a kind"),
)


def register(app: Flask, services: Services) -> None:
    registry = CollectorRegistry()
    registry.register(_Figures(services))

    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", view_func=metrics)


class _Figures(Collector):
    """Asked at each scrape; nothing is counted twice."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        return ()  # so that registering asks nothing of the database

    def collect(self) -> Iterator[Metric]:
        yield from self._gateways()
        yield from self._board()

    def _gateways(self) -> Iterator[Metric]:
        try:
            with self._services.database.read() as conn:
                rows = all_totals(conn)
        except DatabaseAway:
            yield _gauge("database_up", "Whether the database could be read", 0.0)
            return
        yield _gauge("database_up", "Whether the database could be read", 1.0)
        for counted in (*COUNTED, *_unknown(rows)):
            values = [row for row in rows if row[1] == counted.name]
            if values:
                yield _family(counted, values)

    def _board(self) -> Iterator[Metric]:
        board = self._services.board
        rooms = GaugeMetricFamily("luchtig_rooms", "Rooms by level", labels=["level"])
        levels = Counter(state.level for state in board.rooms())
        for level in get_args(Level):
            rooms.add_metric([level], levels[level])
        yield rooms
        online = GaugeMetricFamily(
            "luchtig_gateway_online", "Whether a gateway is online", labels=["gateway"]
        )
        for gateway, is_online in sorted(board.gateways().items()):
            online.add_metric([gateway], float(is_online))
        yield online
        connected = float(board.is_connected())
        yield _gauge("board_connected", "Whether the dashboard reaches the broker", connected)
        if isinstance(board, Measured):
            yield from self._feed(board)

    def _feed(self, board: Measured) -> Iterator[Metric]:
        figures = board.figures()
        yield _gauge("board_viewers", "Open live streams", figures.viewers)
        yield _gauge(
            "board_viewers_limit", "Places on the live stream", self._services.settings.viewers
        )
        yield _total("board_malformed", "Room messages that could not be read", figures.malformed)
        yield _total("board_dropped", "Alerts a slow viewer did not get", figures.dropped)
        ages = GaugeMetricFamily(
            "luchtig_room_state_age_seconds",
            "Age of a room's newest state, on the one clock",
            labels=["venue", "room"],
        )
        for (venue, room), age_s in sorted(figures.state_age_s.items()):
            ages.add_metric([venue, room], age_s)
        yield ages


def _family(counted: Counted, rows: list[tuple[str, str, str, float]]) -> Metric:
    labels = ["gateway", *(counted.label or "").split()]
    kind: type[CounterMetricFamily | GaugeMetricFamily] = (
        CounterMetricFamily if counted.name.endswith("_total") else GaugeMetricFamily
    )
    family = kind(f"luchtig_{counted.name}", counted.says, labels=labels)
    for gateway, _, label, value in rows:
        values = label.split(" ") if len(labels) > 2 else [label]
        family.add_metric([gateway, *values][: len(labels)], value)
    return family


def _unknown(rows: Iterable[tuple[str, str, str, float]]) -> list[Counted]:
    """What a newer gateway counts is shown too, under a label of no special name."""
    known = {counted.name for counted in COUNTED}
    names = dict.fromkeys(name for _, name, _, _ in rows if name not in known)
    labelled = {name for _, name, label, _ in rows if label}
    return [
        Counted(name, "label" if name in labelled else None, "Counted by the gateway")
        for name in names
    ]


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"luchtig_{name}", says, value=value)


def _total(name: str, says: str, value: float) -> Metric:
    return CounterMetricFamily(f"luchtig_{name}", says, value=value)
