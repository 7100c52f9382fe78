"""A list in pieces: `limit` says how many at most, `cursor` after which, `Link` where it goes on.

A cursor holds the key of the last thing that was told, so that what comes or goes meanwhile neither
repeats a thing nor leaves one out.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from msgspec import Meta

from dashboard.web.problem import Mistake, Problem

MOST: Final = 1000

Number = Annotated[int, Meta(ge=-(2**63) + 1, le=2**63 - 1)]
Key = tuple[int | str, ...]
OnlyNumber = tuple[Number]
NumberedKey = tuple[Number, str]


class PageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Without ``limit`` there is as much as there always was, with it at most so many things; where
    there are more, the ``Link`` of the answer leads on, with the ``cursor`` that it needs.
    """

    limit: Annotated[int, Meta(ge=1, le=MOST, description="how many things at most")] | None = None
    cursor: (
        Annotated[str, Meta(max_length=1000, description="as a Link gave it: from there on")] | None
    ) = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which piece is asked for; ``limit`` None is all of it."""

    limit: int | None
    after: Key | None


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is told in pieces. ``things`` is the name of the list in the answer; ``key`` of a
    thing is unique, and the pieces go by it upwards; None where its place in the list is what it is
    known by. ``kind`` is the key's type. ``usual`` is the limit
    where none is given, None for no limit. With ``by_handler`` the handler takes ``page`` and gives one
    thing more than its limit where there are more.
    """

    things: str
    key: Callable[[Any], Key] | None
    kind: Any
    usual: int | None = None
    by_handler: bool = False

    def page(self, query: PageQuery) -> Page:
        """The piece that a query asks for.

        Raises:
            Problem: the cursor is none of ours.

        """
        limit = query.limit
        if limit is None:
            limit = self.usual if self.usual or query.cursor is None else 100
        return Page(limit, None if query.cursor is None else self._key_of(query.cursor))

    def cut(self, answer: msgspec.Struct, page: Page) -> tuple[msgspec.Struct, str | None]:
        """The piece of a whole answer, and the cursor of the next piece."""
        if page.limit is None:
            return answer, None
        keyed = [(self._key(thing, place), thing) for place, thing in self._things(answer)]
        if not self.by_handler:
            keyed = [one for one in keyed if page.after is None or one[0] > page.after]
            keyed.sort(key=itemgetter(0))
        shown = keyed[: page.limit]
        told = msgspec.structs.replace(answer, **{self.things: tuple(one for _, one in shown)})
        return told, _cursor(shown[-1][0]) if len(keyed) > len(shown) else None

    def _things(self, answer: msgspec.Struct) -> Iterator[tuple[int, Any]]:
        return enumerate(getattr(answer, self.things))

    def _key(self, thing: Any, place: int) -> Key:
        return (place,) if self.key is None else self.key(thing)

    def _key_of(self, cursor: str) -> Key:
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            found: Key = msgspec.json.decode(text, type=self.kind)
            if any("\0" in part for part in found if isinstance(part, str)):
                raise ValueError("NUL")  # noqa: TRY301 - refused like what is no cursor at all
        except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
            expected = "expected a cursor as the Link of an answer gave it"
            raise Problem(400, f"cursor: {expected}", [Mistake("cursor", expected)]) from error
        return found


def link_on(answer: Response, cursor: str | None) -> None:
    """Say in ``Link`` where the next piece is (RFC 8288); nothing where there is none."""
    if cursor is None:
        return
    query = request.args.to_dict() | {"cursor": cursor}
    address = f"{request.script_root}{request.path}?{urlencode(query)}"
    answer.headers["Link"] = f'<{address}>; rel="next"'


def _cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")
