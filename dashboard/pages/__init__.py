"""The pages: one blueprint a noun, registered together on an application."""

from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from dashboard.pages import (
    acknowledge,
    alerts,
    api,
    assets,
    board,
    docs,
    errors,
    language,
    mail_page,
    once,
    room,
    room_test,
    silences,
)
from dashboard.pages.agenda import meeting_form, meetings, move, plan, protocol, report
from dashboard.pages.attending import attend
from dashboard.pages.attending.attention import AttentionCache
from dashboard.pages.attending.due import DueCache
from dashboard.pages.door import page as door_page
from dashboard.pages.door import privacy
from dashboard.pages.history import chart as history_chart
from dashboard.pages.history import compare, notes
from dashboard.pages.history import month as history_month
from dashboard.pages.identity import account, account_address, invite, oidc, passkeys, push
from dashboard.pages.installed import offline, theme
from dashboard.pages.parts.bar import is_within
from dashboard.pages.parts.context import EXTENSION, PageParts
from dashboard.pages.parts.live.live_board import LIVE_BOARDS, LiveBoards
from dashboard.pages.parts.live.renderings import Renderings
from dashboard.pages.parts.live.trend_cache import TrendCache
from dashboard.pages.parts.registry_cache import RegistryCache
from dashboard.pages.proof import key, organisation, season, verify
from dashboard.pages.settings import (
    audit,
    calendar_form,
    calendars,
    changing,
    channels,
    contacts,
    doors,
    kiosks,
    limit_form,
    limits,
    links,
    overview,
    rooms,
    sections,
    sources,
    users,
    venues,
    webhooks,
)
from dashboard.pages.settings.devices import counters, device, sensors
from dashboard.pages.settings.house import store, system
from dashboard.pages.settings.protocols import form as protocol_form
from dashboard.pages.settings.protocols import overview as protocols
from dashboard.pages.setup import account as setup_account
from dashboard.pages.setup import rooms as setup_rooms
from dashboard.pages.setup import sensors as setup_sensors
from dashboard.pages.setup import simulated
from dashboard.pages.setup import telling as setup_telling
from dashboard.pages.setup import venue as setup_venue
from gateway.words.meetings import title_words

PAGES = (
    board,
    room,
    history_chart,
    history_month,
    compare,
    notes,
    room_test,
    meeting_form,
    move,
    meetings,
    protocol,
    report,
    plan,
    alerts,
    attend,
    offline,
    theme,
    api,
    overview,
    changing,
    venues,
    rooms,
    sensors,
    counters,
    limits,
    limit_form,
    protocols,
    protocol_form,
    system,
    setup_account,
    setup_venue,
    setup_rooms,
    setup_sensors,
    simulated,
    setup_telling,
    device,
    silences,
    contacts,
    channels,
    store,
    users,
    calendar_form,
    calendars,
    account,
    account_address,
    passkeys,
    push,
    oidc,
    kiosks,
    doors,
    audit,
    links,
    webhooks,
    sources,
    key,
    season,
    verify,
    organisation,
    privacy,
    docs,
)


def register(app: Flask) -> None:
    """Put all pages on ``app``, which holds its services in ``extensions["luchtig"]``."""
    services = app.extensions["luchtig"]
    app.extensions[EXTENSION] = PageParts(
        RegistryCache(services.database, services.clock),
        TrendCache(services.store, services.clock),
        Renderings(),
        AttentionCache(services.database, services.clock),
        DueCache(services.database, services.clock),
    )
    app.extensions[LIVE_BOARDS] = LiveBoards(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["title_words"] = title_words
    app.jinja_env.globals["is_within"] = is_within
    app.jinja_env.filters["isolated"] = _isolated
    app.jinja_env.filters["signed"] = _signed
    assets.register(app)
    language.register(app)
    errors.register(app)
    invite.register(app)
    once.register(app)
    sections.register(app)
    acknowledge.register(app)
    mail_page.register(app)
    door_page.register(app)
    for page in PAGES:
        app.register_blueprint(page.blueprint)


def _signed(rendered: str) -> Markup:
    """What is rendered for all who look, with the token of this page in its forms."""
    empty = 'name="csrf_token" value="'
    return Markup(rendered.replace(f'{empty}"', f'{empty}{generate_csrf()}"'))  # noqa: S704


def _isolated(name: str) -> Markup:
    """A name within a sentence: in whatever direction it is written, the rest keeps its own."""
    return Markup("<bdi>{}</bdi>").format(name)
