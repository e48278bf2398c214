"""Deployed versions as rows: their numbers, and which one is current."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from engine.store.tables import definitions, instances, processes


def find_number(connection: Connection, definition_hash: str) -> int | None:
    """The number under which this content was deployed before."""
    return connection.execute(select(definitions.c.number).where(definitions.c.hash == definition_hash)).scalar()


def find_version(connection: Connection, process: str, number: int) -> str | None:
    """The hash of the version with this number."""
    return connection.execute(select(definitions.c.hash).where(
        definitions.c.process == process, definitions.c.number == number)).scalar()


def running_on(connection: Connection, process: str, definition_hash: str, *, after: str, most: int) -> list[str]:
    """Ids of running cases of a version, in the order of their ids, beginning behind `after`."""
    return list(connection.execute(select(instances.c.id).where(
        instances.c.process == process, instances.c.status == "running", instances.c.definition_hash == definition_hash,
        instances.c.id > after).order_by(instances.c.id).limit(most)).scalars())


def find_current(connection: Connection, process: str) -> str | None:
    """The hash of a process's current version."""
    return connection.execute(select(processes.c.definition_hash).where(processes.c.process == process)).scalar()


def last_number(connection: Connection, process: str) -> int:
    """The highest version number of a process, 0 when it has none."""
    return connection.execute(select(func.max(definitions.c.number)).where(
        definitions.c.process == process)).scalar() or 0
