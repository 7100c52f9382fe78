"""Protocols: the house rules that meetings are held under."""

from collections import Counter
from dataclasses import replace
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from dashboard.api.fields import LINE, SLUG, Dated, Name, Names, Note, Slug, VenueRef
from dashboard.api.new_slug import free_slug
from dashboard.api.paging import Paging
from dashboard.api.route import Route
from dashboard.web.owning import owned
from dashboard.web.problem import Mistake, Problem
from dashboard.web.reach import demand_keeping, sees
from dashboard.web.services import Services
from gateway.domain.protocol.protocol import Item, Kind, MeasuredRule, Protocol, When
from gateway.domain.protocol.templates import BY_SLUG
from gateway.registry.protocols import kept as registry
from gateway.words.locale import LANGUAGES

MOST_ITEMS = 40
ItemText = Annotated[str, Meta(max_length=300), LINE]
ItemId = Annotated[str, Meta(pattern=SLUG, description="small letters, digits and '-'")]


class ProtocolsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """With ``venue`` those that it may choose: the whole house's, its organisation's and its own. With
    ``organisation`` those of that.
    """

    venue: VenueRef | None = None
    organisation: Slug | None = None


class ItemBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``measured`` item has a ``rule``, and holds for the whole meeting; a ``declared`` one has a
    ``text`` (``texts`` by language, for those that shall not read ``text``) and is said ``when`` it is
    due. What is not ``required`` is advice, and what is measured and ``where_limited`` falls away in a
    room whose limits ask nothing of the kind.
    """

    id: ItemId
    text: ItemText = ""
    texts: dict[str, ItemText] = msgspec.field(default_factory=dict)
    kind: Kind = "declared"
    rule: MeasuredRule | None = None
    when: When = "start"
    required: bool = True
    where_limited: bool = False


class ProtocolBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``names`` is the name by language; ``source`` and ``dated`` say what it follows. ``venue`` is
    whose it is, and its managers keep it; ``organisation`` is for all of its venues, and who manages each
    of them keeps it; null of both is the whole house's, kept by admins.
    """

    name: Name
    names: Names = msgspec.field(default_factory=dict)
    items: Annotated[tuple[ItemBody, ...], Meta(min_length=1, max_length=MOST_ITEMS)]
    source: Note = ""
    dated: Dated = ""
    venue: VenueRef | None = None
    organisation: Slug | None = None


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Of a template and of a measured rule without a text of its own, ``text`` is null: its words are
    those of each language.
    """

    id: str
    text: str | None
    texts: dict[str, str]
    kind: Kind
    rule: MeasuredRule | None
    when: When
    required: bool
    where_limited: bool


class ProtocolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``preset``: a template, that cannot be changed; its ``name`` is null, as its words are those of
    each language. Each change makes another ``version``.
    """

    protocol: Slug
    name: str | None
    names: dict[str, str]
    items: tuple[ItemAnswer, ...]
    source: str
    dated: str
    venue: VenueRef | None
    organisation: Slug | None
    version: int
    preset: bool


class Protocols(msgspec.Struct, frozen=True):
    protocols: tuple[ProtocolAnswer, ...]


def get_protocols(services: Services, query: ProtocolsQuery) -> Protocols:
    with services.database.read() as conn:
        found = [one for one in registry.all_protocols(conn) if sees(one)]
    asked, whose = query.venue, query.organisation
    shown = (one for one in found if asked is None or one.serves(asked))
    return Protocols(
        tuple(protocol_answer(one) for one in shown if whose in (None, one.organisation))
    )


def get_protocol(services: Services, protocol: str) -> ProtocolAnswer:
    with services.database.read() as conn:
        return protocol_answer(_found(conn, protocol))


def make_protocol(services: Services, body: ProtocolBody) -> ProtocolAnswer:
    """A slug is made of its name."""
    asked = protocol_of_body("", body)
    with services.database.write() as conn:
        asked = owned(conn, asked, registry.venues_that_choose)
        taken = {one.slug for one in registry.all_protocols(conn)}
        slug = free_slug(body.name, "protocol", lambda one: one in taken)
        made = registry.put_protocol(conn, replace(asked, slug=slug), services.clock.now())
    return protocol_answer(made)


def put_protocol(services: Services, protocol: str, body: ProtocolBody) -> ProtocolAnswer:
    _refuse_template(protocol)
    asked = protocol_of_body(protocol, body)
    with services.database.write() as conn:
        before = registry.find_protocol(conn, protocol)
        if before is not None:
            demand_keeping(_found(conn, protocol))
        asked = owned(conn, asked, registry.venues_that_choose)
        made = registry.put_protocol(conn, asked, services.clock.now())
    return protocol_answer(made)


def delete_protocol(services: Services, protocol: str) -> None:
    _refuse_template(protocol)
    with services.database.write() as conn:
        demand_keeping(_found(conn, protocol))
        if registry.venues_that_choose(conn, protocol):
            raise Problem(409, f"{protocol} is chosen by a venue, a room or a meeting")
        registry.delete_protocol(conn, protocol)


def check_protocol(
    conn: Connection, venue: VenueRef, protocol: str | None, pointer: str = "/protocol"
) -> None:
    """Make sure that a venue may choose this; ``pointer`` is where the body names it.

    Raises:
        Problem: it may not.

    """
    known = registry.protocols_for(conn, venue) if protocol is not None else {}
    if protocol is not None and protocol not in known:
        mistake = Mistake(pointer, f"expected one of {', '.join(known)}")
        raise Problem(422, f"there is no protocol {protocol!r}", [mistake])


def protocol_answer(protocol: Protocol) -> ProtocolAnswer:
    return ProtocolAnswer(
        protocol=protocol.slug,
        name=protocol.name or None,
        names=dict(protocol.names),
        items=tuple(map(_item_answer, protocol.items)),
        source=protocol.source,
        dated=protocol.dated,
        venue=protocol.venue,
        organisation=protocol.organisation,
        version=protocol.version,
        preset=protocol.slug in BY_SLUG,
    )


def _item_answer(item: Item) -> ItemAnswer:
    return ItemAnswer(
        id=item.id, text=item.text or None, texts=dict(item.texts), kind=item.kind,
        rule=item.rule, when=item.when, required=item.required, where_limited=item.where_limited,
    )  # fmt: skip


def protocol_of_body(slug: str, body: ProtocolBody) -> Protocol:
    """What a body asks for.

    Raises:
        Problem: it contradicts itself.

    """
    if mistakes := _mistakes(body):
        raise Problem(422, "the protocol is not right", mistakes)
    items = tuple(
        Item(
            one.id, one.kind, one.when, one.required, one.rule, one.text, dict(one.texts),
            one.where_limited,
        )
        for one in body.items
    )  # fmt: skip
    names = dict(body.names)
    return Protocol(
        slug, items, body.name, names, body.source, body.dated, body.venue,
        organisation=body.organisation,
    )  # fmt: skip


def _mistakes(body: ProtocolBody) -> list[Mistake]:
    """What contradicts itself among the items, and languages that are not spoken."""
    spoken = f"expected one of {', '.join(LANGUAGES)}"
    found = [Mistake(f"/names/{code}", spoken) for code in body.names if code not in LANGUAGES]
    times = Counter(item.id for item in body.items)
    for number, item in enumerate(body.items):
        at = f"/items/{number}"
        found += [Mistake(f"{at}/texts/{c}", spoken) for c in item.texts if c not in LANGUAGES]
        if times[item.id] > 1:
            found.append(Mistake(f"{at}/id", "expected another for each item"))
        if item.kind == "measured" and item.rule is None:
            found.append(Mistake(f"{at}/rule", "expected one for what is measured"))
        if item.kind == "declared" and item.rule is not None:
            found.append(Mistake(f"{at}/rule", "only for what is measured"))
        if item.kind == "declared" and item.where_limited:
            found.append(Mistake(f"{at}/where_limited", "only for what is measured"))
        if item.kind == "declared" and not item.text:
            found.append(Mistake(f"{at}/text", "expected what the item asks"))
    return found


def _refuse_template(protocol: str) -> None:
    if protocol in BY_SLUG:
        raise Problem(409, f"{protocol} is a template: make your own under another name")


def _found(conn: Connection, slug: str) -> Protocol:
    """A protocol that is there for the visitor."""
    found = _version(conn, slug)
    if found is None:
        raise Problem(404, f"there is no protocol {slug!r}")
    return found


def _version(conn: Connection, protocol: str) -> Protocol | None:
    found = registry.find_protocol(conn, protocol)
    return found if found is not None and sees(found) else None


ROUTES = (
    Route(
        "GET",
        "/protocols",
        get_protocols,
        "the house rules that a meeting may be held under",
        Protocols,
        query=ProtocolsQuery,
        paging=Paging("protocols", lambda one: (one.protocol,), tuple[str]),
    ),
    Route(
        "POST",
        "/protocols",
        make_protocol,
        "make a protocol",
        ProtocolAnswer,
        body=ProtocolBody,
        made_at=lambda made: f"/protocols/{made.protocol}",
    ),
    Route(
        "GET",
        "/protocols/{protocol}",
        get_protocol,
        "one protocol as it is now",
        ProtocolAnswer,
        problems=(404,),
        version=_version,
    ),
    Route(
        "PUT",
        "/protocols/{protocol}",
        put_protocol,
        "make a protocol, or another version of it",
        ProtocolAnswer,
        body=ProtocolBody,
        problems=(404, 409),
        version=_version,
    ),
    Route(
        "DELETE",
        "/protocols/{protocol}",
        delete_protocol,
        "delete a protocol that nothing chose; meetings that began under it keep it",
        problems=(404, 409),
        version=_version,
    ),
)
