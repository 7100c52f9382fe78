"""What is kept of people, for everybody."""

import pytest

from tests.dashboard.conftest import SiteMaker


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nl", "Van gasten niets."),
        ("en", "Of guests nothing."),
        ("de", "Von Gästen nichts."),
    ],
)
def test_a_guest_reads_what_is_kept_in_their_language(
    make_site: SiteMaker, language: str, says: str
) -> None:
    answer = make_site().visitor().get(f"/privacy?lang={language}")
    assert answer.status_code == 200
    assert says in answer.text
    assert "730" in answer.text
