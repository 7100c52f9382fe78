"""What a mail says of a flag: by its rule, that it fires and that it is over."""

from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.alerts.notice import Notice
from gateway.domain.room_state import Rule
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class RuleSentences:
    subject: str
    sentence: str


def firing(notice: Notice, locale: PageLocale) -> RuleSentences:
    values = _values(notice, locale)
    match notice.rule:
        case "co2":
            return RuleSentences(
                locale.gettext("%(room)s: CO₂ is %(value)s ppm, the target is %(limit)s", **values),
                locale.gettext(
                    "CO₂ is %(value)s ppm. That is %(over)s ppm over the target of %(limit)s ppm.",
                    **values,
                ),
            )
        case "occupancy":
            return RuleSentences(
                locale.gettext("%(room)s: %(value)s people, %(over)s over", **values),
                locale.gettext(
                    "There are %(value)s people, %(over)s more than the %(limit)s that are allowed.",
                    **values,
                ),
            )
        case "ventilation":
            return RuleSentences(
                locale.gettext(
                    "%(room)s: %(value)s l/s of fresh air per person, %(limit)s needed", **values
                ),
                locale.gettext(
                    "About %(value)s l/s of fresh air comes in for each person; "
                    "%(limit)s l/s is needed.",
                    **values,
                ),
            )
        case "sensor_fault":
            return RuleSentences(
                locale.gettext("%(room)s: a sensor cannot be right", **values),
                locale.gettext(
                    "What a sensor shows here cannot be right. For now the estimates leave it out."
                ),
            )
        case "no_data":
            return RuleSentences(
                locale.gettext("%(room)s: no reading for %(minutes)s min", **values),
                locale.gettext(
                    "The sensor sends no readings. Whether the air is fine cannot be seen."
                ),
            )


def over(notice: Notice, locale: PageLocale) -> RuleSentences:
    values = _values(notice, locale)
    match notice.rule:
        case "co2":
            return RuleSentences(
                locale.gettext("%(room)s: CO₂ is fine again", **values),
                locale.gettext(
                    "CO₂ is back at %(value)s ppm. The highest was %(peak)s ppm; "
                    "the target is %(limit)s ppm.",
                    **values,
                ),
            )
        case "occupancy":
            return RuleSentences(
                locale.gettext("%(room)s: no longer too full", **values),
                locale.gettext(
                    "There are %(value)s people now; %(limit)s are allowed. "
                    "There were %(peak)s at most.",
                    **values,
                ),
            )
        case "ventilation":
            return RuleSentences(
                locale.gettext("%(room)s: enough fresh air again", **values),
                locale.gettext(
                    "There is enough fresh air again; %(limit)s l/s per person is needed. "
                    "The least was about %(peak)s l/s.",
                    **values,
                ),
            )
        case "sensor_fault":
            return RuleSentences(
                locale.gettext("%(room)s: the sensors are right again", **values),
                locale.gettext("What the sensors show here is right again."),
            )
        case "no_data":
            return RuleSentences(
                locale.gettext("%(room)s: readings are back", **values),
                locale.gettext("The sensor sends readings again."),
            )


def always_todo(rule: Rule, locale: PageLocale) -> str | None:
    """What to do about a sensor, which no advice says."""
    match rule:
        case "sensor_fault":
            return locale.gettext(
                "see whether the sensor hangs well, and else whether it needs replacing."
            )
        case "no_data":
            return locale.gettext("see whether the sensor has power and a connection.")
        case _:
            return None


def _values(notice: Notice, locale: PageLocale) -> dict[str, str]:
    """What the sentences of a rule have to fill in."""
    value, limit = notice.value or 0.0, notice.limit or 0.0
    numbers = {
        "value": value,
        "limit": limit,
        "peak": notice.peak if notice.peak is not None else value,
        "over": max(0.0, round(value) - round(limit)),
        "minutes": max(1, round((notice.at - notice.since) / timedelta(minutes=1))),
    }
    write = locale.tenths if notice.rule == "ventilation" else locale.number
    return {name: write(number) for name, number in numbers.items()} | {"room": notice.room_name}
