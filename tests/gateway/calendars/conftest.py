from collections.abc import Iterator

import pytest

from tests.gateway.calendars.server import WebServer, web_server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as started:
        yield started
