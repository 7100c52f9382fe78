"""The boards that are open: each change goes once through the renderer, then to all of them.

One thread looks at what is shown, as long as anybody looks on: soon after the feed says that something
changed, and each second for what time alone changes. Another keeps the lines of the last hours new, so
that nobody waits for the store. Both end when the last viewer leaves.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Final, cast

from flask import Flask, current_app

from dashboard.pages.assets import assets_edition
from dashboard.pages.parts.channel import BoardViewer, Channel, Shown
from dashboard.pages.parts.context import parts
from dashboard.pages.parts.live.live_parts import Look, look_around, page_parts
from dashboard.pages.parts.scope import Scope
from dashboard.web.services import services

LIVE_BOARDS: Final = "luchtig.live_boards"
STREAM: Final = "/board/stream"
LOOK_S: Final = 1.0
GATHER_S: Final = 0.03
APART_S: Final = 0.1
"""What changes within that time is told together."""
BEAT_S: Final = 15.0

GiveBack = Callable[[], None]

_log = logging.getLogger(__name__)


class LiveBoards:
    """All open boards of an application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._channels: dict[Channel, set[BoardViewer]] = {}
        self._places: dict[BoardViewer, GiveBack] = {}
        self._changed = threading.Event()
        self._is_watched = False

    def follow(self, scope: Scope, edition: str) -> BoardViewer:
        """A place on the stream of what ``scope`` shows, after an edition by its name.

        Raises:
            TooManyViewers: no place is free.

        """
        renderings = parts().renderings
        with self._lock:
            known = (one for one in self._channels if one.scope == scope)
            channel = next(known, None) or Channel(scope, renderings)
            viewer = BoardViewer(channel, renderings.edition_of(edition), self._left)
            self._places[viewer] = services().board.enter(viewer)
            self._channels.setdefault(channel, set()).add(viewer)
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="live-boards", daemon=True).start()
        self._changed.set()
        return viewer

    def _left(self, viewer: BoardViewer) -> None:
        with self._lock:
            give_back = self._places.pop(viewer, None)
            viewers = self._channels.get(viewer.channel, set())
            viewers.discard(viewer)
            if not viewers:
                self._channels.pop(viewer.channel, None)
        if give_back is not None:
            give_back()
        self._changed.set()

    def _watch(self) -> None:
        """Look at what is shown for as long as there is anybody to be told."""
        with self._app.app_context():
            unheard = services().board.listen(self._changed.set)
        stop = threading.Event()
        keeper = threading.Thread(
            target=self._keep_traces, args=(stop,), name="board-traces", daemon=True
        )
        keeper.start()
        next_beat_s = time.monotonic() + BEAT_S
        while self._is_needed():
            self._changed.wait(LOOK_S)
            time.sleep(GATHER_S)
            self._changed.clear()
            began_s = time.monotonic()
            beats = began_s >= next_beat_s
            if beats:
                next_beat_s = began_s + BEAT_S
            try:
                self._look(beats=beats)
            except Exception:  # noqa: BLE001 - the watcher must outlive whatever went wrong
                _log.exception("the open boards could not be brought up to date")
            took_s = time.monotonic() - began_s
            time.sleep(max(0.0, APART_S - took_s))
        stop.set()
        unheard()

    def _is_needed(self) -> bool:
        with self._lock:
            self._is_watched = bool(self._channels)
            return self._is_watched

    def _look(self, *, beats: bool) -> None:
        """Render what changed and tell whom it concerns."""
        with self._lock:
            channels = {channel: tuple(viewers) for channel, viewers in self._channels.items()}
        by_language: dict[str, list[Channel]] = defaultdict(list)
        for channel in channels:
            by_language[channel.scope.language].append(channel)
        for language, spoken in by_language.items():
            with self._app.test_request_context(STREAM, query_string={"lang": language}):
                look = look_around(parts().trends.newest)
                for channel in spoken:
                    shown = _shown(channel.scope, look)
                    is_new = channel.show(shown, parts().renderings.edition)
                    if beats:
                        channel.beat()
                    for viewer in channels[channel] if is_new or beats else ():
                        viewer.tell()

    def _keep_traces(self, stop: threading.Event) -> None:
        """Ask the store for the lines that have grown old; that may take long."""
        while not stop.wait(LOOK_S):
            try:
                with self._app.app_context():
                    self._renew_traces(stop)
            except Exception:  # noqa: BLE001 - so must this one
                _log.exception("the lines of the last hours could not be read")

    def _renew_traces(self, stop: threading.Event) -> None:
        with self._lock:
            scopes = [channel.scope for channel in self._channels]
        for state in services().board.rooms():
            key = (state.venue, state.room)
            if stop.is_set():
                return
            if any(scope.shows_card(key) for scope in scopes) and parts().trends.is_old(*key):
                parts().trends.trace(*key)
                self._changed.set()


def _shown(scope: Scope, look: Look) -> Shown:
    shown = Shown(page_parts(), assets_edition(), look.asking(scope.read))
    for key in look.states:
        audience = scope.audience(key[0])
        if audience is None or not scope.shows_card(key):
            continue
        shown.cards[key] = look.card(key, audience)
        if scope.shows_venue(key[0]) and key[0] not in shown.heads:
            shown.heads[key[0]] = look.head(key[0])
        if scope.shows_room(key):
            shown.air[key], shown.points[key] = look.air(key), look.point(key)
    return shown


def live_boards() -> LiveBoards:
    """Those of the application that handles this request."""
    return cast("LiveBoards", current_app.extensions[LIVE_BOARDS])
