"""What the scheduling messages of a file change about the meetings that files brought in: RFC 5546.

A file says nothing of the events that it does not name. Of those that it names it may tell a whole
series, or one occurrence alone; what an older one says, by SEQUENCE and DTSTAMP, never wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from gateway.domain.calendar.occurrence import Occurrence, Statement, meeting_id
from gateway.domain.calendar.reconcile import Changes, Placed, Source, changes
from gateway.domain.meeting import Meeting

ANSWERS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
"""What those invited say to the organiser, and what is said back to it: they change nothing."""
PLAIN: Final = frozenset({"", "PUBLISH"})
_OLDEST: Final = datetime.min.replace(tzinfo=UTC)

DoneCode = Literal["put", "called_off", "unknown", "older", "answer"]


@dataclass(frozen=True, slots=True)
class EventVersion:
    """How new what is known of an event is: of all of it where ``key`` is empty, else of the
    occurrence that its rule had put at ``key``, with those ``following`` where it says so.
    """

    uid: str
    key: str
    following: bool
    sequence: int
    stamp: datetime | None

    def covers(self, key: str) -> bool:
        return not self.key or self.key == key or (self.following and self.key < key)

    def is_older_than(self, other: "EventVersion") -> bool:
        """By SEQUENCE, then DTSTAMP where both have one: RFC 5546, 2.1.5."""
        if self.sequence != other.sequence or self.stamp is None or other.stamp is None:
            return self.sequence < other.sequence
        return self.stamp < other.stamp


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one message: the ``title`` of its meetings (else its UID), its METHOD, and how
    many were put and taken out.
    """

    code: DoneCode
    title: str
    method: str
    put: int = 0
    deleted: int = 0


def done_line(done: Done) -> str:
    """What came of a message, in English."""
    what = {
        "put": f"meetings new or changed: {done.put}, taken out: {done.deleted}",
        "called_off": f"called off, meetings taken out: {done.deleted}",
        "unknown": "of no meeting that is to come here: nothing is changed",
        "older": "older than what is known: nothing is changed",
        "answer": "says nothing of when or where: nothing is changed",
    }[done.code]
    return f"{done.title} ({done.method}): {what}" if done.method else f"{done.title}: {what}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file changes; ``versions`` take the place of all that were known of their UIDs."""

    changes: Changes
    versions: Mapping[str, tuple[EventVersion, ...]]
    done: tuple[Done, ...]


@dataclass(slots=True)
class _Event:
    """One event of the file, and what is known of it."""

    source: Source
    uid: str
    placed: list[Placed]
    known: dict[str, Meeting]
    now: datetime
    versions: list[EventVersion]
    title: str
    put: dict[str, Meeting] = field(default_factory=dict)
    delete: set[str] = field(default_factory=set)
    done: list[Done] = field(default_factory=list)

    def take(self, statements: list[Statement]) -> None:
        for method in dict.fromkeys(s.method for s in statements if s.method in ANSWERS):
            self._tell("answer", method)
        heard = sorted((s for s in statements if s.method not in ANSWERS), key=_age)
        wholes = [s for s in heard if not s.key]
        parts = [s for s in heard if s.key]
        if not heard:
            return
        if wholes and self._whole(wholes[-1], parts):
            # A cancelled part was left out as the series was worked out; a range may reach further.
            for part in (one for one in parts if one.is_cancelled and one.following):
                self._part(part, parts)
            return
        for part in parts:
            self._part(part, parts)

    def _whole(self, whole: Statement, parts: list[Statement]) -> bool:
        """Follow what is said of the whole event; False where something newer is known of it."""
        version = _version(whole)
        if any(not one.key and version.is_older_than(one) for one in self.versions):
            self._tell("older", whole.method)
            return False
        if whole.is_cancelled:
            going = [m.id for m in self._coming()]
            self.delete.update(going)
            self._tell("called_off" if going else "unknown", whole.method, deleted=len(going))
        else:
            self._series(whole, version)
        newer = [one for one in self.versions if one.key and version.is_older_than(one)]
        mine = {(one.key, one.following): _version(one) for one in parts}
        kept = {(one.key, one.following): one for one in newer}
        for place, part in mine.items():
            if place not in kept or not part.is_older_than(kept[place]):
                kept[place] = part
        self.versions = [version, *([] if whole.is_cancelled else kept.values())]
        return True

    def _series(self, whole: Statement, version: EventVersion) -> None:
        adds = whole.method == "ADD"
        placed = [_added(one) if adds else one for one in self.placed]
        fresh = [one for one in placed if not self._is_overtaken(one.occurrence, version)]
        held = {m.id for m in self._coming() if self._newer_part(_key(m), version) is not None}
        found = changes(self.source, fresh, self.known, frozenset(), self.now)
        gone = () if adds else tuple(one for one in found.delete if one not in held)
        self._change(found.put, gone)
        self._tell("put", whole.method, len(found.put), len(gone))

    def _is_overtaken(self, occurrence: Occurrence, version: EventVersion) -> bool:
        its = replace(version, sequence=occurrence.sequence, stamp=occurrence.stamp)
        return self._newer_part(occurrence.key, its) is not None

    def _newer_part(self, key: str, version: EventVersion) -> EventVersion | None:
        """What is known of that occurrence alone, and is newer."""
        parts = (one for one in self.versions if one.key and one.covers(key))
        return next((one for one in parts if version.is_older_than(one)), None)

    def _part(self, part: Statement, parts: list[Statement]) -> None:
        version = _version(part)
        if any(version.is_older_than(one) for one in self.versions if one.covers(part.key)):
            self._tell("older", part.method)
            return
        reached = [m for m in self._coming() if _reaches(part, _key(m))]
        if not part.is_cancelled and part.following:
            self._shift(part, reached, parts)
        else:
            mine = [one for one in self.placed if one.occurrence.key == part.key]
            mine = [] if part.is_cancelled else mine
            before = {m.id: m for m in reached}
            its_id = meeting_id(self.source.origin, Occurrence(self.uid, part.key, "", *_NEVER))
            if its_id in self.known:
                before[its_id] = self.known[its_id]
            found = changes(self.source, mine, self.known, frozenset(), self.now)
            gone = tuple(one for one in found.delete if one in before)
            self._change(found.put, gone)
            if part.is_cancelled:
                self._tell("called_off" if gone else "unknown", part.method, deleted=len(gone))
            else:
                self._tell("put", part.method, len(found.put), len(gone))
        same = (part.key, part.following)
        self.versions = [one for one in self.versions if (one.key, one.following) != same]
        self.versions.append(version)

    def _shift(self, part: Statement, reached: list[Meeting], parts: list[Statement]) -> None:
        """Change an occurrence and those that follow, as far as they are known here."""
        others = {one.key for one in parts if one is not part}
        new = next((one for one in self.placed if one.occurrence.key not in others), None)
        if new is None:
            self._tell("unknown", part.method)
            return
        by = new.occurrence.start - datetime.fromisoformat(part.key)
        lasts = new.occurrence.end - new.occurrence.start
        put = [
            replace(
                meeting,
                room=new.room,
                title=new.occurrence.title,
                start=datetime.fromisoformat(_key(meeting)) + by,
                end=datetime.fromisoformat(_key(meeting)) + by + lasts,
                organiser=new.occurrence.organiser,
                expected_people=new.occurrence.expected_people,
                private=new.occurrence.is_private,
            )
            for meeting in reached
        ]
        self._change(tuple(put), ())
        self._tell("put" if put else "unknown", part.method, len(put))

    def _coming(self) -> list[Meeting]:
        return [m for m in self.known.values() if m.start > self.now]

    def _change(self, put: Iterable[Meeting], gone: Iterable[str]) -> None:
        for meeting in put:
            self.put[meeting.id] = self.known[meeting.id] = meeting
            self.delete.discard(meeting.id)
        for one in gone:
            self.delete.add(one)
            self.put.pop(one, None)
            self.known.pop(one, None)

    def _tell(self, code: DoneCode, method: str, put: int = 0, deleted: int = 0) -> None:
        self.done.append(Done(code, self.title, method, put, deleted))


_NEVER: Final = (_OLDEST, _OLDEST)


def imported(
    source: Source,
    placed: Iterable[Placed],
    known: Mapping[str, Meeting],
    statements: Iterable[Statement],
    versions: Iterable[EventVersion],
    now: datetime,
) -> Imported:
    """What a file changes about ``known``, the meetings of its events by id, of which ``versions``
    say how new they are.
    """
    said: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        said[statement.uid].append(statement)
    there: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        there[one.occurrence.uid].append(one)
    mine: dict[str, dict[str, Meeting]] = defaultdict(dict)
    for key, meeting in known.items():
        mine[meeting.uid or ""][key] = meeting
    newest: dict[str, list[EventVersion]] = defaultdict(list)
    for version in versions:
        newest[version.uid].append(version)
    events = {
        uid: _Event(
            source, uid, there[uid], mine[uid], now, newest[uid], _name(uid, there[uid], mine[uid])
        )
        for uid in said
    }
    for uid, event in events.items():
        event.take(said[uid])
    return Imported(
        Changes(
            tuple(meeting for event in events.values() for meeting in event.put.values()),
            tuple(key for event in events.values() for key in event.delete),
        ),
        {uid: tuple(event.versions) for uid, event in events.items()},
        tuple(done for event in events.values() for done in event.done),
    )


def _age(statement: Statement) -> tuple[int, datetime]:
    return statement.sequence, statement.stamp or _OLDEST


def _version(said: Statement) -> EventVersion:
    return EventVersion(said.uid, said.key, said.following, said.sequence, said.stamp)


def _key(meeting: Meeting) -> str:
    """Its place in its series: when the rule had put it, else its own start."""
    return meeting.recurrence or meeting.start.isoformat()


def _reaches(part: Statement, key: str) -> bool:
    return key == part.key or (part.following and key > part.key)


def _added(placed: Placed) -> Placed:
    """An occurrence that is added to a series has the place of its own start there."""
    occurrence = placed.occurrence
    key = occurrence.key or occurrence.start.isoformat()
    return replace(placed, occurrence=replace(occurrence, key=key))


def _name(uid: str, placed: Iterable[Placed], known: Mapping[str, Meeting]) -> str:
    """What an event is called where others read it."""
    shown = (one.occurrence.title for one in placed if not one.occurrence.is_private)
    public = (meeting.public_title for meeting in known.values())
    return next(shown, None) or next(public, None) or uid
