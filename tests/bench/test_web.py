from bench.web.load import delays
from bench.web.visit import DATA, PEOPLE

PART = rb'data: {"key":"bench/room-3","rank":300003,"parts":{"people":"<dt>People</dt><dd><b>1,204</b>"}}'
HTML = (
    b'<article data-key="bench/room-0"><dt>CO2</dt><dd><b>800</b></dd>'
    b"<dt>People</dt><dd><b>12</b></dd></article>\n"
    b'<article data-key="bench/room-1">\n<dt>People</dt><dd><b>7</b></dd></article>'
)


class TestDelays:
    """Room by room; a newer state stands for those before it."""

    def test_a_state_counts_from_when_it_was_told_to_when_it_or_a_newer_one_was_shown(self) -> None:
        sent = [[(0, 0.0), (5, 10.0), (10, 11.0), (15, 12.0)]]
        found = delays(sent, [[[(0, 1.0), (10, 11.5), (15, 12.25)]]])
        assert found.took == [1.5, 0.5, 0.25]
        assert found.missed == 0

    def test_what_never_came_is_missed_and_counts_as_long(self) -> None:
        found = delays([[(0, 0.0), (5, 10.0)]], [[[(0, 1.0)]]])
        assert found.missed == 1
        assert found.share(0.5) == 60_000


class TestWhatABoardShows:
    def test_numbers_are_found_in_parts_and_in_a_whole_board(self) -> None:
        assert PEOPLE.findall(PART) == [(b"3", b"1,204")]
        assert PEOPLE.findall(HTML) == [(b"0", b"12"), (b"1", b"7")]

    def test_a_card_without_its_people_takes_no_number_of_another(self) -> None:
        assert PEOPLE.findall(b'"bench/room-2","parts":{}' + PART) == [(b"3", b"1,204")]

    def test_a_page_says_where_its_news_come_from(self) -> None:
        page = b'<div data-stream="/board/stream?lang=en" data-shows="*" data-since="ab.1">'
        assert dict(DATA.findall(page)) == {
            b"stream": b"/board/stream?lang=en",
            b"shows": b"*",
            b"since": b"ab.1",
        }
