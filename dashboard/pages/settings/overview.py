"""The settings at a glance: their sections, what of them needs somebody, and a search across them."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at
from dashboard.pages.settings.found import FoundLine, found_lines
from dashboard.pages.settings.sections import sections
from dashboard.web.reach import may_somewhere, within
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.metrics import JOURNAL_FULL
from gateway.registry.agenda.feeds import all_feeds, feed_state
from gateway.registry.devices import all_devices
from gateway.registry.live.metric_totals import total_of
from gateway.registry.live.store_refusals import refused_kinds
from gateway.words.locale import PageLocale

blueprint = Blueprint("settings", __name__)

QUESTION_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked, and what answers to it."""

    asked: str
    found: tuple[FoundLine, ...]


@blueprint.get("/settings")
def settings() -> str:
    locale, asked = locale_at(), request.args.get("q", "").strip()[:QUESTION_LENGTH]
    with services().database.read() as conn:
        needs = _needs(conn, locale)
        search = Search(asked, found_lines(conn, asked, sections(), locale)) if asked else None
    return render_template(
        "settings/overview.html", sections=sections(), needs=needs, search=search
    )


def _needs(conn: Connection, locale: PageLocale) -> dict[str, str]:
    """By section what of it waits for somebody, in words."""
    needs = {}
    new = sum(one.room is None for one in within(all_devices(conn), Need.SETTINGS))
    if new:
        needs["sensors"] = locale.ngettext(
            "%(number)s sensor hangs nowhere yet", "%(number)s sensors hang nowhere yet", new
        )
    feeds = within(all_feeds(conn), Need.SETTINGS)
    failing = sum(feed_state(conn, feed.slug).failure is not None for feed in feeds)
    if failing:
        needs["calendars"] = locale.ngettext(
            "%(number)s calendar cannot be read", "%(number)s calendars cannot be read", failing
        )
    if may_somewhere(Need.SYSTEM) and total_of(conn, JOURNAL_FULL, ""):
        needs["system"] = locale.gettext("A journal is full")
    elif may_somewhere(Need.SYSTEM) and refused_kinds(conn):
        needs["system"] = locale.gettext("The store refuses readings")
    return needs
