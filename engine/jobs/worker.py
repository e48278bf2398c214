"""The worker: looks for due timers and sends each through its verb, one transaction a timer.

A timer that fails becomes an incident of its instance and is tried again later; the others do not wait for it.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable

from engine import Engine
from engine.actors import SYSTEM
from engine.jobs.hooks import send_due
from engine.store.case_rows import due_planned, due_schedules
from engine.store.database import DATABASE_ERRORS
from engine.store.instance_rows import due_timers
from engine.store.unit import UnitOfWork
from engine.verbs import planned, schedules, timers

BATCH = 100
POLL_SECONDS = 1.0

log = logging.getLogger("anliu.worker")


def run_due(engine: Engine, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Trigger everything that is due now, also what becomes due by it; gives how many timers were triggered.

    Asks before each whether it `is_over`: what is due by then is left to the next worker.
    """
    triggered = 0
    stuck: set[str] = set()
    while not is_over():
        with engine.read(SYSTEM) as read:
            due = [timer_id for timer_id in due_timers(read.connection, read.now, BATCH + len(stuck))
                   if timer_id not in stuck]
        begun = _plan_scheduled(engine, stuck) + _begin_planned(engine, stuck, is_over)
        triggered += begun
        if not due and not begun:
            return triggered
        for timer_id in due:
            if is_over():
                break
            triggered += _trigger(engine, timer_id, stuck)
    return triggered


def _plan_scheduled(engine: Engine, stuck: set[str]) -> int:
    """Plan what schedules ask for, a window each; one that fails is tried again by the next look."""
    with engine.read(SYSTEM) as read:
        due = [(row.process, row.start_id) for row in due_schedules(read.connection, read.now)]
    begun = 0
    for process, start_id in due:
        name = f"{process}/{start_id}"
        if name in stuck:
            continue
        done, error = _carry_out(engine, functools.partial(schedules.trigger, process=process, start_id=start_id), name)
        begun += done
        if error is not None:
            stuck.add(name)
    return begun


def _begin_planned(engine: Engine, stuck: set[str], is_over: Callable[[], bool]) -> int:
    """Begin the cases that are planned, one by one; one that cannot begin waits with its reason, and no other with it."""
    with engine.read(SYSTEM) as read:
        due = [planned_id for planned_id in due_planned(read.connection, read.now, BATCH + len(stuck)) if planned_id not in stuck]
    begun = 0
    for planned_id in due:
        if is_over():
            break
        done, error = _carry_out(engine, functools.partial(planned.begin, planned_id=planned_id), planned_id)
        begun += done
        if error is not None:
            _carry_out(engine, functools.partial(planned.put_off, planned_id=planned_id, error=error), planned_id)
        if not done:
            stuck.add(planned_id)
    return begun


def _trigger(engine: Engine, timer_id: str, stuck: set[str]) -> int:
    """1 when the timer was triggered; whatever failed was rolled back and becomes an incident."""
    done, error = _carry_out(engine, functools.partial(timers.trigger, timer_id=timer_id), timer_id)
    if done:
        return 1
    if error is not None:
        # What stops even this must not stop the worker: the next look tries again.
        _carry_out(engine, functools.partial(timers.put_off, timer_id=timer_id, error=error), timer_id)
    stuck.add(timer_id)
    return 0


def _carry_out(engine: Engine, verb: Callable[[UnitOfWork], int | bool | None], what: str) -> tuple[int, Exception | None]:
    """How much the verb did, and the error that rolled it back; only a database that does not answer stops the worker.

    The one place where a bug is caught: it stops what it belongs to, and nothing else that is due.
    """
    try:
        return int(engine.carry_out(SYSTEM, verb) or 0), None
    except DATABASE_ERRORS:
        raise
    except Exception as error:
        log.exception("%s could not be carried out", what)
        return 0, error


class Worker:
    """A thread that runs what is due every second, inside the process that serves; another one tells programs of it.

    Programs that are slow to answer must not make a timer late.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, args=(run_due,), name="anliu-worker", daemon=True)
        self._telling = threading.Thread(target=self._loop, args=(send_due,), name="anliu-hooks", daemon=True)

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

    def _loop(self, run: Callable[..., int]) -> None:
        while not self._stopping.is_set():
            try:
                run(self._engine, is_over=self._stopping.is_set)
            except DATABASE_ERRORS as error:
                log.error("the database did not answer, trying again: %s", error)
            self._stopping.wait(POLL_SECONDS)
