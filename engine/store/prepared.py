"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy spends some 40 µs of every execution on what never changes for a statement of ours, and a completion
runs two dozen of them. `prepare` marks a statement that is built once, whose text never changes (no IN lists) and
which, as an insert, is given every column of its table. A PreparedConnection runs it without that, in the same
transaction, and answers with rows that have the columns' names. Everything else goes the ordinary way. What a
statement means it does not know.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Marked = TypeVar("Marked", bound=Executable)
Convert = Callable[[Any], Any]

_plans: dict[Any, dict[str, Plan]] = {}
"""Marked statements, each with its plan for every dialect it was run in."""


def prepare(statement: Marked) -> Marked:
    """Mark a statement that lives as long as the program."""
    _plans[statement] = {}
    return statement


@dataclass(slots=True)
class Written:
    """What a statement without rows answers."""

    rowcount: int


class Rows(list[Any]):
    """What a statement with rows answers: the part of SQLAlchemy's Result that is used here."""

    __slots__ = ()

    def first(self) -> Any:
        return self[0] if self else None

    def one(self) -> Any:
        if len(self) != 1:
            raise NoResultFound(f"one row was expected, {len(self)} were found")
        return self[0]

    def all(self) -> Rows:
        return self

    def scalar(self) -> Any:
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalars(self) -> Rows:
        return Rows(row[0] for row in self)


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled statement: its text, how parameters go in, how rows come out."""

    text: str
    fixed: Mapping[str, Any]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """The parameters in the order of the text."""
    incoming: tuple[tuple[int, Convert], ...]
    row: Callable[[Any], Any] | None
    """Makes a named row; None when the statement has no rows."""
    outgoing: tuple[tuple[int, Convert], ...]

    def bind(self, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """The parameters as the driver wants them. KeyError when one is missing."""
        picked = self.pick({**self.fixed, **parameters} if self.fixed else parameters)
        return _converted(picked, self.incoming) if self.incoming else picked

    def rows(self, fetched: Sequence[Any], make: Callable[[Any], Any]) -> Iterator[Any]:
        return map(make, [_converted(row, self.outgoing) for row in fetched] if self.outgoing else fetched)


class PreparedConnection(Connection):
    """A connection that knows the short way for prepared statements."""

    _cursor: Any = None

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        plans = _plans.get(statement)
        if plans is None or execution_options is not None:
            return super().execute(statement, parameters, execution_options=execution_options)
        if not self.in_transaction():
            self.begin()
        cursor = self._cursor = self._cursor or self.connection.cursor()
        plan = plans.get(self.dialect.name) or _planned(plans, statement, self.dialect)
        many = type(parameters) is list
        bound = [plan.bind(row) for row in parameters] if many else plan.bind(parameters or {})
        try:
            (cursor.executemany if many else cursor.execute)(plan.text, bound)
            fetched = cursor.fetchall() if plan.row is not None else ()
        except self.dialect.loaded_dbapi.Error as error:
            self._cursor = None
            # The ordinary way's own ending: SQLAlchemy's error classes, and a lost connection leaves the pool.
            self._handle_dbapi_exception(error, plan.text, bound, None, None)
        return Written(cursor.rowcount) if plan.row is None else Rows(plan.rows(fetched, plan.row))


def _converted(values: Sequence[Any], converts: tuple[tuple[int, Convert], ...]) -> list[Any]:
    changed = list(values)
    for position, convert in converts:
        changed[position] = convert(changed[position])
    return changed


def _planned(plans: dict[str, Plan], statement: Any, dialect: Dialect) -> Plan:
    compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
    names = compiled.positiontup or []
    binds = {compiled.bind_names[bind]: bind for bind in compiled.bind_names}
    columns = tuple(statement.exported_columns)
    plan = plans[dialect.name] = Plan(
        compiled.string, {name: bind.value for name, bind in binds.items() if not bind.required}, _in_order(names),
        _converts(binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names),
        _named([column.key for column in columns]) if columns else None,
        _converts(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns))
    return plan


def _converts(processors: Iterator[Convert | None]) -> tuple[tuple[int, Convert], ...]:
    return tuple((position, convert) for position, convert in enumerate(processors) if convert is not None)


def _in_order(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if not names:
        return lambda values: ()
    if len(names) == 1:
        [name] = names
        return lambda values: (values[name],)
    return itemgetter(*names)


def _named(names: list[str]) -> Callable[[Any], Any]:
    made: Any = namedtuple("Row", names)  # type: ignore[misc]
    return cast("Callable[[Any], Any]", made._make)
