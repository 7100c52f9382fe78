"""`make screenshots`: contact sheets of every page and state, what is wrong with them, and the README's pictures."""

import argparse
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, PATIENCE_MS
from tests.screenshots.addresses import WALKED
from tests.screenshots.faults import faint, misplaced
from tests.screenshots.served import EMPTY, STATE_NAMES, Shown, shown
from tests.screenshots.sheets import thumbnail, write_sheet, write_small

SCREENS: Final = {390: 844, 820: 1180, 1440: 900, 1920: 1080, 3840: 2160}
THEMES: Final = ("light", "dark")
HIGHEST_PX: Final = 6000
SETTLE_MS: Final = 250
"""After another width: a chart and a wall are fitted anew."""

PICTURES: Final = (
    ("wall", "/k/TOKEN", 1920, 1080, "light", 1200),
    ("phone", "/", 390, 844, "dark", 390),
    ("room", "/rooms/de-kade/grote-zaal", 1280, 860, "light", 1000),
    ("season", "/season?venue=de-kade&from=2026-09-01&to=2026-12-01", 1100, 860, "light", 900),
)
"""Those of the README: name, address, screen, theme, and how wide it is stored."""
MOST_BYTES: Final = 60_000


def main() -> int:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        if asked.pictures:
            _write_pictures(browser, asked.pictures)
            return 0
        faults = list(_walk(browser, asked))
        browser.close()
    (asked.out / "faults.txt").write_text("".join(f"{one}\n" for one in faults))
    print(f"{len(faults)} faults, told in {asked.out / 'faults.txt'} beside the sheets")
    return 1 if faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="the folder to fill")
    parser.add_argument("--states", nargs="*", default=STATE_NAMES, choices=STATE_NAMES)
    parser.add_argument("--widths", nargs="*", type=int, default=list(SCREENS))
    parser.add_argument("--themes", nargs="*", default=THEMES, choices=THEMES)
    parser.add_argument("--pages", nargs="*", default=WALKED, help="addresses, all where none")
    parser.add_argument("--checks", action="store_true", help="take no pictures")
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="write those of the README alone, here"
    )
    return parser.parse_args()


def _walk(browser: Browser, asked: argparse.Namespace) -> Iterator[str]:
    """Take all pictures and put them on sheets; what is wrong comes out."""
    rows: dict[str, list[tuple[str, Sequence[Image.Image]]]] = defaultdict(list)
    for state in asked.states:
        with tempfile.TemporaryDirectory() as folder, shown(browser, Path(folder), state) as house:
            for address in asked.pages:
                images: list[Image.Image] = []
                for fault in _take(browser, house, address, state, asked, images):
                    told = f"{state} {address} {fault}"
                    print(told, flush=True)
                    yield told
                if images:
                    rows[address].append((state, images))
    for address, of_page in rows.items():
        write_sheet(asked.out / f"{name_of(address)}.webp", address, of_page)


def name_of(address: str) -> str:
    """Of the file of a page."""
    words = "".join(one if one.isalnum() or one == "-" else " " for one in address).split()
    return "_".join(words) or "board"


def _take(
    browser: Browser,
    house: Shown,
    address: str,
    state: str,
    asked: argparse.Namespace,
    images: list[Image.Image],
) -> Iterator[str]:
    """The pictures of one page in one state; one that the state does not have is left out."""
    context = house.visit(browser, address)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    answer = page.goto(house.at(address))
    if state != EMPTY or (answer is not None and answer.status == 200):
        for width in asked.widths:
            page.set_viewport_size({"width": width, "height": SCREENS.get(width, 900)})
            page.wait_for_timeout(SETTLE_MS)
            for theme in asked.themes:
                page.emulate_media(color_scheme=theme)
                found = misplaced(page) if theme == asked.themes[0] else iter(())
                yield from (f"{width} {theme} {one}" for one in (*found, *faint(page)))
                if asked.checks:
                    continue
                picture = asked.out / f"{name_of(address)}-{state}-{width}-{theme}.jpeg"
                _shoot(page, picture)
                images.append(thumbnail(picture, width))
    context.close()


def _shoot(page: Page, picture: Path) -> None:
    high = page.evaluate("document.documentElement.scrollHeight")
    screen = page.viewport_size
    assert screen is not None
    clip = {"x": 0, "y": 0, "width": screen["width"], "height": min(high, HIGHEST_PX)}
    page.screenshot(path=picture, full_page=True, clip=clip, type="jpeg", quality=88)  # type: ignore[arg-type]


def _write_pictures(browser: Browser, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own, shown(browser, Path(own), "pictured") as house:
        for name, address, width, height, theme, wide in PICTURES:
            looks = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
            context = house.visit(browser, address, locale="en-GB", **looks)
            page = context.new_page()
            page.goto(house.at(address))
            page.wait_for_timeout(4 * SETTLE_MS)
            picture = Path(own) / f"{name}.png"
            page.screenshot(path=picture)
            write_small(picture, folder / f"{name}.webp", wide, MOST_BYTES)
            context.close()


if __name__ == "__main__":
    sys.exit(main())
