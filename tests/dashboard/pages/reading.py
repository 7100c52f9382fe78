"""A page as a person reads it: its text, without the tags."""

import re
from html import unescape

from werkzeug.test import TestResponse

from sensors.wire.topic import RoomSlug


def text(html: str) -> str:
    """The words between the tags, single spaces between them."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    bare = re.sub(r"</?bdi>", "", bare)  # within a line
    return re.sub(
        r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare)).replace("\u00a0", " ")
    ).strip()


def said(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return text(answer.text)


def card_of(html: str, room: RoomSlug) -> str:
    """The words on the card of a room, but for what can be done there."""
    found = re.search(
        rf'<article class="card"[^>]*data-key="[^"]*/{room}".*?</article>', html, re.DOTALL
    )
    assert found is not None, html
    return text(re.sub(r"<form.*?</form>", " ", found[0], flags=re.DOTALL))


def acts_of(html: str, room: RoomSlug) -> str:
    """What can be done on the card of a room, in words; empty where that is nothing."""
    found = re.search(rf'action="/rooms/[^/]*/{room}/attend">(.*?)</form>', html, re.DOTALL)
    return "" if found is None else text(found[1])


def order(html: str) -> list[str]:
    """The rooms on the board, as they stand."""
    return re.findall(r'data-key="[^/"]*/([^"]*)"', html)


def token(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None, html
    return found[1]
