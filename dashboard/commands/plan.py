"""``luchtig plan``: what to expect of a group in a room, before a meeting."""

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy import Connection

from dashboard.planning import (
    HIGHEST_START_PPM,
    LONGEST,
    LOWEST_START_PPM,
    MOST_PEOPLE,
    Ask,
    CannotPlan,
    Planned,
    planned,
)
from dashboard.words.locale import page_locale
from dashboard.words.plan import (
    basis_words,
    fits_words,
    group_words,
    largest_words,
    outdoor_words,
    peak_words,
    per_person_words,
    stay_words,
    why_words,
    windows_words,
)
from gateway.config import load
from gateway.domain.air.generation import ACTIVITIES, DEFAULT
from gateway.domain.air.plan import Outlook
from gateway.registry.database import DatabaseError, open_database
from gateway.registry.rooms import all_rooms
from gateway.words.locale import PageLocale
from gateway.words.policies import policy_name, policy_note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--room", required=True, help="ROOM, or VENUE/ROOM where several have it")
    parser.add_argument("--people", required=True, type=_people, help="how many there will be")
    parser.add_argument("--minutes", required=True, type=_minutes, help="for how long")
    parser.add_argument(
        "--activity",
        choices=[row.activity for row in ACTIVITIES],
        default=DEFAULT,
        help="what they do, by which they give off CO2 (default: %(default)s)",
    )
    parser.add_argument(
        "--start-ppm", type=_start, help="the CO2 at the beginning; without it the room is aired"
    )
    parser.add_argument("--policy", help="the limits to keep; without it the room's own")
    parser.add_argument("--config", type=Path, help="the configuration of the set-up")


def run(arguments: argparse.Namespace) -> int:
    settings = load(arguments.config, os.environ)
    try:
        database = open_database(settings.database.url, settings.directory)
        database.check_version()
        with database.read() as conn:
            found = planned(conn, _ask(conn, arguments))
    except (DatabaseError, CannotPlan) as error:
        print(f"luchtig plan: {error}", file=sys.stderr)
        return 1
    database.close()
    print("\n".join(_lines(found, page_locale("en"))))
    return 0


def _ask(conn: Connection, arguments: argparse.Namespace) -> Ask:
    venue, _, slug = arguments.room.rpartition("/")
    there = [room for room in all_rooms(conn) if room.slug == slug and venue in ("", room.venue)]
    if not there:
        raise CannotPlan("room", f"there is no room {arguments.room}")
    if len(there) > 1:
        names = ", ".join(f"{room.venue}/{room.slug}" for room in there)
        raise CannotPlan("room", f"several venues have a room {slug}: one of {names}")
    return Ask(
        there[0].venue,
        slug,
        arguments.people,
        arguments.minutes,
        arguments.activity,
        arguments.start_ppm,
        arguments.policy,
    )


def _lines(found: Planned, locale: PageLocale) -> list[str]:
    its = found.plan
    lines = [
        f"{found.room.name}: {group_words(found, locale)}",
        f"{fits_words(its, locale)}. {why_words(its, locale)} ({policy_name(its.policy, locale)}).",
    ]
    for outlook in [its.closed, *([] if its.opened is None else [its.opened])]:
        lines += ["", windows_words(outlook, its, locale)]
        lines += [f"  {name:<15} {words}" for name, words in _rows(outlook, found, locale) if words]
    lines += ["", basis_words(its.basis, found.room.design_flow_lps, locale)]
    lines += [outdoor_words(found, locale), *filter(None, [policy_note(its.policy, locale)])]
    return [line.replace("\u00a0", " ") for line in lines]


def _rows(outlook: Outlook, found: Planned, locale: PageLocale) -> list[tuple[str, str]]:
    return [
        ("highest CO2", peak_words(outlook, locale)),
        ("air per person", per_person_words(outlook, locale)),
        ("largest group", largest_words(outlook, locale)),
        ("can stay", stay_words(outlook, found.plan.policy, locale)),
    ]


def _people(text: str) -> int:
    return round(_number(text, 1, MOST_PEOPLE, whole=True))


def _minutes(text: str) -> float:
    return _number(text, 1, LONGEST)


def _start(text: str) -> float:
    return _number(text, LOWEST_START_PPM, HIGHEST_START_PPM)


def _number(text: str, least: float, most: float, *, whole: bool = False) -> float:
    kind = "whole number" if whole else "number"
    expected = f"expected a {kind} from {least:g} to {most:g}, not {text!r}"
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(expected) from None
    if not least <= value <= most or (whole and value != round(value)):
        raise argparse.ArgumentTypeError(expected)
    return value
