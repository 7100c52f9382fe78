"""What can be seen to be wrong with a page as it is drawn: it overflows, overlaps, is cut off or faint."""

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page

FAINT: Final = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text."""

# Every element that holds words itself, with the colours that it is drawn in.
INKS: Final = """() => {
  const solid = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/rgba\\(.*, 0\\)|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    const says = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!says || !element.checkVisibility() || element.closest(".unseen, .skip, noscript")) continue;
    if (element.closest(".js-plotly-plot, title, desc")) continue; // measured through its figure
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    found.push([element.textContent.trim().slice(0, 40), ink, solid(element)]);
  }
  return found;
}"""

# Words that lie on other words, or stick out of the box that is drawn around them.
MISPLACED: Final = """() => {
  const found = [], words = [];
  const ends = (style) => /auto|scroll|hidden|clip/.test(style.overflowX + style.overflowY);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest(".unseen, .skip, noscript, select, option, title, desc, template")) continue;
    let lies = true, box = null, cut = null, isClamped = false;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || /fixed|sticky/.test(style.position)) lies = false;
      const isBox = parseFloat(style.borderRightWidth) > 0 || style.borderTopLeftRadius !== "0px";
      if (!box && isBox && style.display !== "inline" && !at.closest("svg")) box = at;
      if (!cut && ends(style) && !at.closest("svg")) {
        cut = at.getBoundingClientRect();
        isClamped = style.webkitLineClamp !== "none";
      }
    }
    if (!lies) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 2 || rect.height < 2) continue;
      const said = node.textContent.trim().slice(0, 40);
      if (cut && (rect.right <= cut.left || rect.left >= cut.right)) continue;
      if (cut && Math.min(rect.bottom, cut.bottom) - Math.max(rect.top, cut.top) < rect.height / 2) continue;
      if (isClamped && rect.bottom > cut.bottom + 4) continue; // a line that is not shown
      if (box) {
        const edge = box.getBoundingClientRect();
        const clips = ends(getComputedStyle(box));
        if (!clips && (rect.right > edge.right + 1.5 || rect.left < edge.left - 1.5)) found.push(`sticks out: ${said}`);
      }
      words.push({ said, rect, node });
    }
  }
  words.sort((one, other) => one.rect.top - other.rect.top);
  for (let i = 0; i < words.length && found.length < 20; i++) {
    const a = words[i];
    for (let j = i + 1; j < words.length && words[j].rect.top < a.rect.bottom; j++) {
      const b = words[j];
      if (a.node === b.node) continue; // where it is cut short, the dots are a line of their own
      const width = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const height = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      if (width > 2 && height > 0.4 * Math.min(a.rect.height, b.rect.height)) found.push(`overlaps: ${a.said} / ${b.said}`);
    }
  }
  return found;
}"""

# What is cut off: words in a box that hides what does not fit in it.
CUT: Final = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.checkVisibility() && e.innerText?.trim() && !e.closest(".unseen, .card, svg, .own"))
  .filter((e) => getComputedStyle(e).clipPath === "none")
  .filter((e) => /hidden|clip/.test(getComputedStyle(e).overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 120))"""


def luminance(colour: str) -> float:
    """Of a CSS ``rgb(…)`` colour, as WCAG defines it."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its screen."""
    found: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


def faint(page: Page) -> Iterator[str]:
    """Words that do not stand out from what is behind them."""
    for said, ink, behind in page.evaluate(INKS):
        if contrast(ink, behind) < FAINT:
            yield f"faint: {said} ({ink} on {behind})"


def misplaced(page: Page) -> Iterator[str]:
    """What is wider than the screen, lies on other words, sticks out or is cut off."""
    wide = overflow(page)
    if wide > 0:
        yield f"{wide} px wider than the screen"
    yield from dict.fromkeys(page.evaluate(MISPLACED))
    yield from (f"cut off: {one}" for one in page.evaluate(CUT))
