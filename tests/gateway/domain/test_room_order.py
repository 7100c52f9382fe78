"""Rooms by name as a person would list them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.room import in_order


@pytest.mark.parametrize(
    "names",
    [
        ["1", "2", "10", "11"],
        ["Zaal 1", "zaal 2", "Zaal 10", "Zaal 10a", "Zaal 11"],
        ["Atelier", "Bibliotheek", "Zaal"],
        ["2.1", "2.9", "2.10", "10.1"],
        ["Zaal", "Zaal 1"],
    ],
)
def test_numbers_in_a_name_count_as_numbers(names: list[str]) -> None:
    shuffled = names[::-1]
    assert sorted(shuffled, key=in_order) == names


@given(st.lists(st.text()))
def test_every_name_has_its_place(names: list[str]) -> None:
    assert len(sorted(names, key=in_order)) == len(names)
