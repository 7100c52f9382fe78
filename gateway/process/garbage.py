"""How often Python looks for objects that hold each other.

What the gateway holds of its rooms holds nothing of itself, and is freed when it is let go of. The
usual pace looks through all of it again with every few hundred objects that come.
"""

import gc
from typing import Final

YOUNG: Final = 50_000
"""So many new objects wait for a look: some megabytes."""
OLD: Final = (20, 100)


def look_seldom() -> None:
    """What is there now stays as long as the process does; what comes is looked through seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLD)
