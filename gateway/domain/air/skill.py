"""How good the forecast of a room is, by what happened: once a minute, a quarter of an hour ahead.

What came is explained by three things: the increment that the model told, the rise of the last
minutes, and who came or went in them, since people come and go together. How much of each should
have been told is found by least squares, forgotten exponentially, and begun with what is likely.
How far the mixture was off is told with it ("usually within 60 ppm at 15 minutes"), and widens or
narrows its band.
"""

from typing import NamedTuple

import msgspec

# Looked for on the recordings of ROBOD and the simulated days of bench/air; the shares at first are
# round numbers (docs/air-score.md).

AHEAD_S = 900.0
"""So far ahead forecasts are scored: a quarter of an hour, in which a host can do something."""
EVERY_S = 60.0
"""A forecast to be scored is issued once a minute."""
LATE_S = 120.0
"""What could not be scored so soon after its time is forgotten: the sensor was away."""
FOUND_PER_HALVING = 480.0
"""Of the shares: in predictions five minutes apart, so 40 hours with people in. Nearer ones say the
same again, and count for less."""
TREND_S = 300.0
"""The last minutes: the rise of ten instead of five was worse on both recordings
(docs/air-score.md)."""
SHARE_AT_FIRST, TREND_AT_FIRST, COMING_AT_FIRST = 0.6, 0.0, 0.2
"""What is told of the model, of the trend and of those who come before anything was scored."""
DOUBT_PPM2 = 5e3
"""How much squared increment it takes to trust as much in what is found as in the shares at first:
two of 50 ppm."""
MOST_TREND = 0.4
"""A rise goes on no longer than this share of a quarter of an hour: people stop coming."""
USUALLY = 0.8
"""The share of predictions that were within the typical error."""
WITHIN_BAND, OUTSIDE_BAND = 0.9, 0.1
"""The shares of predictions that are to be within the band and outside it."""
USUAL_AT_FIRST_PPM, LEAST_USUAL_PPM = 50.0, 5.0
"""The typical error before anything was scored, and what it never falls below: the noise of a
sensor."""
LEAST_WIDTH, MOST_WIDTH = 0.3, 5.0
"""How much narrower and wider than the model's own a band may become."""
LEAST_SPREAD_PPM = 1.0
"""No band is narrower, on either side: sensors show whole ppm."""
KNOWN_AFTER = 20
"""So many predictions must have been scored before the typical error is told."""
_FOUND_KEPT = 0.5 ** (1.0 / FOUND_PER_HALVING)
_STEP = 0.05
"""How fast the typical error and the width follow: a twentieth with each prediction."""
_MOST_PENDING = int(AHEAD_S / EVERY_S) + 2
_LEAST_TREND_S = 0.6 * TREND_S
"""A trend over less than three minutes is noise."""
_SWEEPS = 10
"""The least squares within bounds converge to a thousandth in so many rounds."""


class Shares(NamedTuple):
    """What is told of the model's increment, of a rise that goes on as in the last minutes, and of
    what those who came in them give off in a quarter of an hour.
    """

    model: float
    trend: float
    coming: float


class RecentTrend(NamedTuple):
    """The rise of the last minutes as if it went on for a quarter of an hour, and what the people
    who came in them give off in such a time; less than 0 where they went. Both ppm.
    """

    trend_ppm: float = 0.0
    coming_ppm: float = 0.0


class Issued(msgspec.Struct, frozen=True, array_like=True):
    """What was said of the moment ``due_s``, from ``shown_ppm``; ``weight`` is how much of it is
    new, since a prediction a minute later is about the same.
    """

    due_s: float
    model_ppm: float
    told_ppm: float
    shown_ppm: float
    trend_ppm: float
    spread_ppm: float
    people_ppm: float = 0.0
    coming_ppm: float = 0.0
    weight: float = 1.0


class Moments(msgspec.Struct, frozen=True, array_like=True):
    """Forgotten sums of products, ppm2: of the model's increment x, the trend z, those coming p and
    what came y.
    """

    xx: float = 0.0
    xz: float = 0.0
    zz: float = 0.0
    xy: float = 0.0
    zy: float = 0.0
    xp: float = 0.0
    zp: float = 0.0
    pp: float = 0.0
    py: float = 0.0


class Skill(msgspec.Struct, frozen=True):
    """``usual_ppm`` is the error that four of five predictions stay within, ``width`` how much
    wider than the model's own their band has to be; ``scored`` counts them all.
    """

    pending: tuple[Issued, ...] = ()
    moments: Moments = Moments()
    usual_ppm: float = USUAL_AT_FIRST_PPM
    width: float = 1.0
    scored: int = 0

    @property
    def shares(self) -> Shares:
        """How much is told of each: the least squares within the bounds, one after the other."""
        m = self.moments
        xx, zz, pp = m.xx + DOUBT_PPM2, m.zz + DOUBT_PPM2, m.pp + DOUBT_PPM2
        xy = m.xy + DOUBT_PPM2 * SHARE_AT_FIRST
        zy = m.zy + DOUBT_PPM2 * TREND_AT_FIRST
        py = m.py + DOUBT_PPM2 * COMING_AT_FIRST
        model, trend, coming = SHARE_AT_FIRST, TREND_AT_FIRST, COMING_AT_FIRST
        for _ in range(_SWEEPS):
            before = model, trend, coming
            trend = min(max((zy - model * m.xz - coming * m.zp) / zz, 0.0), MOST_TREND)
            coming = min(max((py - model * m.xp - trend * m.zp) / pp, 0.0), 1.0)
            model = min(max((xy - trend * m.xz - coming * m.xp) / xx, 0.0), 1.0)
            if (model, trend, coming) == before:
                break
        return Shares(model, trend, coming)

    @property
    def typical_error_ppm(self) -> float | None:
        """How far off the forecast was at most in four of five cases; None until enough were
        scored.
        """
        return self.usual_ppm if self.scored >= KNOWN_AFTER else None


def is_due(skill: Skill, at_s: float) -> bool:
    """Whether it is time to issue again."""
    return not skill.pending or at_s - (skill.pending[-1].due_s - AHEAD_S) >= EVERY_S


def recent_trend(
    skill: Skill, at_s: float, shown_ppm: float, people_ppm: float = 0.0
) -> RecentTrend:
    """What the last minutes were like up to now, nothing where it is not known. ``people_ppm`` is
    what all who are in give off in a quarter of an hour.
    """
    for said in reversed(skill.pending):
        ago_s = at_s - (said.due_s - AHEAD_S)
        if ago_s >= _LEAST_TREND_S:
            if ago_s > AHEAD_S + LATE_S:
                break
            if ago_s >= TREND_S or said is skill.pending[0]:
                trend = (shown_ppm - said.shown_ppm) * AHEAD_S / ago_s
                return RecentTrend(trend, people_ppm - said.people_ppm)
    return RecentTrend()


def issued(
    skill: Skill,
    at_s: float,
    model_ppm: float,
    shown_ppm: float,
    spread_ppm: float,
    people_ppm: float = 0.0,
) -> Skill:
    """After a forecast was made at ``at_s`` for ``AHEAD_S`` later: the model's, while the sensor
    shows ``shown_ppm``; ``spread_ppm`` is half the width of the 90 % band before it is widened.
    """
    trend, coming = recent_trend(skill, at_s, shown_ppm, people_ppm)
    share = skill.shares
    rise_ppm = share.model * (model_ppm - shown_ppm) + share.trend * trend + share.coming * coming
    said = Issued(
        at_s + AHEAD_S, model_ppm, shown_ppm + rise_ppm, shown_ppm, trend,
        max(spread_ppm, LEAST_SPREAD_PPM), people_ppm, coming, _new_share(skill, at_s),
    )  # fmt: skip
    return msgspec.structs.replace(skill, pending=(*skill.pending, said)[-_MOST_PENDING:])


def _new_share(skill: Skill, at_s: float) -> float:
    if not skill.pending:
        return EVERY_S / TREND_S
    return min((at_s - (skill.pending[-1].due_s - AHEAD_S)) / TREND_S, 1.0)


def scored(skill: Skill, at_s: float, shown_ppm: float, *, occupied: bool) -> Skill:
    """After a reading: what was said of this moment is scored if people are in, and dropped."""
    if not skill.pending or skill.pending[0].due_s > at_s:
        return skill
    rest = tuple(said for said in skill.pending if said.due_s > at_s)
    if occupied:
        for said in skill.pending[: len(skill.pending) - len(rest)]:
            if at_s - said.due_s <= LATE_S:
                skill = _with_score(skill, said, shown_ppm)
    return msgspec.structs.replace(skill, pending=rest)


def _with_score(skill: Skill, said: Issued, came_ppm: float) -> Skill:
    off_ppm = abs(came_ppm - said.told_ppm)
    # Quantiles followed by steps (stochastic approximation): up by q where above, down by 1-q where
    # not.
    usual_step = USUALLY if off_ppm > skill.usual_ppm else USUALLY - 1.0
    width_step = WITHIN_BAND if off_ppm > skill.width * said.spread_ppm else -OUTSIDE_BAND
    return msgspec.structs.replace(
        skill,
        moments=_moments(skill.moments, said, came_ppm - said.shown_ppm),
        usual_ppm=max(LEAST_USUAL_PPM, skill.usual_ppm * (1.0 + _STEP * usual_step)),
        width=min(max(skill.width * (1.0 + _STEP * width_step), LEAST_WIDTH), MOST_WIDTH),
        scored=skill.scored + 1,
    )


def _moments(m: Moments, said: Issued, rise_ppm: float) -> Moments:
    x, z, p = said.model_ppm - said.shown_ppm, said.trend_ppm, said.coming_ppm
    w = said.weight
    kept = 1.0 - w * (1.0 - _FOUND_KEPT)
    return Moments(
        w * x * x + kept * m.xx,
        w * x * z + kept * m.xz,
        w * z * z + kept * m.zz,
        w * x * rise_ppm + kept * m.xy,
        w * z * rise_ppm + kept * m.zy,
        w * x * p + kept * m.xp,
        w * z * p + kept * m.zp,
        w * p * p + kept * m.pp,
        w * p * rise_ppm + kept * m.py,
    )
