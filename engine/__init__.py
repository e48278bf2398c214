"""Anliu's engine: regulations written as definitions become tasks in the right inboxes, clocks, and a trace.

The front door: `open_engine` gives an engine; `engine.begin(actor)` a unit of work for verbs
(`engine.verbs.<noun>`), `engine.read(actor)` a reader for queries (`engine.store.queries.<noun>`). Time, actor
and database are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from engine.actors import Actor
from engine.clock import Clock
from engine.store import migrations, unit
from engine.store.database import Database, open_database
from engine.store.directory_rows import load_actor
from engine.store.moments import shared_clock
from engine.store.reader import Reader
from engine.store.unit import Answer, Means, UnitOfWork
from engine.store.versions import Versions
from engine.trace.keys import KeyRing
from engine.worktime.calendar import WorkCalendar, state_council_calendar


class Engine:
    """One database with its clock and keys. Safe to share between threads."""

    def __init__(self, database: Database, *, clock: Clock, means: Means) -> None:
        self.database = database
        self.clock = clock
        self.means = means

    def begin(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """One transaction of one actor, committed when the block ends without an error."""
        return unit.begin(self.database, actor, self.clock, self.means)

    def carry_out(self, actor: Actor, verb: Callable[[UnitOfWork], Answer]) -> Answer:
        """One verb in its own transaction, tried again when it was the victim of a deadlock."""
        return unit.carry_out(lambda: self.begin(actor), verb)

    @contextmanager
    def read(self, actor: Actor) -> Iterator[Reader]:
        """A read-only look at the database for one actor."""
        with self.database.reading.connect() as connection:
            yield Reader(connection, actor, self.clock.now(), self.means)

    def actor(self, person_id: str) -> Actor:
        """The person as actor, with the posts held now. Raises NotFound for unknown and disabled people."""
        with self.database.reading.connect() as connection:
            return load_actor(connection, person_id, self.clock.now())

    def close(self) -> None:
        self.database.dispose()


def open_engine(url: str, *, keys: KeyRing, files: Path, clock: Clock | None = None, origin: str = "anliu",
                calendar: WorkCalendar | None = None) -> Engine:
    """Open a database and bring its schema up to date. `files` is the folder of the attachments.

    Without a `clock` the engine goes by the one that all nodes on this database share.
    """
    database = open_database(url)
    migrations.upgrade(database)
    return Engine(database, clock=clock or shared_clock(database),
                  means=Means(keys, Versions(), calendar or state_council_calendar(), files, origin))


__all__ = ["Engine", "open_engine"]
