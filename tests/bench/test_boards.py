import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bench.boards import Stream

STATE = json.dumps({"room": "serre", "co2_at": "12:00:01", "level": "good"}, separators=(",", ":"))
SAID = f"event: room\ndata: {STATE}\n\n: heartbeat\n\nevent: alert\ndata: {{}}\n\n".encode() * 2


@given(cuts=st.lists(st.integers(0, len(SAID)), max_size=6))
def test_states_come_out_of_a_stream_however_its_bytes_come_in(cuts: list[int]) -> None:
    places = sorted({0, len(SAID), *cuts})
    stream = Stream()
    heard = [
        state
        for number, (begin, end) in enumerate(pairwise(places))
        for state in stream.feed(SAID[begin:end], float(number))
    ]
    assert [(state.room, state.co2_at) for state in heard] == [("serre", "12:00:01")] * 2
