"""The small words of a report: of its flags, its sensors and its revisions."""

from datetime import datetime, timedelta

from dashboard.i18n import DASH, Speech
from dashboard.report.units import date_words, heads, lps, ppm
from dashboard.report.wording import LEVELS, verdict_word
from gateway.domain.report.flag_story import Deed, FlagStory
from gateway.domain.report.outcome import Outcome, Verdict
from gateway.domain.report.sensor import SensorUse
from gateway.domain.room_state import Rule
from gateway.registry.reports import Revision


def rule_name(rule: Rule, say: Speech) -> str:
    names: dict[Rule, str] = {
        "occupancy": say.gettext("Too many people"),
        "co2": say.gettext("Too much CO₂"),
        "ventilation": say.gettext("Too little fresh air"),
        "no_data": say.gettext("No reading"),
        "sensor_fault": say.gettext("A sensor that cannot be right"),
    }
    return names[rule]


def worst_words(story: FlagStory, say: Speech) -> str:
    """How bad it was; empty for a rule without a measure."""
    if story.peak is None:
        return ""
    match story.rule:
        case "occupancy":
            return say.gettext("at most %(worst)s", worst=heads(story.peak, say))
        case "co2":
            return say.gettext("at most %(worst)s", worst=ppm(story.peak, say))
        case "ventilation":
            return say.gettext("down to %(worst)s", worst=lps(story.peak, say))
        case _:
            return ""


def deed_words(deed: Deed, say: Speech) -> str:
    who = {
        "organiser": say.gettext("the organiser"),
        "host": say.gettext("the host"),
        "manager": say.gettext("the venue"),
    }.get(deed.who, deed.who)
    match deed.kind:
        case "fired":
            return say.gettext("it had lasted long enough to be a flag")
        case "told":
            return say.gettext("message sent to %(who)s", who=who)
        case "not_told":
            return say.gettext("message to %(who)s could not be delivered", who=who)
        case "acknowledged":
            return say.gettext("seen by %(who)s", who=who or DASH)
        case _:
            return say.gettext("over")


def sensor_words(sensor: SensorUse, say: Speech) -> tuple[str, str, str]:
    """What came of what was expected, the longest gap, and when it was last calibrated."""
    received = say.number(sensor.received)
    if sensor.expected is not None:
        expected = say.number(sensor.expected)
        received = say.gettext("%(received)s of %(expected)s", received=received, expected=expected)
    gap = say.span(timedelta(seconds=sensor.longest_gap_s))
    if sensor.longest_gap_s < 60:
        gap = f"{say.number(sensor.longest_gap_s)}\u00a0s"
    calibrated = DASH
    if sensor.kind == "air":
        calibrated = say.gettext("unknown")
        if sensor.calibrated_at is not None:
            calibrated = date_words(sensor.calibrated_at, say)
    return received, gap, calibrated


def revision_words(revision: Revision, say: Speech) -> str:
    """That, when and why a report was made again, and what came out otherwise."""
    at = f"{date_words(revision.at, say)}, {say.time(revision.at)}"
    why = say.gettext("readings that came late")
    if revision.why == "meeting_changed":
        why = say.gettext("the meeting was corrected")
    changed = [_change_words(*change, say) for change in revision.changed]
    what = "; ".join(filter(None, changed)) or say.gettext("nothing came out otherwise")
    return say.gettext("Revised on %(at)s (%(why)s): %(what)s.", at=at, why=why, what=what)


def _change_words(what: str, before: str, after: str, say: Speech) -> str:
    names = {
        "occupancy": say.gettext("people"),
        "ventilation": say.gettext("air"),
        "start": say.gettext("people from"),
        "end": say.gettext("people until"),
        "most_people": say.gettext("most people"),
        "highest_ppm": say.gettext("highest ppm"),
        "minutes_over": say.gettext("minutes over"),
        "readings": say.gettext("readings"),
    }
    return say.gettext(
        "%(what)s: %(before)s became %(after)s",
        what=names.get(what, what),
        before=_value_words(what, before, say),
        after=_value_words(what, after, say),
    )


def _value_words(what: str, value: str, say: Speech) -> str:
    if what in ("occupancy", "ventilation"):
        verdict: Verdict | None = value if value in LEVELS else None
        return verdict_word(Outcome(verdict), say).lower()
    if what in ("start", "end"):
        return say.time(datetime.fromisoformat(value))
    return say.number(float(value)) if value else DASH
