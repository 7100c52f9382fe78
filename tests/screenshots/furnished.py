"""De Kade with all that a page can be about, in each of the states that a venue can be in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection

from gateway.domain.alerts.contact import Contact
from gateway.domain.alerts.silence import Silence
from gateway.domain.annotation import Annotation
from gateway.domain.calendar.feed import Feed, FeedState, UnplacedEvent
from gateway.domain.calendar.problem import Failure
from gateway.domain.calendar.room_matching import FeedRule
from gateway.domain.meeting import Meeting
from gateway.domain.organisation import Organisation
from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Item, Protocol
from gateway.domain.refused_message import RefusedMessage
from gateway.domain.report.outcome import Outcome
from gateway.domain.room import Room, Venue
from gateway.domain.room_state import MeetingView, RoomState
from gateway.domain.room_test.fit import Decay
from gateway.domain.webhook import Webhook, new_secret
from gateway.registry.accounts.door_pages import make_door_page
from gateway.registry.accounts.grants import set_roles
from gateway.registry.accounts.invitations import invite
from gateway.registry.accounts.kiosks import make_kiosk
from gateway.registry.accounts.users import add_user
from gateway.registry.agenda.feeds import put_feed, put_state, put_troubles
from gateway.registry.agenda.meetings import put_meeting
from gateway.registry.alerts.contacts import put_contacts
from gateway.registry.alerts.sent_links import SentLink, put_link
from gateway.registry.alerts.silences import put_silence
from gateway.registry.annotations import make_annotation
from gateway.registry.live import quarantine
from gateway.registry.organisations import put_organisation
from gateway.registry.policies import put_policy
from gateway.registry.protocols.kept import put_protocol
from gateway.registry.room_tests import RoomTest, begin_test, close_test
from gateway.registry.rooms import put_room, put_venue
from gateway.registry.sources import make_source
from gateway.registry.webhooks import make_webhook
from sensors.adapters.source import Source
from sensors.wire.instant import to_ns
from sensors.wire.refusal import Reason
from sensors.wire.topic import DeviceSlug, RoomSlug
from tests.dashboard.pages.scene import HOSTILE, MEETINGS, NOW, ROOMS, VENUE, Stage, build, evening
from tests.dashboard.season.kept import keep
from tests.gateway.domain.season.histories import KEPT_AIR, KEPT_PEOPLE, a_report

PASSWORD: Final = "drie woorden genoeg"
HALL, LIBRARY = RoomSlug("grote-zaal"), RoomSlug("bibliotheek")
ANNA: Final = "anna@example.org"
LINK: Final = "a" * 32
INVITED: Final = "eva@example.org"
LONG_WORD: Final = "Vergaderzaal" * 9
LONG_NAME: Final = (
    "Grote vergaderzaal op de tweede verdieping aan de achterzijde, ingang om de hoek (Hendrik)"
)


def venue(directory: Path) -> Stage:
    """The scene, with an admin and all else that settings are about."""
    stage = build(directory, demo=False)
    with stage.database.write() as conn:
        put_venue(conn, Venue(VENUE, "De Kade", protocol="club-2020-21"))
        _people(conn)
        _settings(conn)
        _history(conn)
    _season(stage)
    return stage


def _people(conn: Connection) -> None:
    long_ago = NOW - timedelta(days=60)
    add_user(conn, "anna", "admin", PASSWORD, long_ago, ANNA, verified=True)
    add_user(conn, "piet", "", None, long_ago, "piet@example.org", verified=True)
    add_user(conn, "fatima", "", None, long_ago)
    set_roles(conn, "piet", VENUE, ["manager", "organiser"])
    set_roles(conn, "fatima", VENUE, ["host"])
    invite(conn, INVITED, VENUE, "host", "anna", NOW, verifies=True)
    contacts = (
        Contact("Bea, beheer", "beheer@example.org"),
        Contact("Nachtwacht", "wacht@example.org", "nl", "escalation", ("co2", "no_data")),
    )
    put_contacts(conn, VENUE, contacts)
    put_link(conn, SentLink(LINK, VENUE, ANNA, "organiser", "alerts", (HALL,), ("f-co2",),
                            ("m-zaal",), False, NOW, NOW + timedelta(days=90)))  # fmt: skip


def _settings(conn: Connection) -> None:
    hour = timedelta(hours=1)
    put_policy(conn, Policy("huis", "Huisregels van De Kade", co2_limit_ppm=1000.0, venue=VENUE))
    rules = (Item("ramen", "declared", text="Ramen open voor iedereen komt"),
             Item("lucht", "measured", rule="co2"))  # fmt: skip
    put_protocol(conn, Protocol("afspraken", rules, "Onze afspraken", venue=VENUE), NOW)
    put_organisation(conn, Organisation("verenigingen", "Verenigingen aan het water", (VENUE,)))
    make_kiosk(conn, VENUE, "In de hal", "anna", NOW - 30 * hour)
    make_door_page(conn, VENUE, HALL, "anna", NOW - 30 * hour)
    matching = (
        FeedRule("title", "raad", RoomSlug("havenkamer")),
        FeedRule("location", "zaal", HALL),
    )
    put_feed(conn, Feed("agenda", VENUE, "Agenda van het kantoor", "https://example.org/a.ics",
                        None, 900.0, matching))  # fmt: skip
    failure = Failure("unreachable", "503")
    put_state(conn, "agenda", FeedState(0, read_at=NOW - hour, tried_at=NOW, ok_at=NOW - hour,
                                        failure=failure, failing_since=NOW - hour, failures=4,
                                        meetings=12))  # fmt: skip
    event = UnplacedEvent(
        "Jaarvergadering", "Ergens anders", "unknown_location", NOW + 30 * hour, 3
    )
    put_troubles(conn, "agenda", (), (event,))
    make_webhook(conn, Webhook(0, VENUE, "Regeling van de lucht", "https://example.org/hook",
                               new_secret()))  # fmt: skip
    make_source(conn, Source(kind="tasmota", filter="tele/#", venue=VENUE), NOW)
    put_silence(conn, Silence(VENUE, LIBRARY, "co2", NOW - hour, NOW + 3 * hour,
                              "De schilders zijn er", "piet"))  # fmt: skip


def _history(conn: Connection) -> None:
    hour = timedelta(hours=1)
    window = Annotation(VENUE, HALL, "window", "Raam aan de gracht open", NOW - 3 * hour, None, "x")
    make_annotation(conn, window)
    topic = f"luchtig/devices/{VENUE}/co2-01/air"
    refused = RefusedMessage(topic, b'{"co2_ppm": -4}', Reason.OUT_OF_RANGE, "co2_ppm", to_ns(NOW))
    quarantine.add(conn, refused)
    for days, conditions, rate in ((20, "ramen dicht", 0.8), (6, "ramen open, deur dicht", 3.1)):
        at = NOW - timedelta(days=days)
        asked = RoomTest("", VENUE, HALL, conditions, "anna", at, 210.0)
        decay = Decay(rate, rate * 0.92, rate * 1.08, 440.0, 700.0, 6.0, 0.4, 90)
        begun = replace(begin_test(conn, asked), device=DeviceSlug("co2-03"), outdoor_ppm=430.0)
        close_test(conn, replace(begun, state="done", ended=at + hour, decay=decay))


def _season(stage: Stage) -> None:
    """Three meetings a week from September on, of which some went over."""
    broken = Outcome("not_kept", limit=1200.0, minutes_over=25.0, worst=1600.0, known_share=1.0)
    silent = Outcome("cannot_say", limit=1200.0, known_share=0.3)
    first = datetime(2026, 9, 1, 17, 30, tzinfo=UTC)
    reports = []
    for number in range(36):
        start = first + timedelta(days=2 * number, minutes=10 * (number % 7))
        room = ROOMS[number % 5]
        air = broken if number % 6 == 2 else silent if number % 11 == 5 else KEPT_AIR
        made = a_report(start=start, room=room.slug, co2=air, occupancy=KEPT_PEOPLE)
        reports.append(msgspec.structs.replace(made, room_name=room.name))
    keep(stage.database, *reports)


def good(stage: Stage) -> None:
    """Nothing asks for anything."""
    calm = stage.board.states[0]
    stage.board.states = tuple(
        msgspec.structs.replace(calm, room=state.room, name=state.name)
        for state in stage.board.states
    )


def lost(stage: Stage) -> None:
    """The broker does not answer, and no gateway is there."""
    stage.board.connected = False
    stage.board.online = {"luchtig-gateway": False}
    stage.board.states = tuple(
        msgspec.structs.replace(state, level="unknown") for state in stage.board.states
    )


def thirty(stage: Stage) -> None:
    """Thirty rooms, of which one in five asks for something."""
    states = list(stage.board.states)
    with stage.database.write() as conn:
        for number in range(6, 31):
            like = evening()[0 if number % 5 else number // 5 % 5]
            slug, name = RoomSlug(f"zaal-{number}"), f"Zaal {number}"
            put_room(conn, Room(VENUE, slug, name, 120.0, 40.0, 14))
            states.append(msgspec.structs.replace(like, room=slug, name=name))
            start = NOW + timedelta(hours=number % 9 - 4)
            put_meeting(conn, Meeting(f"m-{number}", VENUE, slug, f"Overleg {number}", start,
                                      start + timedelta(hours=1), 8))  # fmt: skip
    stage.board.states = tuple(states)


def long_names(stage: Stage) -> None:
    """Names as long as they may be, with blanks and without."""
    named = {HALL: LONG_WORD, LIBRARY: LONG_NAME, RoomSlug("serre"): LONG_NAME}
    title = f"{LONG_NAME}, vervolg: {LONG_WORD}"
    with stage.database.write() as conn:
        put_venue(conn, Venue(VENUE, f"{LONG_NAME} {LONG_WORD}", protocol="club-2020-21"))
        for room in ROOMS:
            put_room(conn, replace(room, name=named.get(room.slug, room.name)))
        for meeting in MEETINGS:
            put_meeting(conn, replace(meeting, title=title, organiser=f"{'lang' * 15}@example.org"))

    def longer(state: RoomState) -> RoomState:
        seen = state.meeting and MeetingView(state.meeting.id, title, state.meeting.start,
                                             state.meeting.end)  # fmt: skip
        name = named.get(state.room, state.name)
        return msgspec.structs.replace(state, name=name, meeting=seen)

    stage.board.states = tuple(longer(state) for state in stage.board.states)


def pictured(stage: Stage) -> None:
    """The scene without the title that is there to be escaped."""

    def plain(state: RoomState) -> RoomState:
        if state.meeting is None or state.meeting.title != HOSTILE:
            return state
        meeting = msgspec.structs.replace(state.meeting, title="Pitch & koffie")
        return msgspec.structs.replace(state, meeting=meeting)

    stage.board.states = tuple(map(plain, stage.board.states))


def nothing(_stage: Stage) -> None:
    """As it is: what is the matter with the scene."""


STATES: Final[dict[str, Callable[[Stage], None]]] = {
    "trouble": nothing,
    "good": good,
    "lost": lost,
    "thirty": thirty,
    "long": long_names,
    "pictured": pictured,
}
"""How each state is made of the venue; ``empty`` has none (``tests.screenshots.served``)."""
