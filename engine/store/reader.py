"""A reader: a read-only connection, bound to who reads and to one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.actors import Actor
from engine.errors import NotFound
from engine.store.directory_rows import may_see
from engine.store.unit import Means


@dataclass(frozen=True, slots=True)
class Reader:
    """What every query takes first. Queries show only what `actor` may see."""

    connection: Connection
    actor: Actor
    now: datetime
    means: Means

    def require_instance(self, instance_id: str) -> None:
        """NotFound unless the actor may see the instance."""
        if not may_see(self.connection, self.actor, instance_id):
            raise NotFound()
