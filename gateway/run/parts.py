"""The parts of the gateway: made, and started."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from gateway import metrics as names
from gateway.calendars.worker import CalendarWorker
from gateway.config import Settings
from gateway.front.front import Events, Front
from gateway.front.sessions import client_id_of
from gateway.front.start import StartingFront
from gateway.home_assistant.worker import HomeAssistantWorker
from gateway.journal.placements import Placements
from gateway.journal.releases import Releases
from gateway.journal.stores.refused_kinds import RefusedKinds
from gateway.leases.keeper import LeaseKeeper
from gateway.links import Links
from gateway.live.engine import Engine
from gateway.live.loop import LiveLoop
from gateway.live.pace import NORMAL as PACE
from gateway.metrics import Metrics
from gateway.mqtt.publisher import Publisher
from gateway.notify.notifier import Notifier
from gateway.process.garbage import look_seldom
from gateway.process.threads import Threads
from gateway.registry.database import Database
from gateway.registry.live.metric_totals import all_totals
from gateway.reports.reminders import ProtocolWorker
from gateway.retention import Retention
from gateway.run.store_work import StoreWork, store_work
from gateway.secret import read_or_make_secret
from gateway.store.by_venue.store import Part
from gateway.store.open import shown_stores
from gateway.webhooks.worker import WebhookWorker
from sensors.adapters.source import Source
from sensors.clock import Clock


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that has a thread."""

    front: Front
    live_loop: LiveLoop
    stores: list[StoreWork]
    notifier: Notifier
    webhooks: WebhookWorker
    calendars: CalendarWorker
    protocols: ProtocolWorker
    retention: Retention
    home_assistant: HomeAssistantWorker | None


def assemble(
    settings: Settings,
    clock: Clock,
    venues: frozenset[str] | None,
    database: Database,
    stores: Sequence[Part],
    starting: StartingFront,
    keeper: LeaseKeeper | None,
) -> Parts:
    """All of them, for these venues (None: all), which ``keeper`` leases.

    Raises:
        DatabaseError: the database cannot be used.
        JournalError: the journal cannot be opened.

    """
    client_id = settings.broker.client_id
    gateway = client_id if keeper is None else keeper.name
    with database.read() as conn:
        rows = all_totals(conn)
    counters = Metrics({(name, label): v for of, name, label, v in rows if of == gateway})

    if keeper is not None:
        _show_leases(counters, keeper)

    def up() -> None:
        publisher.connection_made()
        counters.add(names.CONNECTIONS)
        counters.show(names.CONNECTED, 1)

    def down() -> None:
        publisher.connection_lost()
        counters.show(names.CONNECTED, 0)

    events = Events(
        up=up, down=down, subscribed=_once_ready(settings, venues),
        refused=lambda packet, code: counters.add(names.BROKER_REFUSED, f"{packet} {code}"),
    )  # fmt: skip
    front = starting.open(counters, events)
    journal = front.journal
    pace = PACE.at_most_every(settings.journal.commit_every_s)
    speaks_as = None if keeper is None else partial(client_id_of, client_id)
    live = Engine(
        database, clock, gateway, pace, secure=journal.secure, venues=venues, speaks_as=speaks_as,
    )  # fmt: skip
    live.load(journal.read)
    journal.begin_after(live.cursor)
    journal.move_live(live.needed_after)
    hear = partial(_hear, front, live, settings.sources, venues)
    hear(Placements(live.placements(), live.zones()))
    publisher = Publisher(front.publish, live.rendered, venues)
    live_loop = LiveLoop(live, journal, publisher, counters, clock, hear, pace, send=front.send)
    links = _links(settings)
    notifier = Notifier(
        database, settings.notify, links, clock, settings.directory, venues,
        on_gone=partial(counters.add, names.PUSH_ENDED),
    )  # fmt: skip
    webhooks = WebhookWorker(
        database, clock, settings.dashboard.public_url, venues,
        allow_private=settings.notify.allow_private,
    )  # fmt: skip
    calendars = CalendarWorker(database, settings.calendar, clock, venues)
    refused = RefusedKinds(counters, Releases(database, clock, gateway).take)
    work = store_work(settings, stores, journal, database, counters, clock, refused, venues)
    protocols = ProtocolWorker(database, clock, venues)
    retention = Retention(
        database, clock, timedelta(days=settings.audit.keep_days),
        timedelta(days=settings.notify.keep_days),
    )  # fmt: skip
    look_seldom()
    return Parts(
        front, live_loop, work, notifier, webhooks, calendars, protocols, retention,
        _home_assistant(settings, database, venues, speaks_as),
    )  # fmt: skip


def _show_leases(counters: Metrics, keeper: LeaseKeeper) -> None:
    for venue, number in keeper.held.items():
        counters.show(names.LEASE_NUMBER, number, venue)
    counters.add(names.FAILOVERS, by=keeper.take_failovers())


def _home_assistant(
    settings: Settings,
    database: Database,
    venues: frozenset[str] | None,
    speaks_as: Callable[[str], str] | None,
) -> HomeAssistantWorker | None:
    """Who tells Home Assistant of the rooms, where that is wished."""
    if not settings.home_assistant.discovery:
        return None
    return HomeAssistantWorker(
        database, settings.broker, settings.directory, settings.home_assistant,
        settings.dashboard.public_url, venues, speaks_as,
    )  # fmt: skip


def _hear(
    front: Front,
    live: Engine,
    configured: tuple[Source, ...],
    venues: frozenset[str] | None,
    placements: Placements,
) -> None:
    """Resolve rooms by these, and hear the sources of the configuration and those made on a page."""
    front.use(placements)
    wanted = (*configured, *live.sources())
    front.use_sources([one for one in wanted if venues is None or one.venue in venues])


def _links(settings: Settings) -> Links:
    secret = read_or_make_secret(settings.directory / settings.dashboard.secret_file)
    return Links(secret, settings.dashboard.public_url)


def _once_ready(settings: Settings, venues: frozenset[str] | None) -> Callable[[], None]:
    """What says once that nothing sent from now on can be missed."""
    said = threading.Event()
    stores = shown_stores(settings)
    looked_after = "all venues" if venues is None else ", ".join(sorted(venues))

    def ready() -> None:
        if not said.is_set():
            said.set()
            tell(f"ready, {looked_after} on {settings.broker.shown}, readings to {stores}")

    return ready


def start_all(threads: Threads, parts: Parts) -> None:
    """Start the thread of each, the subscriber last."""
    threads.start("journal", parts.front.commit)
    threads.start("live", parts.live_loop.run)
    for of_store in parts.stores:
        for name, work in of_store.threads().items():
            threads.start(name, work)
    for name, work in parts.notifier.work().items():
        threads.start(name, work)
    threads.start("webhooks", parts.webhooks.run)
    threads.start("calendars", parts.calendars.run)
    threads.start("protocols", parts.protocols.run)
    threads.start("retention", parts.retention.run)
    if parts.home_assistant is not None:
        threads.start("home assistant", parts.home_assistant.run)
    threads.start("subscriber", parts.front.subscribe)


def tell(text: str) -> None:
    """Say it on standard output."""
    sys.stdout.write(f"luchtig gateway: {text}\n")
    sys.stdout.flush()
