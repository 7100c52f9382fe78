from bench.ingest.listener import Heard, delays_s, percentile


def test_a_reading_is_told_by_the_first_state_that_holds_it_or_a_newer_one() -> None:
    heard = [Heard("a", "12:00:01", 5.0), Heard("b", "12:00:09", 5.5), Heard("a", "12:00:03", 6.0)]
    sent = [("a", "12:00:01", 4.0), ("a", "12:00:02", 4.5), ("a", "12:00:03", 5.8)]
    took, untold = delays_s(sent, heard)
    assert [round(one, 3) for one in took] == [1.0, 1.5, 0.2]
    assert untold == 0


def test_what_no_state_ever_told_is_counted() -> None:
    heard = [Heard("a", None, 1.0), Heard("a", "12:00:01", 2.0)]
    assert delays_s([("a", "12:00:02", 1.5), ("b", "12:00:01", 1.5)], heard) == ([], 2)


def test_a_state_with_an_older_reading_takes_nothing_back() -> None:
    heard = [Heard("a", "12:00:03", 2.0), Heard("a", "12:00:01", 3.0)]
    assert delays_s([("a", "12:00:02", 1.0)], heard) == ([1.0], 0)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile(range(1, 101), 0.99) == 100
    assert percentile([3.0], 0.5) == 3.0
    assert percentile([], 0.5) is None
