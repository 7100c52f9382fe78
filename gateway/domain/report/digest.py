"""The digest of a report's material: SHA-256 over a text that anybody can make again.

The format is described in docs/report.md and never changes under the same first word: a printed
digest must be checkable years later. When readings arrived is no part of it.
"""

import hashlib
from collections.abc import Iterator

from gateway.domain.report.material import Material

FORMAT = "luchtig-report-1"


def digest(material: Material) -> str:
    """The SHA-256 of the canonical text, 64 hexadecimal digits."""
    total = hashlib.sha256()
    for line in canonical(material):
        total.update(line.encode() + b"\n")
    return total.hexdigest()


def canonical(material: Material) -> Iterator[str]:
    """The lines of the canonical text: the header, then every reading in the order of their
    bytes.
    """
    window = material.window
    yield _line(
        FORMAT,
        material.venue,
        material.room,
        window.people_from_ns,
        window.from_ns,
        window.to_ns,
    )
    yield from sorted(set(_rows(material)))


def _rows(material: Material) -> Iterator[str]:
    for air in material.air:
        yield _line("air", air.at_ns, air.device, air.co2_ppm, air.temperature_c, air.humidity_pct)
    for people in material.people:
        yield _line(
            "people",
            people.at_ns,
            people.device,
            people.count,
            people.in_total,
            people.out_total,
        )
    for estimate in material.estimates:
        yield _line("room", *estimate)


def _line(*values: str | float | None) -> str:
    return "|".join("" if value is None else str(value) for value in values)
