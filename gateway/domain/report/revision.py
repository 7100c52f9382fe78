"""What a revision of a report changed."""

from collections.abc import Iterator

from gateway.domain.report.report import Report

Change = tuple[str, str, str]
"""(what, before, after), in codes and plain numbers; an empty text is nothing."""


def changes_between(old: Report, new: Report) -> tuple[Change, ...]:
    """What came out otherwise; empty where only readings differ that change nothing."""
    before, after = dict(_said(old)), dict(_said(new))
    return tuple(
        (what, before[what], after[what]) for what in before if before[what] != after[what]
    )


def _said(report: Report) -> Iterator[tuple[str, str]]:
    yield "occupancy", report.occupancy.verdict or ""
    yield "ventilation", report.ventilation.verdict or ""
    yield "start", report.presence.start.isoformat(timespec="minutes")
    yield "end", report.presence.end.isoformat(timespec="minutes")
    yield "most_people", _rounded(report.occupancy.worst)
    yield "highest_ppm", _rounded(report.co2.worst)
    yield "minutes_over", _rounded(report.co2.minutes_over)
    yield "readings", str(report.basis.readings)


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"
