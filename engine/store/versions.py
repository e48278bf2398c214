"""Deployed versions by content hash: read once, kept, shared. A definition never changes under its hash."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.bpmn.bundles import reopen_bundle
from engine.definition.bundle import Bundle
from engine.definition.model import Definition
from engine.errors import NotFound, Sentence
from engine.store.prepared import prepare
from engine.store.tables import definitions, processes

KEPT = 256

_select_all_current = prepare(select(processes.c.definition_hash).order_by(processes.c.process))

_select_version = prepare(select(definitions).where(definitions.c.hash == bindparam("hash")))
_select_current = prepare(select(processes.c.definition_hash).where(processes.c.process == bindparam("process")))


@dataclass(frozen=True, slots=True)
class Version:
    """One deployed version: its model, its forms, and the BPMN that executes."""

    hash: str
    number: int
    bundle: Bundle
    bpmn: bytes

    @property
    def definition(self) -> Definition:
        return self.bundle.definition


class Versions:
    """A least-recently-used shelf of versions, safe to share between threads."""

    def __init__(self) -> None:
        self._shelf: OrderedDict[str, Version] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, connection: Connection, definition_hash: str) -> Version:
        """The version of that hash. Raises NotFound."""
        with self._lock:
            if definition_hash in self._shelf:
                self._shelf.move_to_end(definition_hash)
                return self._shelf[definition_hash]
        row = connection.execute(_select_version, {"hash": definition_hash}).first()
        if row is None:
            raise NotFound()
        version = Version(row.hash, row.number, reopen_bundle(row.main_file, json.loads(row.sources)), row.bpmn)
        self.put(version)
        return version

    def put(self, version: Version) -> None:
        """Keep a version that was just read or deployed; its hash is its content, so it can never be wrong."""
        with self._lock:
            self._shelf[version.hash] = version
            while len(self._shelf) > KEPT:
                self._shelf.popitem(last=False)

    def role_titles(self, connection: Connection) -> Mapping[str, Sentence]:
        """What the roles of all current versions are called."""
        titles: dict[str, Sentence] = {}
        for version in self.all_current(connection):
            for role in version.bundle.library.roles.values():
                titles[role.id] = Sentence(role.title, role.title_en or role.id)
        return titles

    def all_current(self, connection: Connection) -> tuple[Version, ...]:
        """The current version of every process, by process id."""
        hashes = connection.execute(_select_all_current).scalars().all()
        return tuple(self.get(connection, definition_hash) for definition_hash in hashes)

    def current_bundles(self, connection: Connection) -> tuple[Bundle, ...]:
        """What the current version of every process was read from."""
        return tuple(version.bundle for version in self.all_current(connection))

    def current(self, connection: Connection, process: str) -> Version:
        """The version new instances of a process start with. Raises NotFound."""
        row = connection.execute(_select_current, {"process": process}).first()
        if row is None:
            raise NotFound()
        return self.get(connection, row.definition_hash)
