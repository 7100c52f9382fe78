from math import exp, log

import msgspec
import pytest

from gateway.domain.air.hypotheses import (
    KEPT,
    UsualFlow,
    branched,
    merged_and_pruned,
    usual_after,
    weights,
)
from gateway.domain.air.pseudo_measurements import plausible
from gateway.domain.air.room_estimate import Prior
from tests.gateway.domain.air.rooms import ROOM
from tests.gateway.domain.air.test_kalman_filter import begun

NOTHING = UsualFlow()


def test_weights_add_up_to_one_and_follow_the_likelihood() -> None:
    likely, unlikely = begun(), msgspec.structs.replace(begun(), likelihood=-2.0)
    shares = weights((likely, unlikely))
    assert sum(shares) == pytest.approx(1.0)
    assert shares[1] / shares[0] == pytest.approx(exp(-2.0))


def test_alike_hypotheses_become_one_and_hopeless_ones_are_pruned() -> None:
    lead = msgspec.structs.replace(begun(), qq=0.04)
    twin = msgspec.structs.replace(lead, q=lead.q + 0.1, likelihood=-0.5)
    dead = msgspec.structs.replace(lead, q=lead.q + 2.0, likelihood=-20.0)
    kept = merged_and_pruned((lead, twin, dead))
    assert len(kept) == 1
    assert lead.q < kept[0].q < twin.q
    assert kept[0].qq >= lead.qq


def test_there_are_never_more_hypotheses_than_can_be_followed() -> None:
    many = tuple(
        msgspec.structs.replace(begun(), q=float(n), qq=0.01, likelihood=-0.1 * n) for n in range(9)
    )
    assert len(merged_and_pruned(many)) == KEPT


def test_a_window_and_what_is_usual_have_branches() -> None:
    lead = begun(240.0, 900.0)
    branches = branched((lead,), ROOM, 10.0, UsualFlow(log(60.0), 3.0))
    flows = [exp(f.q) for f in branches]
    assert max(flows) > 700.0
    assert any(flow == pytest.approx(60.0) for flow in flows)
    opened = ROOM._replace(opened_lps=Prior(800.0, 0.3))
    assert any(exp(f.q) == pytest.approx(800.0) for f in branched((lead,), opened, 10.0, NOTHING))


def test_only_in_fresh_air_may_nobody_be_there() -> None:
    stale, fresh = begun(60.0, 900.0), begun(600.0, 450.0)
    assert all(f.e > -10.0 for f in branched((stale,), ROOM, 10.0, NOTHING))
    assert any(f.e == -10.0 for f in branched((fresh,), ROOM, 10.0, NOTHING))


def test_the_usual_is_learned_while_the_flow_is_known_and_forgotten_when_it_is_another() -> None:
    known = msgspec.structs.replace(begun(60.0), qq=0.02)
    usual = NOTHING
    for _ in range(60):
        usual = usual_after(usual, (known,), 1 / 30)
    assert usual.is_known
    assert usual.log_flow == pytest.approx(log(60.0))
    assert usual_after(usual, (begun(60.0),), 1 / 30) == usual
    other = msgspec.structs.replace(known, q=log(400.0))
    for _ in range(300):
        usual = usual_after(usual, (other,), 1 / 30)
    assert usual.log_flow == pytest.approx(log(400.0), abs=0.3)


def test_what_cannot_be_is_put_right() -> None:
    odd = msgspec.structs.replace(begun(), q=40.0, g=9.0, e=-50.0, b=100.0)
    found = plausible(odd, 10.0, ROOM)
    assert exp(found.q) == pytest.approx(60.0 * 150.0 / 3.6)
    assert found.e == -10.0
    assert found.b == 340.0
    assert exp(found.g) <= 0.051
    assert plausible(begun(), 10.0, ROOM) == begun()


def test_outdoor_air_is_not_worse_than_the_room() -> None:
    odd = msgspec.structs.replace(begun(co2_ppm=440.0), b=500.0)
    assert plausible(odd, 0.0, ROOM).b < 470.0
