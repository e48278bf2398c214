"""Opening SQLite or PostgreSQL the only right way.

pysqlite opens no transaction at SELECT and loses updates silently, so the driver's own transactions are
switched off and every write transaction begins with BEGIN IMMEDIATE; reads run on a second pool with a
deferred BEGIN. PostgreSQL takes the row lock of the stream instead (see `engine.store.unit`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InternalError, OperationalError, TimeoutError

from engine.errors import EngineError
from engine.store.prepared import quick_class

BUSY_TIMEOUT_MS = 10_000
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 24, "hide_parameters": True}
"""What people wrote must not reach a log by way of an error message."""
DATABASE_ERRORS = (OperationalError, InterfaceError, InternalError, TimeoutError)
"""What the database or the way to it may raise at any time; a worker survives it and tries again.

A broken constraint or a value that does not fit is none of these: it would come again every time.
"""
_GAVE_WAY = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: PostgreSQL rolled this one back so that others go on."""
_TOOK_TOO_LONG = frozenset({"55P03", "57014"})
"""SQLSTATE of a lock that did not come free in time, and of a statement that was cancelled."""
LOCK_SECONDS = 10
FROZEN_SECONDS = 5
"""How long PostgreSQL waits for a node that stands still within a transaction, before it takes back the locks for others.

Shorter than others wait for a lock, so that they only wait. The node's connection ends with it: a node which wakes up
later can commit nothing of what it had begun.
"""


class DatabaseUnusable(EngineError):
    """The address of the database is wrong, or nobody answers there."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


def gave_way(error: DBAPIError) -> bool:
    """Whether nothing happened only because another transaction was let through: the same work may be done again.

    Never on SQLite: there the wait for the one writer already was the second chance.
    """
    return getattr(error.orig, "sqlstate", None) in _GAVE_WAY


def is_passing(error: Exception) -> bool:
    """Whether the database answers, but could not do this piece of work now: others need not wait for it."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state in _GAVE_WAY | _TOOK_TOO_LONG


class _Kept(threading.local):
    """What a thread keeps between two transactions."""

    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class Database:
    """Two pools on one database: `writing` begins IMMEDIATE on SQLite, `reading` is deferred."""

    writing: Engine
    reading: Engine
    _kept: _Kept = field(default_factory=_Kept, repr=False, compare=False)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes: committed when the block ends, rolled back when it fails.

        On SQLite a thread keeps its connection for the next one; PostgreSQL's go back to the pool, which asks them
        whether they still live.
        """
        connection, self._kept.connection = self._kept.connection or self.writing.connect(), None
        is_kept = False
        try:
            with connection.begin():
                yield connection
            is_kept = self.is_sqlite
        finally:
            if is_kept:
                self._kept.connection = connection
            else:
                connection.close()

    @property
    def is_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close what this thread holds, and all that lies in the pools."""
        if self._kept.connection is not None:
            self._kept.connection.close()
            self._kept.connection = None
        self.writing.dispose()
        self.reading.dispose()


def open_database(url: str) -> Database:
    """`sqlite:///path/to/file` or `postgresql+psycopg://…`. DatabaseUnusable when it cannot be opened.

    An in-memory SQLite has no second pool and is refused.
    """
    database = _two_pools(url)
    try:
        with database.reading.connect():
            return database
    except OperationalError as error:
        database.dispose()
        said = str(error.orig).strip().splitlines()[0]
        raise DatabaseUnusable(f"数据库打不开：{said}", f"The database cannot be opened: {said}") from error


def _two_pools(url: str) -> Database:
    try:
        backend, name = make_url(url).get_backend_name(), make_url(url).database
    except ArgumentError as error:
        raise DatabaseUnusable(f"数据库地址“{url}”不成样子", f"{url!r} is not the address of a database") from error
    if backend == "postgresql":
        return Database(_postgresql(url), _postgresql(url))
    if backend == "sqlite" and name and name != ":memory:":
        return Database(_sqlite(url, begin="BEGIN IMMEDIATE"), _sqlite(url, begin="BEGIN"))
    raise DatabaseUnusable("数据库须是 sqlite:///文件路径 或 postgresql+psycopg://…",
                           "The database is sqlite:///path/to/file or postgresql+psycopg://…")


def _sqlite(url: str, *, begin: str) -> Engine:
    engine = _quick(create_engine(url, connect_args={"check_same_thread": False}, **POOL | {"max_overflow": -1}))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(begin)

    # The driver's own is empty. A listener of the event would slow down every step of every transaction.
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]
    return engine


def _postgresql(url: str) -> Engine:
    options = (f"-c statement_timeout=30s -c lock_timeout={LOCK_SECONDS}s"
               f" -c idle_in_transaction_session_timeout={FROZEN_SECONDS}s")
    return _quick(create_engine(url, pool_pre_ping=True, **POOL,
                                isolation_level="READ COMMITTED", paramstyle="format", connect_args={"options": options}))


def _quick(engine: Engine) -> Engine:
    """Connections of this engine take the short way with prepared statements."""
    engine._connection_cls = quick_class(engine.dialect)
    return engine
