"""How often one caller may come: a bucket of requests that fills up again by the minute.

Kept in the memory of one process: it guards that process, so with several the limit counts for each. Reads no clock.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime

MOST_CALLERS = 10_000


class Throttle:
    """`per_minute` requests a caller, all of them at once if he likes. Safe to share between threads."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, now: datetime) -> int:
        """0 when the request may come; else in how many seconds to try again."""
        with self._lock:
            left, since = self._buckets.pop(caller, (float(self.per_minute), now))
            left = min(self.per_minute, left + max(0.0, (now - since).total_seconds()) * self.per_minute / 60)
            if left >= 1:
                self._keep(caller, left - 1, now)
                return 0
            self._keep(caller, left, now)
            return max(1, round((1 - left) * 60 / self.per_minute))

    def _keep(self, caller: str, left: float, now: datetime) -> None:
        self._buckets[caller] = (left, now)
        while len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
