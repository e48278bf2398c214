"""The time that all nodes have in common: the database's, carried on between two looks at it.

A node's own clock may be wrong or may be set; neither makes a timer early here. Knows no time zone and no calendar.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from engine.clock import Clock, SystemClock, in_utc
from engine.store.database import DATABASE_ERRORS, Database

LOOK_SECONDS = 5.0
"""How long a look at the database's clock is good for."""
SLOW_SECONDS = 0.02
"""An answer that took longer tells the time less well than the one before, carried on."""
OLDEST_SECONDS = 60.0

_NOW = text("select clock_timestamp()")


def shared_clock(database: Database) -> Clock:
    """The clock of every node on this database: its own on PostgreSQL, the machine's where one machine is all there is."""
    return SystemClock() if database.is_sqlite else DatabaseClock(database.reading)


class DatabaseClock:
    """Tells the database's moment, late by the way of an answer at most, and never ahead of it.

    Between looks it is carried on by the machine's counter, which nobody can set. A database that does not answer leaves
    it as it goes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looking = threading.Lock()
        moment, self._looked_at, _ = self._ask()
        self._anchor = moment, self._looked_at

    def now(self) -> datetime:
        if time.monotonic() - self._looked_at > LOOK_SECONDS and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        moment, read_at = self._anchor
        return moment + timedelta(seconds=time.monotonic() - read_at)

    def _look(self) -> None:
        try:
            moment, read_at, took = self._ask()
        except DATABASE_ERRORS:
            self._looked_at = time.monotonic()
            return
        if took <= SLOW_SECONDS or read_at - self._anchor[1] > OLDEST_SECONDS:
            self._anchor = moment, read_at
        self._looked_at = read_at

    def _ask(self) -> tuple[datetime, float, float]:
        """What the database says, the counter when it was heard, and how long that took."""
        with self._engine.connect() as connection:
            begun = time.monotonic()
            moment = connection.execute(_NOW).scalar_one()
            heard = time.monotonic()
        return in_utc(moment), heard, heard - begun
