"""A season as CSV: a row for the whole, then each month, policy and room."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from gateway.domain.season.line import MEASURED
from gateway.proof.canonical import Document

_PLAIN: Final = (
    "meetings", "hours", "people_hours", "counted", "counted_by_air",
    "kept", "not_kept", "cannot_say", "completeness",
)  # fmt: skip
_OF_RULE: Final = ("kept", "not_kept", "cannot_say", "no_limit", "minutes_over")
_OF_ITEM: Final = ("kept", "not_kept", "cannot_say")
_OF_SENSORS: Final = ("expected", "received", "faults", "gaps")


def write_csv(document: Document) -> bytes:
    """Columns of one name for all rows; what was declared has columns of its own."""
    declared = sorted(document["declared"])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        [
            "part",
            "name",
            "from",
            "to",
            *_PLAIN,
            *(f"{rule}_{figure}" for rule in MEASURED for figure in _OF_RULE),
            *(f"sensors_{figure}" for figure in _OF_SENSORS),
            *(f"declared_{item}_{figure}" for item in declared for figure in _OF_ITEM),
        ]
    )
    for head, part in _parts(document):
        writer.writerow([*head, *_figures(part, declared)])
    return text.getvalue().encode()


def _parts(document: Document) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    whole = dict(document)
    yield ("season", _whose(document), document["from"], document["to"]), whole
    for month in document["months"]:
        yield ("month", month["month"], "", ""), month
    for held in document["policies"]:
        yield ("policy", held["policy"], held["first"], held["last"]), held
    for room in document["rooms"]:
        yield ("room", f"{room['venue']}/{room['room']}", "", ""), room


def _whose(document: Document) -> str:
    return str(document.get("venue") or document.get("organisation"))


def _figures(part: dict[str, Any], declared: list[str]) -> Iterator[object]:
    yield from (part[name] for name in _PLAIN)
    for rule in MEASURED:
        yield from (part["by_rule"][rule][figure] for figure in _OF_RULE)
    yield from (part["sensors"][figure] for figure in _OF_SENSORS)
    for item in declared:
        tally = part["declared"].get(item, {})
        yield from (tally.get(figure, 0) for figure in _OF_ITEM)
