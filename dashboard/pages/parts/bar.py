"""Which of the pages in the bar the one that is shown belongs to."""

from typing import Final

from flask import request, url_for

_ELSEWHERE: Final = {"board.board": "/rooms"}
"""Where the pages lie that belong to one, if not below its own address."""


def is_within(endpoint: str) -> bool:
    """Whether the page that is shown is one of those that ``endpoint`` leads to."""
    return request.path.startswith(_ELSEWHERE.get(endpoint, url_for(endpoint)) + "/")
