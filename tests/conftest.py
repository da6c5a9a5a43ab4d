"""For all tests: the collector of garbage looks less often.

Compiled definitions are large and stay; looking through them again and again took a tenth of the time.
"""

from __future__ import annotations

import gc

gc.set_threshold(100_000, 50, 100)
