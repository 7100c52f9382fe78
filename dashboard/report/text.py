"""A report as text, for a terminal."""

from collections.abc import Iterator

from dashboard.report.sheet import Sheet
from gateway.words.locale import PageLocale


def write_text(sheet: Sheet, locale: PageLocale) -> str:
    """The report in lines."""
    return "\n".join(_lines(sheet, locale)).replace("\u00a0", " ") + "\n"


def _lines(sheet: Sheet, locale: PageLocale) -> Iterator[str]:
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
    yield locale.gettext("Flags, and what was done")
    for flag in sheet.flags:
        yield f"  {flag.name} · {flag.when}" + (f" · {flag.worst}" if flag.worst else "")
        yield from (f"    {at}  {_plain(what)}" for at, what in flag.actions)
    if not sheet.flags:
        yield f"  {locale.gettext('Nothing was flagged during this meeting.')}"
    if sheet.protocol is not None:
        yield ""
        yield locale.gettext("Protocol: %(name)s", name=sheet.protocol.name)
        yield f"  {sheet.protocol.headline}"
        for heading, facts in (
            (locale.gettext("Measured"), sheet.protocol.measured),
            (locale.gettext("Declared by people"), sheet.protocol.declared),
        ):
            yield f"  {heading}"
            yield from (f"    {_plain(name)}: {_plain(value)}" for name, value in facts)
    yield ""
    yield locale.gettext("The measurements")
    for sensor in sheet.sensors:
        gap = f"{locale.gettext('Longest gap')}: {sensor.gap}"
        calibrated = f"{locale.gettext('Calibrated')}: {sensor.calibrated}"
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
