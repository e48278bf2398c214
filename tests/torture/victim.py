"""A process that completes tasks from several threads until it is killed: says what it tries, and what was done."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

from bench.stage import MOMENT
from engine import Engine, open_engine
from engine.actors import SYSTEM, Actor
from engine.clock import HandClock
from engine.errors import Rejected
from engine.store.queries.people import find_by_login
from engine.trace.keys import KeyRing
from engine.verbs import tasks
from engine.views import tasks as views

READERS = ("app_cie", "head_cie", "dep_cie", "site_cie")
TYPED = {"read_at": ["2026-11-18T09:50"], "value": ["12.5"], "meter": ["M-7"], "last": ["否"]}
Try = tuple[str, str, str]
"""Login, task id, idempotency key."""


def open_installation(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder / 'stage.db'}", clock=HandClock(MOMENT), files=folder / "files",
                       keys=KeyRing.load(folder / "keys.json"), origin="anliu.torture")


def live(folder: Path, post: Connection, unfinished: Sequence[Try]) -> None:
    """First send again what nobody answered, with the same keys; then work until the end comes."""
    Victim(open_installation(folder), post).live(unfinished)


class Victim:
    def __init__(self, engine: Engine, post: Connection) -> None:
        self._engine = engine
        self._post = post
        self._lock = threading.Lock()

    def live(self, unfinished: Sequence[Try]) -> None:
        self._rows(self._actor(READERS[0]))
        self._say("up")
        for attempt in unfinished:
            self._complete(self._actor(attempt[0]), attempt)
        for login in READERS:
            threading.Thread(target=self._work, args=(login,), daemon=True).start()
        threading.Event().wait()

    def _work(self, login: str) -> None:
        actor = self._actor(login)
        for turn in itertools.count():
            rows = self._rows(actor)
            if rows:
                row = rows[turn % len(rows)]
                self._complete(actor, (login, row.task_id or "", uuid4().hex))

    def _complete(self, actor: Actor, attempt: Try) -> None:
        _, task_id, key = attempt
        self._say("try", *attempt)
        try:
            with self._engine.begin(actor) as unit:
                done = tasks.complete(unit, task_id=task_id, typed=TYPED, key=key)
        except Rejected as refusal:
            self._say("refused", key, refusal.sentence.zh)
        else:
            self._say("done", key, done.receipt.text)

    def _rows(self, actor: Actor) -> Sequence[views.InboxRow]:
        with self._engine.read(actor) as read:
            return views.inbox(read, "claim").rows

    def _actor(self, login: str) -> Actor:
        with self._engine.read(SYSTEM) as read:
            return self._engine.actor(find_by_login(read, login) or "")

    def _say(self, *words: str) -> None:
        with self._lock:
            self._post.send(words)
