"""The worker: takes what is due, one transaction each, the longest due first; any number of them share one database.

What a worker takes is nothing but the lock of a case. It ends with its transaction, so that nothing has to be given back
by a node that dies, and a node that stood still and wakes up has nothing left. What fails is tried again later; the
others do not wait for it.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import Engine
from engine.actors import SYSTEM
from engine.jobs.hooks import send_due
from engine.store.database import DATABASE_ERRORS, is_passing
from engine.store.due_rows import lock_due_beginning, lock_due_timer, lock_due_window, next_due_at
from engine.store.unit import UnitOfWork
from engine.verbs import planned, schedules, timers
from engine.verbs.once import forget_old

BATCH = 100
"""How much of one kind is done before the others are looked at."""
POLL_SECONDS = 1.0
FORGET_EVERY = timedelta(hours=1)
SOONEST_SECONDS = 0.02
"""A worker that found nothing left for it looks again so soon, and then less and less often: what is due is in other hands."""

log = logging.getLogger("anliu.worker")
Verb = Callable[[UnitOfWork], int | bool | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is due: how one is taken that nobody has in hand, done, and put off when it failed.

    `take` locks the one that has been due longest, but for those it is told to pass over, and gives its id.
    """

    take: Callable[[Any, datetime, Collection[str]], str | None]
    do: Callable[[UnitOfWork, str], bool]
    put_off: Callable[..., None] | None = None


def run_due(engine: Engine, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Do everything that is due now, also what becomes due by it; gives how much was done.

    Asks before each whether it `is_over`: what is due by then is left to the next worker. What another worker has in hand
    is left to it.
    """
    total, stuck = 0, set[str]()
    while not is_over() and _is_due(engine):
        done = sum(_run_batch(engine, kind, stuck, is_over) for kind in KINDS)
        if not done:
            break
        total += done
    return total


def _run_batch(engine: Engine, kind: Kind, stuck: set[str], is_over: Callable[[], bool]) -> int:
    """How much of a kind was done; 0 when nothing is left that could be."""
    done = 0
    for _ in range(BATCH):
        if is_over():
            break
        attempt = Attempt(kind, frozenset(stuck))
        count, error = _carry_out(engine, attempt, attempt.name)
        name = attempt.name()
        if error is not None and name and kind.put_off is not None:
            # What stops even this must not stop the worker: the next look tries again.
            _carry_out(engine, functools.partial(kind.put_off, name=name, error=error), attempt.name)
        if not name:
            break
        done += count
        if not count:
            stuck.add(name)
    return done


class Attempt:
    """Does the one that has been due longest of those that nobody has in hand; knows which it was."""

    def __init__(self, kind: Kind, stuck: frozenset[str]) -> None:
        self._kind, self._stuck = kind, stuck
        self._name: str | None = None

    def __call__(self, unit: UnitOfWork) -> bool:
        self._name = self._kind.take(unit.connection, unit.now, self._stuck)
        return self._name is not None and self._kind.do(unit, self._name)

    def name(self) -> str:
        """What was tried last; empty when nothing was left."""
        return self._name or ""


def _trigger_window(unit: UnitOfWork, name: str) -> bool:
    process, _, start_id = name.partition("/")
    return schedules.trigger(unit, process=process, start_id=start_id)


KINDS = (
    Kind(lock_due_window, _trigger_window),
    Kind(lock_due_beginning,
         lambda unit, name: planned.begin(unit, planned_id=name),
         lambda unit, name, error: planned.put_off(unit, planned_id=name, error=error)),
    Kind(lock_due_timer,
         lambda unit, name: timers.trigger(unit, timer_id=name),
         lambda unit, name, error: timers.put_off(unit, timer_id=name, error=error)),
)
"""Windows first, then the cases they plan, then timers."""


def _is_due(engine: Engine) -> bool:
    """A look that takes no lock: on SQLite a transaction that only looks would keep others from writing."""
    with engine.read(SYSTEM) as read:
        next_at = next_due_at(read.connection)
        return next_at is not None and next_at <= read.now


def _carry_out(engine: Engine, verb: Verb, what: Callable[[], str]) -> tuple[int, Exception | None]:
    """How much the verb did, and the error that rolled it back; only a database that does not answer stops the worker.

    The one place where a bug is caught: it stops what it belongs to, and nothing else that is due.
    """
    try:
        return int(engine.carry_out(SYSTEM, verb) or 0), None
    except DATABASE_ERRORS as error:
        if not is_passing(error):
            raise
        log.warning("%s has to wait: %s", what(), error)
        return 0, error
    except Exception as error:
        log.exception("%s could not be carried out", what())
        return 0, error


class Worker:
    """A thread that does what is due, at its moment or within a second of it; another one tells programs of it.

    Inside the process that serves, or alone. Programs that are slow to answer must not make a timer late.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._forget_at: datetime | None = None
        self._thread = threading.Thread(target=self._loop, args=(self.run_round, self._until_due), name="anliu-worker", daemon=True)
        self._telling = threading.Thread(target=self._loop, args=(send_due, lambda _: POLL_SECONDS), name="anliu-hooks", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._telling.start()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether the worker still runs."""
        self._thread.join(seconds)
        return self._thread.is_alive() and self._telling.is_alive()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)
        self._telling.join(timeout=10)

    def run_round(self, engine: Engine, *, is_over: Callable[[], bool] = lambda: False) -> int:
        """Do what is due; when nothing is, forget once an hour what is kept for a while only. Gives how much was done."""
        done, now = run_due(engine, is_over=is_over), engine.clock.now()
        if not done and not is_over() and (self._forget_at is None or self._forget_at <= now):
            has_more = engine.carry_out(SYSTEM, forget_old)
            self._forget_at = now if has_more else now + FORGET_EVERY
        return done

    def _loop(self, run: Callable[..., int], pause_after: Callable[[float], float]) -> None:
        pause = POLL_SECONDS
        while not self._stopping.is_set():
            try:
                done = run(self._engine, is_over=self._stopping.is_set)
                pause = pause_after(SOONEST_SECONDS if done else pause * 2)
            except DATABASE_ERRORS as error:
                log.error("the database did not answer, trying again: %s", error)
                pause = POLL_SECONDS
            self._stopping.wait(pause)

    def _until_due(self, otherwise: float) -> float:
        """Until the next timer is due, for a second at most; `otherwise` when one is due already."""
        with self._engine.read(SYSTEM) as read:
            next_at = next_due_at(read.connection)
            left = (next_at - read.now) / timedelta(seconds=1) if next_at is not None else POLL_SECONDS
        return min(max(left, SOONEST_SECONDS) if left > 0 else otherwise, POLL_SECONDS)
