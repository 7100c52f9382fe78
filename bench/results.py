"""What a bench found, kept as JSON: one file a commit, with a run of any bench after the other."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sensors.clock import SYSTEM
from sensors.wire.instant import to_wire


def save(
    folder: Path, bench: str, options: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Path:
    """Add a run to the file of this commit, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{commit()}.json"
    kept: dict[str, Any] = {"commit": commit(), "runs": []}
    if file.exists():
        kept = json.loads(file.read_text())
    kept["runs"].append(
        {
            "bench": bench,
            "at": to_wire(SYSTEM.now()),
            "machine": {
                "cores": os.cpu_count(),
                "processor": platform.machine(),
                "python": platform.python_version(),
                "load": os.getloadavg()[0],
            },
            "options": {name: _plain(value) for name, value in options.items()},
            "rows": list(rows),
        }
    )
    file.write_text(json.dumps(kept, indent=1) + "\n")
    return file


def commit() -> str:
    """The commit of the project's folder; ``-changed`` where more than that was measured."""
    here = Path(__file__).parent
    said = subprocess.run(
        ["git", "describe", "--always", "--exclude=*", "--dirty=-changed"],
        cwd=here, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip() or "unknown"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
