"""How often a process that does nothing but verify looks for circles of objects.

Python does so whenever some hundred objects more were made than freed, and a rich badge is some thousand: a quarter of
its time would go there. A verification leaves no circles behind (`tests/hostile/test_no_circles.py`), so that looking
seldom keeps memory just as low.
"""

from __future__ import annotations

import gc

COLLECT_AFTER_OBJECTS = 10_000  # some 2 MB


def collect_rarely() -> None:
    """Look seldom in this process, and never again through what it holds now. Called once, when all is loaded."""
    gc.freeze()  # without a look before: loading leaves hardly anything behind, and to see that costs 30 badges
    gc.set_threshold(COLLECT_AFTER_OBJECTS)
