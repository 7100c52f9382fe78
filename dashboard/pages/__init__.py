"""The pages: one blueprint a noun, registered together on an application."""

from flask import Flask

from dashboard.pages import (
    acknowledge,
    alerts,
    assets,
    board,
    calendar_form,
    calendars,
    channels,
    errors,
    language,
    meeting_form,
    meetings,
    plan,
    report,
    room,
    settings,
    silences,
    telling,
)
from dashboard.pages.book import Shelf
from dashboard.pages.fragments import Fragments
from dashboard.pages.reach import EXTENSION, PageParts
from dashboard.pages.traces import Traces


def register(app: Flask) -> None:
    """Put all pages on ``app``, which holds its services in ``extensions["luchtig"]``."""
    services = app.extensions["luchtig"]
    app.extensions[EXTENSION] = PageParts(
        Shelf(services.database, services.clock),
        Traces(services.store, services.clock),
        Fragments(),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    assets.register(app)
    language.register(app)
    errors.register(app)
    acknowledge.register(app)
    for page in (
        board,
        room,
        meeting_form,
        meetings,
        report,
        plan,
        alerts,
        settings,
        silences,
        telling,
        channels,
        calendar_form,
        calendars,
    ):
        app.register_blueprint(page.blueprint)
