"""How little the dashboard loads before it answers: a Pi takes seconds for what a laptop does at once."""

import gc
import subprocess
import sys

from dashboard.cli import not_looking


def test_what_few_venues_ask_for_is_loaded_when_one_does() -> None:
    script = (
        "import dashboard.commands.dashboard, sys\n"
        "slow = {'alembic', 'markdown_it', 'plotly', 'webauthn'}\n"
        "sys.exit(', '.join(slow & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, text=True)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_objects_are_looked_through_again_once_all_is_loaded() -> None:
    frozen = gc.get_freeze_count()
    with not_looking():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen
    gc.unfreeze()
