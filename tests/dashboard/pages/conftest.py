from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from tests.dashboard.pages.scene import Stage, StageBoard, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = build(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.services.store.close()
    stage.database.close()


@pytest.fixture(scope="module")
def app(built: Stage) -> Flask:
    return create_app(built.services)


@pytest.fixture
def stage(built: Stage) -> Stage:
    """The scene as it begins."""
    fresh = StageBoard()
    built.board.states, built.board.connected = fresh.states, fresh.connected
    built.board.online = fresh.online
    return built


@pytest.fixture
def client(app: Flask, stage: Stage) -> FlaskClient:
    """A Dutch visitor of the scene."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl-NL,nl;q=0.9"
    return client
