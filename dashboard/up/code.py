"""A link as a code that a phone scans off the terminal."""

from io import StringIO


def scannable(link: str) -> str:
    """As lines of half blocks, light on dark as terminals are."""
    from segno import make_qr  # noqa: PLC0415 - only where one is shown

    out = StringIO()
    make_qr(link, error="l").terminal(out=out, border=2, compact=True)
    return out.getvalue().rstrip("\n")
