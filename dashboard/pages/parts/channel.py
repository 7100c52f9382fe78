"""What all who look at the same in the same language are sent: each change once, put together for all."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from dashboard.board.port import StreamEvent
from dashboard.pages.parts.live.renderings import Rendering, Renderings
from dashboard.pages.parts.scope import Scope
from sensors.wire.topic import RoomKey, VenueSlug

OF_A_CARD = ("level", "announce")
"""What an event tells of a card beside its parts."""


@dataclass(slots=True)
class Shown:
    """What a channel's pages show. ``assets`` is the edition of the files that draw them."""

    page: Rendering
    assets: str
    asking: Rendering
    heads: dict[VenueSlug, Rendering] = field(default_factory=dict)
    cards: dict[RoomKey, Rendering] = field(default_factory=dict)
    air: dict[RoomKey, Rendering] = field(default_factory=dict)
    points: dict[RoomKey, Rendering] = field(default_factory=dict)

    def newest(self) -> int:
        return max(one.newest for one in self._all())

    def _all(self) -> Iterator[Rendering]:
        yield self.page
        yield self.asking
        for some in (self.heads, self.cards, self.air, self.points):
            yield from some.values()


class Channel:
    """Everybody of one scope. What a viewer lacks is put together once for all who lack the same."""

    def __init__(self, scope: Scope, renderings: Renderings) -> None:
        self.scope = scope
        self._renderings = renderings
        self._lock = threading.Lock()
        self._shown: Shown | None = None
        self._edition = 0
        self._beat = 1
        self._put_together: dict[int, list[StreamEvent]] = {}

    def show(self, shown: Shown, edition: int) -> bool:
        """What there is to see from now on, as of an edition; whether that is anything new."""
        with self._lock:
            is_first, before = self._shown is None, self._edition
            self._shown, self._edition = shown, edition
            self._put_together.clear()
            gone = self._renderings.gone_later_than(before)
            return is_first or bool(gone) or shown.newest() > before

    def beat(self) -> None:
        """Say that we are there, to those who hear nothing else."""
        with self._lock:
            self._beat += 1

    def news(self, since: int, beat: int) -> tuple[list[StreamEvent], int, int]:
        """What came after an edition and a beat, and to which ones that leads."""
        with self._lock:
            if self._shown is None:
                return [], since, beat
            events = self._put_together.get(since)
            if events is None:
                events = self._put_together[since] = self._later_than(since, self._shown)
            if not events and self._beat != beat:
                events = [self._event("beat", {}, self._edition)]
            return events, self._edition, self._beat

    def _later_than(self, since: int, shown: Shown) -> list[StreamEvent]:
        found = [
            *self._heads(since, shown),
            self._asking(shown.asking, since),
            *self._gone(since),
            *(self._card(key, card, since) for key, card in shown.cards.items()),
            *(self._air(key, air, since) for key, air in shown.air.items()),
            *(self._point(key, point, since) for key, point in shown.points.items()),
        ]
        events = [event for event in found if event is not None]
        if events:  # a browser that comes back has had all of them or none
            last = events[-1]
            events[-1] = StreamEvent(last.name, last.data, self._renderings.name_of(self._edition))
        return events

    def _heads(self, since: int, shown: Shown) -> Iterator[StreamEvent]:
        page = shown.page.later_than(since)
        if not since:
            rooms = ["/".join(key) for key in shown.cards]
            told = {"venue": "", "parts": page, "assets": shown.assets, "rooms": rooms}
            yield self._event("head", told)
        elif page:
            yield self._event("head", {"venue": "", "parts": page, "assets": shown.assets})
        for venue, head in shown.heads.items():
            if changed := head.later_than(since):
                yield self._event("head", {"venue": venue, "parts": changed})

    def _asking(self, asking: Rendering, since: int) -> StreamEvent | None:
        if asking.newest <= since:
            return None
        rooms = msgspec.Raw(asking.parts["rooms"].encode())
        return self._event("asking", {"rooms": rooms, "alerts": asking.parts["alerts"]})

    def _gone(self, since: int) -> Iterator[StreamEvent]:
        """To who begins anew it is told which rooms there are."""
        for key in self._renderings.gone_later_than(since) if since else ():
            if self.scope.shows_card(key):
                yield self._event("gone", {"key": "/".join(key)})

    def _card(self, key: RoomKey, card: Rendering, since: int) -> StreamEvent | None:
        if card.newest <= since:
            return None
        changed = card.later_than(since)
        changed.pop("rank", None)
        told: dict[str, object] = {"key": "/".join(key), "rank": int(card.parts["rank"])}
        told |= {name: changed.pop(name) for name in OF_A_CARD if name in changed}
        return self._event("card", told | {"parts": changed})

    def _air(self, key: RoomKey, air: Rendering, since: int) -> StreamEvent | None:
        if air.newest <= since:
            return None
        return self._event("air", {"key": "/".join(key), "html": air.parts["air"]})

    def _point(self, key: RoomKey, point: Rendering, since: int) -> StreamEvent | None:
        if point.newest <= since or not point.parts["point"]:
            return None
        body = msgspec.Raw(point.parts["point"].encode())
        return self._event("point", {"key": "/".join(key), "point": body})

    def _event(
        self,
        name: Literal["card", "head", "asking", "gone", "air", "point", "beat"],
        told: Mapping[str, object],
        edition: int | None = None,
    ) -> StreamEvent:
        named = "" if edition is None else self._renderings.name_of(edition)
        return StreamEvent(name, msgspec.json.encode(told), named)


class BoardViewer:
    """One open page, or all pages of one browser: a follower of a channel, and a guest of the feed."""

    def __init__(self, channel: Channel, since: int, left: Callable[["BoardViewer"], None]) -> None:
        """``left`` is called when the place is given back, perhaps more than once."""
        self.channel = channel
        self._left = left
        self._lock = threading.Lock()
        self._since = since
        self._beat = 0
        self._ended = False
        self._told = False
        self._notify: Callable[[], None] | None = None

    def notify_by(self, notify: Callable[[], None]) -> None:
        with self._lock:
            self._notify, self._told = notify, True
        notify()

    def take(self) -> tuple[list[StreamEvent], bool]:
        with self._lock:
            self._told = False
            if self._ended:
                return [], True
            events, self._since, self._beat = self.channel.news(self._since, self._beat)
            return events, False

    def end(self) -> None:
        with self._lock:
            self._ended = True
        self.tell()

    def close(self) -> None:
        self.end()
        self._left(self)

    def tell(self) -> None:
        """Once until it is taken: what comes in between is taken with it."""
        with self._lock:
            notify = None if self._told else self._notify
            self._told = self._told or notify is not None
        if notify is not None:
            notify()
