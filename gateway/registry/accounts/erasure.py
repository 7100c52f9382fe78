"""Somebody who asks to be forgotten: their account, their mail address and their name taken out of
everything that is kept, but for what others wrote of them in words of their own.

What happened stays, by whom does not: where a name or an address stood, a pseudonym stands that nobody
keeps beside it. The trail is not asked to follow this, as it would keep what was to be forgotten; one entry
says that somebody was erased, and how much of them there was.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    Text,
    delete,
    false,
    func,
    or_,
    select,
    update,
)

from gateway.domain.audit import Act, Entry
from gateway.registry.accounts.grants import keep_an_admin
from gateway.registry.accounts.users import delete_user
from gateway.registry.audit.entries import put_entries
from gateway.registry.revision import raise_revision
from gateway.registry.tables import metadata as tables
from gateway.registry.tables.accounts import users
from gateway.registry.tables.alerts import contacts
from gateway.registry.tables.audit import audit
from gateway.registry.tables.idempotency import idempotency_keys
from gateway.registry.tables.links import links, unsubscriptions
from gateway.registry.tables.outbox import outbox
from gateway.registry.tables.venues import meetings
from sensors.wire.instant import to_ns

BY: Final = ("by", "who", "user", "host", "organiser", "recipient")
"""Columns and keys that hold who did something or was told, and any that ends in ``_by``."""
OF_AN_ACCOUNT: Final = (
    "user",
    "role",
    "session",
    "token",
    "passkey",
    "subscription",
    "heard_venues",
    "identity",
    "organisation_role",
    "season_mail",
    "invitation",
)
"""What the trail calls by the name of an account."""
PART_OF_A_NAME: Final = (".", "+", "-", "_")
"""What joins the parts of an address before its ``@``."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to forget: names of accounts, and mail addresses in small letters."""

    names: frozenset[str]
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Erased:
    """``rows`` says of each table how many told of them."""

    pseudonym: str
    rows: Mapping[str, int]


def person_of(conn: Connection, given: Sequence[str]) -> Person:
    """Names and addresses as given, and of an account the other one as well, where it is verified."""
    addresses = {one.lower() for one in given if "@" in one}
    names = {one for one in given if "@" not in one}
    mail = func.lower(users.c.email)
    theirs = users.c.name.in_(names) | (mail.in_(addresses) & users.c.email_verified)
    for row in conn.execute(select(users.c.name, users.c.email).where(theirs)):
        names.add(row.name)
        if row.email:
            addresses.add(row.email.lower())
    return Person(frozenset(names), frozenset(addresses))


def erase(conn: Connection, person: Person, pseudonym: str, act: Act) -> Erased:
    """Forget them, in the caller's transaction.

    Raises:
        LastAdmin: nobody would be left who may do everything.

    """
    rows: Counter[str] = Counter()
    at_ns = to_ns(act.at)
    for name in person.names:
        keep_an_admin(conn, name)
        rows["users"] += delete_user(conn, name)
    for table, where in _deleted(person):
        rows[table.name] += conn.execute(delete(table).where(where)).rowcount
    waiting = (outbox.c.sent_ns.is_(None)) & (outbox.c.given_up_ns.is_(None))
    to_them = func.lower(outbox.c.recipient).in_(person.addresses)
    conn.execute(update(outbox).where(waiting & to_them).values(given_up_ns=at_ns))
    living = func.lower(links.c.recipient).in_(person.addresses) & links.c.revoked_ns.is_(None)
    conn.execute(update(links).where(living).values(revoked_ns=at_ns, revoked_by=act.who[:100]))
    for column in (meetings.c.organiser, meetings.c.host):
        theirs = func.lower(column).in_(person.addresses)
        changed = update(meetings).where(theirs).values({column.name: None})
        rows[meetings.name] += conn.execute(changed).rowcount
    names = _pseudonyms(person, pseudonym)
    _rename_in_trail(conn, names)
    for table in tables.metadata.sorted_tables:
        rows[table.name] += _pseudonymise(conn, table, names)
    found = {name: count for name, count in sorted(rows.items()) if count}
    put_entries(conn, [Entry(act, "person", "deleted", None, pseudonym, found, None)])
    raise_revision(conn)
    return Erased(pseudonym, found)


def _pseudonyms(person: Person, pseudonym: str) -> dict[str, str]:
    """What stands for each name and address; addresses differ, as a message went to each once."""
    others = {
        address: pseudonym if number == 1 else f"{pseudonym}-{number}"
        for number, address in enumerate(sorted(person.addresses), start=1)
    }
    return dict.fromkeys(person.names, pseudonym) | others


def _deleted(person: Person) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """What is of no use to anybody without them."""
    return (
        (contacts, func.lower(contacts.c.address).in_(person.addresses)),
        (unsubscriptions, func.lower(unsubscriptions.c.address).in_(person.addresses)),
        (idempotency_keys, idempotency_keys.c.by.in_(person.names)),
    )


def _pseudonymise(conn: Connection, table: Table, names: Mapping[str, str]) -> int:
    """How many rows of ``table`` were changed."""
    key = list(table.primary_key.columns)
    texts = [column for column in table.c if isinstance(column.type, String | Text)]
    changed: set[tuple[Any, ...]] = set()
    for column in texts:
        told = or_(
            false(), *(func.lower(column).contains(name.lower(), autoescape=True) for name in names)
        )
        for row in conn.execute(select(*key, column.label("text_of_it")).where(told)).all():
            text = _without(row.text_of_it, _is_by(column), names)
            if text != row.text_of_it:
                which = [mine == value for mine, value in zip(key, row, strict=False)]
                conn.execute(update(table).where(*which).values({column.name: text}))
                changed.add(tuple(row)[: len(key)])
    return len(changed)


def _is_by(column: Column[Any]) -> bool:
    return column.name in BY or column.name.endswith("_by")


def _without(text: str, is_by: bool, names: Mapping[str, str]) -> str:
    """A text with pseudonyms: of an address wherever it stands, of an account's name where it is all of
    a column or of a JSON value that says who.
    """
    if is_by and text in names:
        return names[text]
    for address, pseudonym in names.items():
        if "@" in address:
            text = _replaced(text, address, pseudonym)
    if text.startswith(("{", "[")):
        try:
            held = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
        other = _renamed(held, names)
        return text if other == held else msgspec.json.encode(other).decode()
    return text


def _replaced(text: str, address: str, pseudonym: str) -> str:
    """A text without an address, in letters of any size, but not where it is part of a longer one."""
    lowered, begin = text.lower(), 0
    if len(lowered) != len(text):  # a letter that is two when it is small: leave its size alone
        lowered = text
    while (at := lowered.find(address, begin)) >= 0:
        end = at + len(address)
        before, after, beyond = text[at - 1 : at], text[end : end + 1], text[end + 1 : end + 2]
        longer = before.isalnum() or before in PART_OF_A_NAME or after.isalnum() or after == "-"
        if longer or (after == "." and beyond.isalnum()):
            begin = at + 1
            continue
        text = text[:at] + pseudonym + text[end:]
        lowered = lowered[:at] + pseudonym + lowered[end:]
        begin = at + len(pseudonym)
    return text


def _renamed(held: Any, names: Mapping[str, str]) -> Any:
    if isinstance(held, list):
        return [_renamed(one, names) for one in held]
    if not isinstance(held, dict):
        return held
    who = [held[key] for key in ("address", "email") if held.get(key) in names.values()]
    other = {}
    for key, value in held.items():
        if isinstance(value, str) and value in names and (key in BY or key.endswith("_by")):
            other[key] = names[value]
        elif key == "name" and who:  # what the address is called, as in a list of contacts
            other[key] = who[0]
        else:
            other[key] = _renamed(value, names)
    return other


def _rename_in_trail(conn: Connection, names: Mapping[str, str]) -> None:
    """Entries about the account itself are called by its name."""
    for name, pseudonym in names.items():
        about = audit.c.noun.in_(OF_AN_ACCOUNT)
        exactly = about & (audit.c.object == name)
        conn.execute(update(audit).where(exactly).values(object=pseudonym))
        begins = about & audit.c.object.startswith(f"{name}/", autoescape=True)
        for row in conn.execute(select(audit.c.id, audit.c.object).where(begins)).all():
            called = pseudonym + row.object[len(name) :]
            conn.execute(update(audit).where(audit.c.id == row.id).values(object=called))
    for row in conn.execute(select(audit).where(audit.c.noun == "user")).all():
        values = {}
        for part in ("before", "after"):
            held = msgspec.json.decode(getattr(row, part) or "null")
            if held is not None and held.get("name") in names:
                held["name"] = names[held["name"]]
                values[part] = msgspec.json.encode(held).decode()
        if values:
            conn.execute(update(audit).where(audit.c.id == row.id).values(values))
