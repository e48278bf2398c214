"""A tape of what one run of the engine wrote to SQLite, and raw sqlite3 that writes the same rows again.

Recording happens below SQLAlchemy, at the driver, in a run of its own that is not measured.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine import Engine

_WRITE = re.compile(r"\s*(insert|update|delete)\b", re.IGNORECASE)
_RETURNING = re.compile(r"\s+RETURNING\s.*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Write:
    """One statement with its parameters; `many` says that they are a list of rows."""

    sql: str
    parameters: Any
    many: bool


@dataclass(slots=True)
class Tape:
    """Writes since the last cut."""

    _running: list[Write] = field(default_factory=list)

    def note(self, write: Write) -> None:
        if _WRITE.match(write.sql):
            self._running.append(Write(_RETURNING.sub("", write.sql), write.parameters, write.many))

    def cut(self) -> tuple[Write, ...]:
        """What was written since the last cut: one transaction, when cut after each."""
        piece, self._running = tuple(self._running), []
        return piece


def record(engine: Engine, path: Path) -> Tape:
    """Record every write that this engine will make from now on."""
    tape = Tape()

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            tape.note(Write(sql, parameters, many=False))
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
            tape.note(Write(sql, list(parameters), many=True))
            return super().executemany(sql, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    engine.database.dispose()
    event.listen(engine.database.writing, "do_connect", lambda *_: sqlite3.connect(
        path, factory=Connection, check_same_thread=False))
    return tape


class Raw:
    """Plain sqlite3 with the pragmas of the engine: the least that can write these rows durably."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, transaction: Sequence[Write]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for write in transaction:
            (connection.executemany if write.many else connection.execute)(write.sql, write.parameters)
        connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
