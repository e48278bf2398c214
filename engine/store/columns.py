"""What all tables share: their registry, how a moment is stored, and the columns that many of them have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Column, Dialect, ForeignKey, MetaData, String, TypeDecorator

from engine.clock import utc_text

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
})


class Moment(TypeDecorator[datetime]):
    """An aware moment as fixed-width UTC text: sorts by time, reads the same in every database."""

    impl = String(27)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return _written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:
        return _read


def _written(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def id_column(*, length: int = 64) -> Column[str]:
    return Column("id", String(length), primary_key=True)


def instance_column(*, nullable: bool = False) -> Column[str]:
    return Column("instance_id", String(64), ForeignKey("instances.id"), nullable=nullable)
