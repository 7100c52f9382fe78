"""Programs elsewhere that are told what happens: made, tried, switched off, and how it went."""

from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from dashboard.pages.parts.context import locale_at, now
from dashboard.pages.parts.form import Form
from dashboard.web.identity.auth import current_user
from dashboard.web.reach import access, demand, in_reach, within
from dashboard.web.services import services
from dashboard.words.webhooks import event_words, outcome_words
from gateway.domain.access import Need
from gateway.domain.room import Venue
from gateway.domain.webhook import MOST_WEBHOOKS, Webhook, new_secret
from gateway.domain.webhook_event import EVENT_TYPES
from gateway.outward.address import BadAddress, parse
from gateway.registry.rooms import all_venues
from gateway.registry.webhook_outbox import messages_of
from gateway.registry.webhooks import (
    all_webhooks,
    ask_trial,
    delete_webhook,
    find_webhook,
    make_webhook,
    put_webhook,
)

blueprint = Blueprint("webhooks", __name__)

NAME_LENGTH: Final = 200
SHOWN: Final = 20
"""Of the deliveries the newest; the API has the others."""
CHOICES: Final = tuple(kind for kind in EVENT_TYPES if kind != "luchtig.webhook.test")


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One event with when it happened and how its delivery went; ``trouble`` is why that failed."""

    time: str
    event: str
    outcome: str
    trouble: str


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook in words; ``shown`` is what may be seen of its address."""

    webhook: Webhook
    shown: str
    hears: str
    deliveries: tuple[DeliveryLine, ...]


@blueprint.get("/settings/webhooks")
def webhooks() -> str:
    return _page(Form({}))


@blueprint.post("/settings/webhooks")
def make() -> ResponseReturnValue:
    """Show its secret; it stands on this answer alone."""
    form, locale = Form(request.form), locale_at()
    with services().database.write() as conn:
        venues: dict[str, Venue] = {venue.slug: venue for venue in _venues(conn)}
        name = form.required("name", NAME_LENGTH, locale)
        venue = form.chosen("venue", venues, locale)
        if venue is None:
            form.wrong.setdefault("venue", locale.gettext("Fill this in."))
        try:
            parse(form.text("url"))
        except BadAddress:
            form.wrong["url"] = locale.gettext(
                "Give an address that begins with https:// or http://."
            )
        made: Webhook | None = None
        if venue is not None and not form.wrong:
            events = tuple(one for one in CHOICES if one in request.form.getlist("events"))
            made = _made(conn, venue, name, form.text("url"), events)
            if made is None:
                form.wrong["name"] = locale.gettext("This venue has as many as it may.")
    if made is None:
        return _page(form), 422
    return _page(Form({}), made), 201


@blueprint.post("/settings/webhooks/<number:number>/test")
def test(number: int) -> ResponseReturnValue:
    visitor = current_user()
    if visitor is None:
        abort(403)
    with services().database.write() as conn:
        ask_trial(conn, _found(conn, number), visitor.name, now())
    flash(locale_at().gettext("A test is on its way: its outcome shows here in a moment."))
    return redirect(url_for("webhooks.webhooks"), 303)


@blueprint.post("/settings/webhooks/<number:number>/switch")
def switch(number: int) -> ResponseReturnValue:
    """On or off, as the form says."""
    with services().database.write() as conn:
        found = _found(conn, number)
        put_webhook(conn, replace(found, enabled=request.form.get("do") == "on"))
    return redirect(url_for("webhooks.webhooks"), 303)


@blueprint.post("/settings/webhooks/<number:number>/delete")
def delete(number: int) -> ResponseReturnValue:
    with services().database.write() as conn:
        delete_webhook(conn, _found(conn, number).id)
    flash(locale_at().gettext("It is told no longer."))
    return redirect(url_for("webhooks.webhooks"), 303)


def _found(conn: Connection, number: int) -> Webhook:
    found = in_reach(find_webhook(conn, number))
    if found is None:
        abort(404)
    demand(Need.SETTINGS, found.venue)
    return found


def _made(
    conn: Connection, venue: Venue, name: str, url: str, events: tuple[str, ...]
) -> Webhook | None:
    """None where the venue has as many as it may."""
    if len(all_webhooks(conn, venue.slug)) >= MOST_WEBHOOKS:
        return None
    kinds = tuple(kind for kind in CHOICES if kind in events)
    made = Webhook(0, venue.slug, name, url, new_secret(), kinds)
    return replace(made, id=make_webhook(conn, made))


def _venues(conn: Connection) -> tuple[Venue, ...]:
    own = access().venues(Need.SETTINGS)
    return tuple(venue for venue in all_venues(conn) if own is None or venue.slug in own)


def _page(form: Form, made: Webhook | None = None) -> str:
    locale = locale_at()
    with services().database.read() as conn:
        venues = _venues(conn)
        found = within(all_webhooks(conn), Need.SETTINGS)
        lines = [_line(conn, webhook) for webhook in found]
    return render_template(
        "settings/webhooks.html",
        lines=lines,
        venues=venues,
        names={venue.slug: venue.name for venue in venues},
        form=form,
        made=made,
        chosen=request.form.getlist("events"),
        choices=[(kind, event_words(kind, locale)) for kind in CHOICES],
    )


def _line(conn: Connection, webhook: Webhook) -> WebhookLine:
    locale = locale_at(webhook.venue)
    hears = ", ".join(event_words(kind, locale) for kind in webhook.events)
    return WebhookLine(
        webhook,
        parse(webhook.url).shown,
        hears or locale.gettext("everything"),
        tuple(
            DeliveryLine(
                locale.moment(message.event.at, now()),
                event_words(message.event.type, locale),
                outcome_words(message, now(), locale),
                message.error or "",
            )
            for message in messages_of(conn, webhook.id, SHOWN)
        ),
    )
