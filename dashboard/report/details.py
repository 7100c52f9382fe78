"""The small words of a report: of its flags, its sensors and its revisions."""

from datetime import datetime, timedelta

from dashboard.report.units import heads, lps, ppm
from dashboard.report.wording import LEVELS, verdict_word
from gateway.domain.report.flag_history import FlagAction, FlagHistory
from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.report.sensor import SensorUse
from gateway.registry.agenda.reports import Revision
from gateway.words.locale import DASH, PageLocale


def worst_words(history: FlagHistory, locale: PageLocale) -> str:
    """How bad it was; empty for a rule without a measure."""
    if history.peak is None:
        return ""
    match history.rule:
        case "occupancy":
            return locale.gettext("at most %(worst)s", worst=heads(history.peak, locale))
        case "co2":
            return locale.gettext("at most %(worst)s", worst=ppm(history.peak, locale))
        case "ventilation":
            return locale.gettext("down to %(worst)s", worst=lps(history.peak, locale))
        case _:
            return ""


def action_words(action: FlagAction, locale: PageLocale) -> str:
    who = {
        "organiser": locale.gettext("the organiser"),
        "host": locale.gettext("the host"),
        "manager": locale.gettext("the venue"),
    }.get(action.who, action.who)
    match action.kind:
        case "fired":
            return locale.gettext("it had lasted long enough to be a flag")
        case "told":
            return locale.gettext("message sent to %(who)s", who=who)
        case "not_told":
            return locale.gettext("message to %(who)s could not be delivered", who=who)
        case "acknowledged":
            return locale.gettext("seen by %(who)s", who=who or DASH)
        case _:
            return locale.gettext("over")


def sensor_words(sensor: SensorUse, locale: PageLocale) -> tuple[str, str, str]:
    """What came of what was expected, the longest gap, and when it was last calibrated."""
    received = locale.number(sensor.received)
    if sensor.expected is not None:
        expected = locale.number(sensor.expected)
        received = locale.gettext(
            "%(received)s of %(expected)s", received=received, expected=expected
        )
    gap = locale.span(timedelta(seconds=sensor.longest_gap_s))
    if sensor.longest_gap_s < 60:
        gap = f"{locale.number(sensor.longest_gap_s)}\u00a0s"
    calibrated = DASH
    if sensor.kind == "air":
        calibrated = locale.gettext("unknown")
        if sensor.calibrated_at is not None:
            calibrated = locale.day_and_year(sensor.calibrated_at)
    return received, gap, calibrated


def revision_words(revision: Revision, locale: PageLocale) -> str:
    """That, when and why a report was made again, and what came out otherwise."""
    at = f"{locale.day_and_year(revision.at)}, {locale.time(revision.at)}"
    why = locale.gettext("readings that came late")
    if revision.why == "meeting_changed":
        why = locale.gettext("the meeting was corrected")
    changed = [_change_words(*change, locale) for change in revision.changed]
    what = "; ".join(filter(None, changed)) or locale.gettext("nothing came out otherwise")
    return locale.gettext("Revised on %(at)s (%(why)s): %(what)s.", at=at, why=why, what=what)


def _change_words(what: str, before: str, after: str, locale: PageLocale) -> str:
    names = {
        "occupancy": locale.gettext("people"),
        "ventilation": locale.gettext("air"),
        "start": locale.gettext("people from"),
        "end": locale.gettext("people until"),
        "most_people": locale.gettext("most people"),
        "highest_ppm": locale.gettext("highest ppm"),
        "minutes_over": locale.gettext("minutes over"),
        "readings": locale.gettext("readings"),
    }
    return locale.gettext(
        "%(what)s: %(before)s became %(after)s",
        what=names.get(what, what),
        before=_value_words(what, before, locale),
        after=_value_words(what, after, locale),
    )


def _value_words(what: str, value: str, locale: PageLocale) -> str:
    if what in ("occupancy", "ventilation"):
        verdict: Verdict | None = value if value in LEVELS else None
        return verdict_word(Outcome(verdict), locale).lower()
    if what in ("start", "end"):
        return locale.time(datetime.fromisoformat(value))
    return locale.number(float(value)) if value else DASH
