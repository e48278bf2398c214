"""Definitions and their versions, for administrators; anybody signed in may look, few may publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from engine.definition.bundle import Bundle, sources_of
from engine.errors import NotFound
from engine.store.reader import Reader
from engine.store.tables import definitions, instances, people, processes

_running = select(instances.c.definition_hash, func.count().label("count")).where(
    instances.c.status == "running").group_by(instances.c.definition_hash).subquery()
_versions = select(definitions.c.hash, definitions.c.process, definitions.c.title, definitions.c.profile,
                   definitions.c.number, definitions.c.deployed_at, people.c.name, processes.c.definition_hash,
                   func.coalesce(_running.c.count, 0).label("running")).outerjoin(
    people, people.c.id == definitions.c.deployed_by).outerjoin(
    processes, processes.c.process == definitions.c.process).outerjoin(
    _running, _running.c.definition_hash == definitions.c.hash)

_current = select(definitions.c.hash).join(
    processes, processes.c.definition_hash == definitions.c.hash).order_by(definitions.c.deployed_at, definitions.c.hash)


@dataclass(frozen=True, slots=True)
class VersionRow:
    hash: str
    process: str
    title: str
    profile: str
    version: int
    deployed_at: datetime
    deployed_by: str
    running: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    process: str
    title: str
    version: int
    hash: str
    sources: Mapping[str, str]
    main_file: str
    deployed_at: datetime
    deployed_by_name: str
    bundle: Bundle
    is_current: bool


def list_processes(read: Reader) -> tuple[VersionRow, ...]:
    """The current version of each process; `running` counts instances of all its versions."""
    rows = [row for row in _rows(read) if row.is_current]
    totals: dict[str, int] = {}
    for row in _rows(read):
        totals[row.process] = totals.get(row.process, 0) + row.running
    return tuple(VersionRow(row.hash, row.process, row.title, row.profile, row.version, row.deployed_at,
                            row.deployed_by, totals[row.process], row.is_current) for row in rows)


def versions_of(read: Reader, process: str) -> tuple[VersionRow, ...]:
    """All versions of a process, newest first. NotFound when there is none."""
    rows = tuple(row for row in _rows(read) if row.process == process)
    if not rows:
        raise NotFound()
    return tuple(sorted(rows, key=lambda row: -row.version))


def get_version(read: Reader, definition_hash: str) -> VersionView:
    version = read.means.versions.get(read.connection, definition_hash)
    row = read.connection.execute(_versions.where(definitions.c.hash == bindparam("hash")),
                                  {"hash": definition_hash}).first()
    if row is None:
        raise NotFound()
    bundle = version.bundle
    return VersionView(row.process, row.title, row.number, row.hash, bundle.sources, bundle.main_file, row.deployed_at,
                       row.name or "系统", bundle, row.definition_hash == row.hash)


def bpmn_of(read: Reader, definition_hash: str) -> bytes:
    return read.means.versions.get(read.connection, definition_hash).bpmn


def all_sources(read: Reader) -> Mapping[str, str]:
    """The sources of all current versions together: what an edited definition may refer to.

    Roles, clauses and registers are put together entry by entry; where two versions differ, the newer one counts.
    """
    hashes = read.connection.execute(_current).scalars().all()
    return sources_of(read.means.versions.get(read.connection, one).bundle for one in hashes)


def _rows(read: Reader) -> tuple[VersionRow, ...]:
    return tuple(VersionRow(row.hash, row.process, row.title, row.profile, row.number, row.deployed_at,
                            row.name or "系统", row.running, row.definition_hash == row.hash)
                 for row in read.connection.execute(_versions.order_by(definitions.c.process, definitions.c.number)))
