"""A disk of its own, so that what is written to it is nobody else's."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DISK_MB = 64


@dataclass(frozen=True)
class Disk:
    """A folder, and the block device below it where it has one to itself."""

    folder: Path
    device: str | None

    def written_mb(self) -> float | None:
        """What the kernel has written to the device so far, all that was to be written included."""
        if self.device is None:
            return None
        subprocess.run(["sync", "-f", str(self.folder)], check=True)
        fields = Path(f"/sys/block/{self.device}/stat").read_text().split()
        return int(fields[6]) * 512 / 1e6  # sectors written: iostat in the kernel's documentation


@contextmanager
def own_disk(directory: Path, size_mb: int = DISK_MB) -> Iterator[Disk]:
    """A new ext4 in a file, mounted as Raspberry Pi OS mounts its card; a plain folder where that may
    not be.
    """
    image, folder = directory / "card", directory / "mounted"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(size_mb * 2**20)
    made = ["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image)]
    subprocess.run(made, check=True)  # all of it now, or the kernel would write the rest meanwhile
    mounted = subprocess.run(
        ["mount", "-o", "loop,noatime", str(image), str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        print(f"no ext4 of its own: {mounted.stderr.decode().strip()}", file=sys.stderr)
        yield Disk(folder, None)
        return
    try:
        said = subprocess.run(
            ["findmnt", "-no", "SOURCE", str(folder)], capture_output=True, text=True, check=True
        )
        yield Disk(folder, Path(said.stdout.strip()).name)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
