"""A reader: a read-only connection, bound to who reads and to one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.actors import Actor
from engine.errors import NotFound
from engine.store.directory_rows import actor_value, may_see
from engine.store.unit import Means


@dataclass(frozen=True, slots=True)
class Reader:
    """What every query takes first. Queries show only what `actor` may see."""

    connection: Connection
    actor: Actor
    now: datetime
    means: Means

    @property
    def actor_value(self) -> dict[str, object]:
        """The actor as definitions see him."""
        return actor_value(self.connection, self.actor)

    def require_instance(self, instance_id: str) -> None:
        """NotFound unless the actor may see the instance."""
        if not may_see(self.connection, self.actor, instance_id):
            raise NotFound()
