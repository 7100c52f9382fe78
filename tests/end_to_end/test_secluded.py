"""A venue's data stays in the venue: what the configuration does not name is never asked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import missing

pytestmark = pytest.mark.e2e
OF_ITS_OWN = ("unshare", "--net", "--map-root-user")


def test_no_packet_of_a_demo_and_of_a_browser_on_its_pages_goes_elsewhere(tmp_path: Path) -> None:
    if subprocess.run([*OF_ITS_OWN, "ip", "link"], capture_output=True, check=False).returncode:
        missing("no network of one's own (unshare and ip): nobody can say what would leave")
    secluded = [sys.executable, "-m", "tests.end_to_end.secluded", str(tmp_path)]
    done = subprocess.run(
        [*OF_ITS_OWN, *secluded], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == ["192.0.2.1:9"]
