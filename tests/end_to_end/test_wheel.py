"""What a user installs: the wheel, in an environment that knows nothing of the checkout."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.demo import open_demo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_carries_templates_styles_words_migrations_and_scenarios(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for pattern in (
        r"dashboard/templates/.*\.html",
        r"gateway/notify/templates/mail\.html",
        r"dashboard/static/.*\.css",
        r"dashboard/static/.*\.js",
        r"dashboard/static/.*\.woff2",
        r"gateway/words/nl/LC_MESSAGES/messages\.mo",
        r"dashboard/words/nl/LC_MESSAGES/messages\.mo",
        r"gateway/registry/migrations/versions/0001.*\.py",
        r"firmware_sim/scenario/scenarios/de-kade\.toml",
        r".*\.dist-info/licenses/LICENSE",
    ):
        assert any(re.fullmatch(pattern, name) for name in names), pattern
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"sensors", "gateway", "dashboard", "firmware_sim"}


@pytest.mark.timeout(600)
def test_the_wheel_runs_the_demo_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    pip = [str(fresh / "bin/python"), "-m", "pip", "install", "--quiet"]
    lock = ["--require-hashes", "-r", str(ROOT / "requirements.lock")]
    subprocess.run([*pip, *lock], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with open_demo(empty, command=(str(fresh / "bin/luchtig"),), env=env) as demo:
        assert any(room["flags"] for room in demo.rooms())
        page = demo.get("/").decode()
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            assert len(demo.get(asset)) > 0
        assert demo.stop() == 0
