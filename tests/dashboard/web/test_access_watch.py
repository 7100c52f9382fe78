from dashboard.board.port import StreamEvent
from dashboard.board.viewers import Viewer, Viewers
from dashboard.web.access_watch import AccessWatch
from gateway.registry.accounts import sessions, tokens, users
from gateway.registry.database import Database
from sensors.clock import SYSTEM
from sensors.wire.topic import RoomSlug, VenueSlug
from tests.servers import wait_until


def watched(watch: AccessWatch, viewers: Viewers, secret: str) -> Viewer:
    viewer = viewers.add()
    watch.watch(users.secret_hash(secret), viewer)
    return viewer


def test_streams_end_with_the_session_or_token_they_began_with(database: Database) -> None:
    watch, viewers = AccessWatch(database, SYSTEM), Viewers(10)
    with database.write() as conn:
        ends, goes_on = (
            sessions.begin_session(conn, "anna", SYSTEM.now(), "", "", stays=False)
            for _ in range(2)
        )
        token = tokens.new_token(conn, "anna", "", SYSTEM.now())
    streams = [watched(watch, viewers, one) for one in (ends, goes_on, token)]
    watch.look()
    assert [one.take()[1] for one in streams] == [False, False, False]
    with database.write() as conn:
        sessions.end_session(conn, ends)
        tokens.revoke_token(conn, users.secret_hash(token)[: users.NUMBER_LENGTH])
    watch.look()
    assert [one.take()[1] for one in streams] == [True, False, True]
    assert len(viewers) == 1, "their places are free"


def test_who_left_by_itself_is_forgotten(database: Database) -> None:
    watch, viewers = AccessWatch(database, SYSTEM), Viewers(10)
    watched(watch, viewers, "unknown").close()
    watch.look()
    viewers.tell_alert(VenueSlug("v"), StreamEvent("alert", b"{}"))
    viewers.tell_room((VenueSlug("v"), RoomSlug("r")), StreamEvent("room", b"{}"))
    assert len(viewers) == 0


def test_the_thread_looks_by_itself(database: Database) -> None:
    watch, viewers = AccessWatch(database, SYSTEM, every_s=0.01), Viewers(10)
    stream = watched(watch, viewers, "never was")
    watch.start()
    wait_until(lambda: stream.take()[1], "the stream to be ended")
    watch.close()
