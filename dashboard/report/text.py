"""A report as text, for a terminal."""

from collections.abc import Iterator

from dashboard.i18n import Speech
from dashboard.report.sheet import Sheet


def write_text(sheet: Sheet, say: Speech) -> str:
    """The report in lines."""
    return "\n".join(_lines(sheet, say)).replace("\u00a0", " ") + "\n"


def _lines(sheet: Sheet, say: Speech) -> Iterator[str]:
    yield f"{_plain(sheet.title)}"
    yield f"{_plain(sheet.place)} · {sheet.day} · {sheet.planned}"
    yield ""
    yield sheet.headline
    yield from sheet.explanations
    yield sheet.presence
    yield from sheet.revisions
    for aspect in sheet.aspects:
        yield ""
        yield f"{aspect.name}: {aspect.verdict}"
        yield from (f"  {name}: {value}" for name, value in aspect.facts)
    yield ""
    yield say.gettext("Flags, and what was done")
    for flag in sheet.flags:
        yield f"  {flag.name} · {flag.when}" + (f" · {flag.worst}" if flag.worst else "")
        yield from (f"    {at}  {_plain(what)}" for at, what in flag.deeds)
    if not sheet.flags:
        yield f"  {say.gettext('Nothing was flagged during this meeting.')}"
    yield ""
    yield say.gettext("The measurements")
    for sensor in sheet.sensors:
        gap = f"{say.gettext('Longest gap')}: {sensor.gap}"
        calibrated = f"{say.gettext('Calibrated')}: {sensor.calibrated}"
        yield f"  {sensor.device} ({sensor.model}): {sensor.received} · {gap} · {calibrated}"
    if sheet.error:
        yield f"  {sheet.error}"
    yield ""
    yield from (f"{name}: {value}" for name, value in sheet.policy)
    yield ""
    yield sheet.basis
    yield f"SHA-256: {sheet.sha256}"
    yield sheet.made


def _plain(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
