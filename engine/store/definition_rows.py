"""Deployed versions as rows: their numbers, and which one is current."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from engine.store.tables import definitions, processes


def find_number(connection: Connection, definition_hash: str) -> int | None:
    """The number under which this content was deployed before."""
    return connection.execute(select(definitions.c.number).where(definitions.c.hash == definition_hash)).scalar()


def find_current(connection: Connection, process: str) -> str | None:
    """The hash of a process's current version."""
    return connection.execute(select(processes.c.definition_hash).where(processes.c.process == process)).scalar()


def last_number(connection: Connection, process: str) -> int:
    """The highest version number of a process, 0 when it has none."""
    return connection.execute(select(func.max(definitions.c.number)).where(
        definitions.c.process == process)).scalar() or 0
