"""How much rarer is written where the disk is to be spared."""

from gateway.live.pace import NORMAL


def test_usual_journal_makes_nothing_rarer() -> None:
    usual = NORMAL.at_most_every(0.005)
    assert usual.write_every_s == NORMAL.write_every_s
    assert usual.checkpoint_every_s == NORMAL.checkpoint_every_s


def test_estimates_are_written_more_rarely_than_what_the_journal_does_not_hold() -> None:
    spared = NORMAL.at_most_every(30.0)
    assert (spared.write_every_s, spared.checkpoint_every_s) == (30.0, 300.0)


def test_restart_never_has_more_than_minutes_to_hear_again_for_a_long_wait() -> None:
    assert NORMAL.at_most_every(60.0).checkpoint_every_s == 300.0
    assert NORMAL.at_most_every(400.0).checkpoint_every_s == 400.0
