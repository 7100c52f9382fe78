"""A people counter at a door that prints a line, 115200 8N1; made to be easy for whoever builds one.

``C,<in_total>,<out_total>*HH`` and a line end: both running totals since the counter began, and HH the
exclusive or of the bytes before the ``*`` as two capital hexadecimal digits. It prints one at each
passage, and at least once a minute, so that a counter that died can be told from a quiet door. Lines
that begin with ``#`` are for people.
"""

from sensors.protocols.checksum import exclusive_or
from sensors.protocols.event import BadFrame, Event, MeasuredPeople, Noise
from sensors.protocols.line_reader import LineReader
from sensors.wire.reading import MAX_EXACT

_LONGEST_TOTAL = len(str(MAX_EXACT))


class CounterLine(LineReader):
    """Reads totals."""

    def line(self, line: bytes, *, first: bool) -> list[Event]:
        if line.startswith(b"#"):
            return []
        body, star, told = line.rpartition(b"*")
        if not star or not body.startswith(b"C,"):
            return [Noise(len(line)) if first else BadFrame(line, "not C,<in>,<out>*HH", "value")]
        expected = b"%02X" % exclusive_or(body)
        if told != expected:
            return [BadFrame(line, f"checksum {_shown(told)}, expected {_shown(expected)}")]
        totals = body.split(b",")[1:]
        if len(totals) != 2 or not all(t.isdigit() and len(t) <= _LONGEST_TOTAL for t in totals):
            return [BadFrame(line, "expected two whole numbers", "value")]
        in_total, out_total = (int(total) for total in totals)
        if max(in_total, out_total) > MAX_EXACT:
            return [BadFrame(line, f"a total over {MAX_EXACT}", "value")]
        return [MeasuredPeople(in_total=in_total, out_total=out_total)]


def _shown(text: bytes) -> str:
    return text[:8].decode("ascii", "replace")
