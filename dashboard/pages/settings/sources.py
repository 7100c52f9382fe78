"""Devices of other makers: what comes on any topic, what it would become, and a source made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.ingest.preview import Became, Heard, Leaf, became, leaves_of, suggestions
from dashboard.pages.parts.context import locale_at, now
from dashboard.web.services import services
from dashboard.words.sources import field_words, told_words
from gateway.registry.rooms import all_venues, find_venue
from gateway.registry.sources import MadeSource, all_sources, delete_source, make_source
from gateway.words.locale import PageLocale
from sensors.adapters.lorawan.models import MODELS
from sensors.adapters.source import KINDS, Mapped, Source, faults_of
from sensors.adapters.topic_filter import matches
from sensors.adapters.unit import UNITS
from sensors.wire.instant import to_ns
from sensors.wire.topic import VenueSlug

blueprint = Blueprint("sources", __name__)

MOST_SOURCES: Final = 50
LONGEST: Final = 1_000
OURS: Final = "luchtig/"
FIELDS: Final = (
    "co2_ppm", "temperature_c", "humidity_pct", "count", "in_total", "out_total", "motion",
    "battery_pct", "signal_dbm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A topic with its newest message, cut, and what a device of ours would tell of it."""

    topic: str
    payload: str
    told: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a payload, and what was chosen for it."""

    leaf: Leaf
    field: str
    unit: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks at: a filter, and one topic of it to make a mapping of."""

    venue: str
    topic_filter: str
    topic: str

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        values = [given.get(name, "").strip()[:LONGEST] for name in ("venue", "filter", "topic")]
        return cls(*values)


@blueprint.get("/settings/sources")
def sources() -> str:
    return _page(Asked.of(request.args))


@blueprint.post("/settings/sources")
def make() -> ResponseReturnValue:
    """Show what a mapping makes of what is heard (``do`` is see), or hear a source from now on."""
    asked, locale = Asked.of(request.form), locale_at()
    made = _source(asked, request.form)
    faults = ["kind"] if made is None else faults_of(made, frozenset(MODELS))
    if made is None or faults:
        said = locale.gettext(
            "Choose at least one value, and a filter that leaves our own topics alone."
        )
        return _page(asked, made, wrong=said), 422
    if request.form.get("do") == "see":
        return _page(asked, made)
    with services().database.write() as conn:
        if find_venue(conn, made.venue) is None or len(all_sources(conn)) >= MOST_SOURCES:
            abort(404)
        make_source(conn, made, now())
    flash(locale.gettext("It is heard from now on. Its devices are new until somebody hangs them."))
    return redirect(url_for("sources.sources"), 303)


@blueprint.post("/settings/sources/<number:number>/delete")
def delete(number: int) -> ResponseReturnValue:
    with services().database.write() as conn:
        if not delete_source(conn, number):
            abort(404)
    flash(locale_at().gettext("It is heard no longer; what came stays."))
    return redirect(url_for("sources.sources"), 303)


def _source(asked: Asked, given: Mapping[str, str]) -> Source | None:
    """The source that a form describes, None where its kind is none."""
    kind = given.get("kind", "mapping")
    if kind not in KINDS:
        return None
    if kind != "mapping":
        return Source(kind=kind, filter=asked.topic_filter, venue=VenueSlug(asked.venue))
    level = given.get("level", "")
    levels = asked.topic.split("/")
    if not level.isdecimal() or int(level[:4]) >= len(levels):
        return None
    levels[int(level)] = "+"
    fields = {
        choice.field: Mapped(path=choice.leaf.path, unit=choice.unit)
        for choice in _choices((), given)
        if choice.field in FIELDS and choice.unit in UNITS
    }
    return Source(
        kind="mapping", filter="/".join(levels), venue=VenueSlug(asked.venue),
        device=f"{{topic[{int(level)}]}}", fields=fields,
    )  # fmt: skip


def _choices(leaves: Sequence[Leaf], given: Mapping[str, str]) -> list[Choice]:
    """The values of a payload with what a form chose for them, or those that a form names."""
    chosen = {
        given[name]: (given.get(f"is-{name[5:]}", ""), given.get(f"unit-{name[5:]}", ""))
        for name in given
        if name.startswith("path-")
    }
    if not leaves:
        leaves = [Leaf(path, "", is_number=True) for path in chosen]
    return [Choice(leaf, *chosen.get(leaf.path, ("", ""))) for leaf in leaves]


def _page(asked: Asked, mapping: Source | None = None, wrong: str = "") -> str:
    with services().database.read() as conn:
        context = _known(conn)
    messages = _heard(asked.topic_filter)
    now_ns = to_ns(now())
    locale = locale_at()
    venue = VenueSlug(asked.venue or next((one.slug for one in context["venues"]), "-"))
    found = suggestions(messages, venue, now_ns)
    newest = next((one for one in messages if one.topic == asked.topic), None)
    leaves = () if newest is None else leaves_of(newest.payload)
    preview: tuple[Became, ...] = ()
    if mapping is not None and not wrong:
        fits = [one for one in messages if matches(mapping.filter, one.topic)]
        preview = became(mapping, fits, now_ns)
    return render_template(
        "settings/sources.html",
        **context,
        asked=asked,
        lines=[_line(one, [each.source for each in found], now_ns, locale) for one in messages],
        suggestions=found,
        newest=newest,
        levels=list(enumerate(asked.topic.split("/"))) if asked.topic else [],
        level=request.form.get("level", "1" if "/" in asked.topic else "0"),
        choices=_choices(leaves, request.form) if leaves else [],
        fields=[(name, field_words(name, locale)) for name in FIELDS],
        units=[unit for unit in UNITS if unit],
        preview=[(one.device, told_words(one.told, locale), one.refused) for one in preview],
        mapping=mapping,
        wrong=wrong,
    )


def _known(conn: Connection) -> dict[str, Any]:
    venues = all_venues(conn)
    made: tuple[MadeSource, ...] = all_sources(conn)
    return {
        "venues": venues,
        "names": {venue.slug: venue.name for venue in venues},
        "made": made,
    }


def _heard(topic_filter: str) -> list[Heard]:
    """The newest of each topic but our own; nothing where nobody listens."""
    listening = services().topics
    if not topic_filter or listening is None:
        return []
    found = listening.heard(topic_filter)
    return [Heard(*one) for one in found if not one[0].startswith(OURS)]


def _line(one: Heard, found: Sequence[Source], now_ns: int, locale: PageLocale) -> Line:
    source = next((each for each in found if matches(each.filter, one.topic)), None)
    told = () if source is None else became(source, [one], now_ns)
    words = "; ".join(
        f"{each.device}: {told_words(each.told, locale)}" for each in told if each.told
    )
    return Line(one.topic, one.payload[:200].decode("utf-8", "replace"), words)
