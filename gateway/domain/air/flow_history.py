"""What a room's flow of fresh air has been while people were in: its own, with the windows closed
and open.

Kept is a histogram of the logarithm of the air changes an hour (so that it survives a volume that
was corrected), in minutes, of which a month-old one counts a third: with the season people's habits
change. Where it has two tops with a valley between them, and the flow was seen to jump, the upper
one is what the room gets with its windows open. (Otsu's split, the usual one, cuts through the
larger top when windows are seldom open.)
"""

from math import exp, log, sqrt

import msgspec

from gateway.domain.air.demand_seen import DemandSeen
from gateway.domain.air.hypotheses import SOMEBODY
from gateway.domain.air.mass_balance import air_changes_per_h, flow_of
from gateway.domain.air.room_estimate import Prior, RoomEstimate
from gateway.domain.air.tested import UNTESTED, TestedAir

# Where nothing else is said: ours.

TYPICAL = Prior(1.55, 0.95)
"""Air changes an hour of a room of which nothing is known: 0.3 to 8 in 90 of 100."""
DESIGN_LOG_SD = 0.5
"""How far what a ventilation gives is from what it was built for: ours, so that 90 of 100 are
within 0.44 and 2.3 times it."""
FORGETS_S = 30 * 86_400.0
"""After so long a minute counts exp(-1), about a third."""
EVERY_S = 50.0
"""One moment a minute counts, with some play for when readings come."""
LONGEST_MIN = 2.0
"""A moment stands for the time since the one before, at most for this."""
NARROW = log(1.7)
"""A flow counts where its 90 % interval reaches no further than this factor to either side."""
ENOUGH_MIN = 30.0
"""So long a flow was seen before it is told."""
OPENED_MIN = 15.0
"""So long each of two regimes was seen before they are told apart."""
APART = log(1.8)
"""So far apart two regimes are at least: windows multiply a flow by about four."""
VALLEY = 0.5
"""Between two regimes the histogram falls under this part of the lower top."""
LEAST_JUMPS = 0.5
"""Windows count as seen to open while one jump has not been forgotten by half."""
RECENT_S = 1500.0
"""A rise within 25 minutes is a jump: what the flow came to is told narrowly some twelve minutes after."""
LOW, STEP, BINS = log(0.05), 0.15, 47
"""From 0.05 to 50 air changes an hour; stored histograms have this many bins."""
_KERNEL_SD = 0.13
"""The histogram is smoothed by about a bin before its valley is looked for."""
_KERNEL = tuple(exp(-0.5 * (i * STEP / _KERNEL_SD) ** 2) for i in range(-4, 5))
_RECENT = 30
"""So many moments fit into ``RECENT_S`` at one each ``EVERY_S``."""

Moment = tuple[float, float]
"""When, and the logarithm of the air changes an hour then."""


class FlowHistory(msgspec.Struct, frozen=True):
    """``minutes_at`` is the histogram as of ``at_s``; ``recent`` the last 25 minutes;
    ``jumps`` how often the flow rose by ``APART`` within that, forgotten alike, as is what was seen of a
    ``demand``.
    """

    minutes_at: tuple[float, ...] = ()
    at_s: float = 0.0
    recent: tuple[Moment, ...] = ()
    jumps: float = 0.0
    demand: DemandSeen = DemandSeen()

    @property
    def minutes(self) -> float:
        """How long the flow was seen; what is old counts less."""
        return sum(self.minutes_at)

    @property
    def closed(self) -> Prior | None:
        """Air changes an hour as a rule, the windows closed; None until half an hour was seen."""
        if self.minutes < ENOUGH_MIN:
            return None
        return _prior(self.minutes_at, 0, self._split() or BINS)

    @property
    def opened(self) -> Prior | None:
        """The same with the windows open; None where that was not seen."""
        split = self._split()
        return None if split is None else _prior(self.minutes_at, split, BINS)

    def _split(self) -> int | None:
        """The first bin of the upper regime."""
        if self.minutes < ENOUGH_MIN or self.jumps < LEAST_JUMPS:
            return None
        return _valley(self.minutes_at)


def history_after(history: FlowHistory, estimate: RoomEstimate) -> FlowHistory:
    """After a moment; the same history where its flow is not known well, nobody is in, or the one
    before was less than a minute ago.
    """
    flow = estimate.flow_lps
    if flow is None or estimate.people is None or estimate.people.value < SOMEBODY:
        return history
    waited_s = estimate.at_s - history.at_s
    if waited_s < EVERY_S or log(flow.high / flow.value) > NARROW:
        return history
    if log(flow.value / flow.low) > NARROW:
        return history
    changes = log(air_changes_per_h(estimate.volume_m3, flow.value))
    kept = exp(-waited_s / FORGETS_S)
    old = history.minutes_at or (0.0,) * BINS
    minutes_at = [kept * minutes for minutes in old]
    place = min(max((changes - LOW) / STEP, 0.0), BINS - 1.001)
    here, part = int(place), place - int(place)
    weight = min(waited_s / 60.0, LONGEST_MIN)
    minutes_at[here] += weight * (1.0 - part)
    minutes_at[here + 1] += weight * part
    recent = tuple(m for m in history.recent if estimate.at_s - m[0] <= RECENT_S)[1 - _RECENT :]
    jumped = bool(recent) and changes - min(m[1] for m in recent) >= APART
    return FlowHistory(
        tuple(minutes_at),
        estimate.at_s,
        ((estimate.at_s, changes),) if jumped else (*recent, (estimate.at_s, changes)),
        kept * history.jumps + jumped,
        history.demand.after(kept, weight, estimate.co2_ppm, changes),
    )


def priors(
    history: FlowHistory | None,
    volume_m3: float,
    design_flow_lps: float | None,
    tested: TestedAir = UNTESTED,
) -> tuple[Prior, Prior | None]:
    """A room's flow, litres a second, as a rule and (where it was seen) with the windows open: from
    its own history, else from its own test, else from what its ventilation was built for, else as
    rooms are: wide.
    """
    closed = None if history is None else history.closed
    opened = None if history is None else history.opened
    opened = opened or tested.opened
    closed = closed or tested.shut
    if closed is not None:
        return _flow(closed, volume_m3), None if opened is None else _flow(opened, volume_m3)
    if design_flow_lps is not None:
        return Prior(design_flow_lps, DESIGN_LOG_SD), None
    return _flow(TYPICAL, volume_m3), None


def _flow(changes: Prior, volume_m3: float) -> Prior:
    return Prior(flow_of(volume_m3, changes.median), changes.log_sd)


def _prior(minutes_at: tuple[float, ...], start: int, end: int) -> Prior:
    """Of the bins from ``start`` up to ``end``. An hour is about one independent look at a room:
    the variance is that of the hours seen and one more hour of a room of which nothing is known.
    """
    total = sum(minutes_at[start:end])
    mean = sum(w * _at(start + i) for i, w in enumerate(minutes_at[start:end])) / total
    second = sum(w * (_at(start + i) - mean) ** 2 for i, w in enumerate(minutes_at[start:end]))
    hours = total / 60.0
    variance = (hours * second / total + TYPICAL.log_sd**2) / (hours + 1.0)
    return Prior(exp(mean), sqrt(variance))


def _at(place: int) -> float:
    return LOW + STEP * place


def _valley(minutes_at: tuple[float, ...]) -> int | None:
    """The first bin beyond the deepest valley with enough on both sides; None without a valley."""
    smooth = [
        sum(k * minutes_at[i + j - 4] for j, k in enumerate(_KERNEL) if 0 <= i + j - 4 < BINS)
        for i in range(BINS)
    ]
    found, deepest, total = None, VALLEY, sum(minutes_at)
    below = 0.0
    for i in range(1, BINS - 1):
        below += minutes_at[i - 1]
        above = total - below - minutes_at[i]
        if below < OPENED_MIN or above < OPENED_MIN:
            continue
        depth = smooth[i] / min(max(smooth[:i]), max(smooth[i + 1 :]))
        if depth < deepest:
            found, deepest = i, depth
    if found is None or _middle(minutes_at, found, BINS) - _middle(minutes_at, 0, found) < APART:
        return None
    return found


def _middle(minutes_at: tuple[float, ...], start: int, end: int) -> float:
    total = sum(minutes_at[start:end])
    return sum(w * _at(start + i) for i, w in enumerate(minutes_at[start:end])) / total
