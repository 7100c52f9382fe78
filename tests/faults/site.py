"""A venue whose parts are struck: two devices in two rooms, one of them over its limit all the time, and an
organiser who is to be told of it once.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from gateway.config import load
from gateway.domain.meeting import Meeting
from gateway.domain.policy import Policy
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.database import open_database
from gateway.registry.policies import put_policy
from gateway.store.interface import Placed, StoreError
from gateway.store.open import open_store
from sensors.clock import SYSTEM, Clock
from sensors.wire.reading import AirReading
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.end_to_end.set_up import SECOND_ROOM, VENUE, SetUp
from tests.faults.mailbox import told
from tests.faults.publishers import Publisher, Told
from tests.gateway.mail_inbox import Inbox, mail_server, new_inbox
from tests.servers import Broker, wait_until

DE_KADE = VenueSlug("de-kade")
ORGANISER = "anna@example.org"
DAY_NS = 86_400 * 1_000_000_000
# Of a room without a volume nobody can say that its air went faster than air can.
TWO_ROOMS = VENUE.replace("volume_m3 = 120\n", "") + SECOND_ROOM
AT_ONCE = Policy(
    "at-once", "Meteen", co2_limit_ppm=1200.0, co2_clear_ppm=1000.0,
    co2_pending_s=0.0, clear_s=0.0, no_data_s=1e6,
)  # fmt: skip


class Site:
    """The venue with its record: what its devices know to be confirmed is what the store must hold."""

    def __init__(self, venue: SetUp, inbox: Inbox, clock: Clock = SYSTEM) -> None:
        self.venue, self.inbox, self.clock = venue, inbox, clock

    def devices(self, port: int, *, per_s: float = 60.0) -> tuple[Publisher, Publisher]:
        over = Publisher(port, "co2-03", co2_ppm=1_500.0, per_s=per_s, clock=self.clock)
        return over, Publisher(port, "co2-04", per_s=per_s, clock=self.clock)

    def held(self) -> set[Told]:
        """The readings in the store; a store that does not answer is asked again."""
        settings = load(self.venue.config, {})
        now_ns = self.clock.now_ns()
        store = open_store(settings.store, settings.directory)
        try:
            rows = list(store.rows("air", DE_KADE, None, now_ns - DAY_NS, now_ns + DAY_NS))
        except StoreError:
            return set()
        finally:
            store.close()
        readings = [row.reading for row in rows if isinstance(row, Placed)]
        held = [(r.device, r.at_ns, r.co2_ppm) for r in readings if isinstance(r, AirReading)]
        assert len(held) == len(set(held))
        return set(held)

    def ends_equal(self, devices: Sequence[Publisher]) -> None:
        """Let the devices come to their end, and hold the store against what they know; then that who
        was to be told was told, once.
        """
        for device in devices:
            device.finish()
        confirmed = set[Told]().union(*(device.confirmed for device in devices))
        until = time.monotonic() + 30
        while not self.held() >= confirmed and time.monotonic() < until:
            time.sleep(0.2)
        held = self.held()
        assert confirmed
        assert sorted(confirmed - held) == []  # what is missing
        assert sorted(held - confirmed) == []  # what nobody was told to be safe
        wait_until(lambda: self.inbox.of(ORGANISER), "the mail")
        assert [*told(self.inbox.of(ORGANISER)).values()] == [1]
        assert "Traceback" not in self.venue.log("gateway")


def furnish(venue: SetUp, clock: Clock) -> None:
    """A meeting that is on in each room, whose limit is judged at once; who told of it is one person."""
    venue.import_venue(TWO_ROOMS)
    settings = load(venue.config, {})
    database = open_database(settings.database.url, venue.directory)
    now = clock.now()
    with database.write() as conn:
        put_policy(conn, AT_ONCE)
        put_meeting(
            conn,
            Meeting("m1", DE_KADE, RoomSlug("serre"), "Pitch", now - timedelta(hours=2),
                    now + timedelta(days=1), organiser=ORGANISER, policy="at-once"),
        )  # fmt: skip
    database.close()


@contextmanager
def site(
    directory: Path, broker: Broker, store_url: str, extra: str = "", clock: Clock = SYSTEM
) -> Iterator[Site]:
    """A venue that is furnished, of which nothing runs yet."""
    inbox = new_inbox()
    with mail_server(inbox), ExitStack() as stack:
        venue = SetUp(directory, broker, store_url, stack)
        venue.write_config(
            store_url,
            f'public_url = "http://127.0.0.1:{venue.port}"\n'
            f'[notify]\nmail = "smtp://127.0.0.1:{inbox.port}"\n{extra}',
        )
        furnish(venue, clock)
        yield Site(venue, inbox, clock)
