"""Write the documentation as a folder of plain files, to be read with or without a server."""

import shutil
import sys
from pathlib import Path
from posixpath import dirname, relpath

from jinja2 import Environment, FileSystemLoader

from dashboard.manual.manual import Manual, folder
from dashboard.manual.rendering import INDEX

DASHBOARD = Path(__file__).parents[1]
CARRIED = ("style.css", "docs.css", "docs.js", "icon.svg", "vendor/atkinson")


def address(to: str, of: str) -> str:
    return relpath(_file(to), dirname(_file(of)) or ".")


def write(site: Path) -> int:
    """Write all pages into a folder; how many there are. Whatever else lies there stays."""
    manual = Manual(folder(), address)
    environment = Environment(
        loader=FileSystemLoader(DASHBOARD / "templates"),
        autoescape=True,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    template = environment.get_template("docs_alone.html")
    for name in manual.names:
        file = site / _file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        root = relpath(".", dirname(_file(name)) or ".")
        file.write_text(template.render(root=root, **manual.described(name)), encoding="utf-8")
    (site / "words.js").write_text(manual.words, encoding="utf-8")
    for name in CARRIED:
        source, copy = DASHBOARD / "static" / name, site / name
        if source.is_dir():
            shutil.copytree(source, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, copy)
    return len(manual.names)


def _file(name: str) -> str:
    return "index.html" if name == INDEX else f"{name}.html"


if __name__ == "__main__":
    into = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    print(f"{write(into)} pages, from {into / 'index.html'} on")  # noqa: T201 - what make says
