"""How much CO2 people give off, by what they do.

Persily & de Jonge 2017 (Indoor Air 27:868, PMC5666301), table 4: litres a second for each person at
0 degrees and 101 kPa, by sex, age and metabolic rate; at 21 degrees a given amount of gas takes
1.077 times that volume. Kept here is the mean of women and men of 30 to 60 years, which a business
meeting comes closest to. EN 16798-1 takes 20 l/h (5.6 ml/s) for everybody, CAiMIRA 5.95 ml/s for
people who sit: the choice alone moves litres per person by 15 to 35 %.
"""

from math import hypot
from typing import Literal, NamedTuple

from gateway.domain.air.room_estimate import Prior

Activity = Literal["quiet", "talking", "standing", "active"]

VOLUME_AT_21_C = 1.077
"""What a gas of 0 degrees takes of room at 21: 294.15 / 273.15."""
GROUP_LOG_SD = 0.15
"""How groups that do the same differ, as the standard deviation of the logarithm: what is left of
the table's spread by sex, age and body over some ten people, and of how lively a meeting is."""
UNSAID_LOG_SD = 0.1
"""The same beside that of groups of which nobody said what they do: who sits quietly gives off 0.86 of
what those who talk do, who stands 1.15; if half of them talk and a quarter each does the others, that is
one standard deviation."""


class ActivityRow(NamedTuple):
    """``met`` is the metabolic rate; ``at_0_c_lps`` the table's mean at it."""

    activity: Activity
    met: float
    at_0_c_lps: float


ACTIVITIES = (
    ActivityRow("quiet", 1.2, 0.00408),
    ActivityRow("talking", 1.4, 0.00477),
    ActivityRow("standing", 1.6, 0.00547),
    ActivityRow("active", 2.0, 0.00682),
)
DEFAULT: Activity = "talking"
_BY_NAME = {row.activity: row for row in ACTIVITIES}


def generation_of(activity: Activity | None) -> Prior:
    """CO2 of one person, litres a second at 21 degrees, with the spread between groups."""
    row = _BY_NAME[activity or DEFAULT]
    return Prior(row.at_0_c_lps * VOLUME_AT_21_C, GROUP_LOG_SD)


def group_of(activity: Activity | None) -> Prior:
    """The same of the group of one meeting: wider where nobody said what it does. (Where no meeting is on
    those who are in are of several groups, whose doings are near the mean of all.)
    """
    each = generation_of(activity)
    if activity is not None:
        return each
    return each._replace(log_sd=hypot(each.log_sd, UNSAID_LOG_SD))
