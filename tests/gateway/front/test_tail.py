"""What is held of the journal in memory gives whoever reads what the file would."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.front.tail import Tail
from gateway.journal.entry import Entry
from tests.gateway.journalled import placed

NUMBERS = [*range(1, 20), *range(30, 80)]  # a journal that was lost leaves a gap
ON_DISK: list[tuple[int, Entry]] = [(number, placed(number)) for number in NUMBERS]


def disk(after: int, upto: int) -> list[tuple[int, Entry]]:
    return [one for one in ON_DISK if after < one[0] <= upto]


def nothing(_after: int, _upto: int) -> list[tuple[int, Entry]]:
    return []


@given(
    st.integers(1, 30),
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(0, 79), st.integers(1, 25)), max_size=30),
)
def test_whatever_is_read_in_whatever_order_is_what_the_file_holds(
    length: int, begin: int, asked: list[tuple[int, int]]
) -> None:
    tail = Tail(length)
    tail.begin_after(begin)
    for after, more in asked:
        upto = min(after + more, 79)
        found = tail.read(after, upto, disk)
        assert found is None or found == disk(after, upto)


@given(st.lists(st.integers(1, 25), min_size=1, max_size=30))
def test_those_who_follow_closely_have_each_entry_fetched_once(steps: list[int]) -> None:
    fetched: list[int] = []

    def fetch(after: int, upto: int) -> list[tuple[int, Entry]]:
        found = disk(after, upto)
        fetched.extend(number for number, _ in found)
        return found

    tail, position = Tail(60), 0
    for step in steps:
        for _reader in ("live", "writer"):
            assert tail.read(position, position + step, fetch) == disk(position, position + step)
        position += step
    assert fetched == [number for number in NUMBERS if number <= position]


def test_of_the_newest_so_many_are_held_and_of_older_ones_it_knows_nothing() -> None:
    tail = Tail(10)
    for after in range(29, 69, 10):
        assert tail.read(after, after + 10, disk) == disk(after, after + 10)
    assert tail.read(59, 69, nothing) == disk(59, 69)
    assert tail.read(39, 69, nothing) is None
