"""Contact sheets: all pictures of one page beside each other, by state, width and theme."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

HEIGHT_PX: Final = 560
"""Of each picture on a sheet; what of a page is further down is cut off there."""
WIDTHS_PX: Final = {390: 240, 820: 340, 1440: 480, 1920: 520, 3840: 560}
GAP_PX, TITLE_PX = 16, 28
GROUND: Final = (128, 128, 128)


def thumbnail(picture: Path, width: int) -> Image.Image:
    """The top of a page at the width that a screen has on a sheet."""
    with Image.open(picture) as opened:
        scale = WIDTHS_PX.get(width, 480) / opened.width
        size = (round(opened.width * scale), max(1, round(opened.height * scale)))
        small = opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    return small.crop((0, 0, small.width, min(small.height, HEIGHT_PX)))


def write_sheet(path: Path, title: str, rows: Sequence[tuple[str, Sequence[Image.Image]]]) -> None:
    """A row for each state, with its name above it."""
    widest = max(sum(one.width + GAP_PX for one in images) for _, images in rows) + GAP_PX
    high = TITLE_PX + sum(
        max(one.height for one in images) + TITLE_PX + GAP_PX for _, images in rows
    )
    sheet = Image.new("RGB", (widest, high + GAP_PX), GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    draw.text((GAP_PX, 6), title, "white", font)
    y = TITLE_PX
    for name, images in rows:
        draw.text((GAP_PX, y + 6), name, "white", font)
        y, x = y + TITLE_PX, GAP_PX
        for image in images:
            sheet.paste(image, (x, y))
            x += image.width + GAP_PX
        y += max(one.height for one in images) + GAP_PX
    sheet.save(path, "WEBP", quality=80)


def write_small(picture: Path, path: Path, width: int, most_bytes: int) -> None:
    """A picture as the README has it: as well as it can be in so few bytes."""
    with Image.open(picture) as opened:
        size = (width, round(opened.height * width / opened.width))
        small = opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    for quality in range(90, 20, -5):
        small.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= most_bytes:
            return
