"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy spends some 40 µs of every execution on what never changes for a statement of ours, and a completion
runs two dozen of them. `prepare` marks a statement that is built once and whose text depends on the names of its
parameters only (no IN lists); a PreparedConnection runs it without that, in the same transaction, and answers
with rows that have the columns' names. Everything else goes the ordinary way. What a statement means it does not know.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Marked = TypeVar("Marked", bound=Executable)
Convert = Callable[[Any], Any]
Shape = tuple[str, tuple[str, ...]]
"""The dialect, and the names of the parameters in the order they come."""

_plans: dict[Any, dict[Shape, Plan]] = {}


def prepare(statement: Marked) -> Marked:
    """Mark a statement that lives as long as the program."""
    _plans[statement] = {}
    return statement


@dataclass(frozen=True, slots=True)
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
    incoming: tuple[tuple[str, Convert], ...]
    pick: Callable[[Mapping[str, Any]], Any]
    row: Callable[[Any], Any] | None
    """Makes a named row; None when the statement has no rows."""
    outgoing: tuple[tuple[int, Convert], ...]

    def bind(self, parameters: Mapping[str, Any]) -> Any:
        """The parameters as the driver wants them: in order, or by name."""
        if not self.fixed and not self.incoming:
            return self.pick(parameters)
        values = {**self.fixed, **parameters}
        for name, convert in self.incoming:
            values[name] = convert(values[name])
        return self.pick(values)

    def rows(self, fetched: Sequence[Any], make: Callable[[Any], Any]) -> Iterator[Any]:
        if not self.outgoing:
            return map(make, fetched)
        rows = [list(row) for row in fetched]
        for row in rows:
            for position, convert in self.outgoing:
                row[position] = convert(row[position])
        return map(make, rows)


class PreparedConnection(Connection):
    """A connection that knows the short way for prepared statements."""

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        plans = _plans.get(statement)
        if plans is None or execution_options is not None:
            return super().execute(statement, parameters, execution_options=execution_options)
        if not self.in_transaction():
            self.begin()
        many = isinstance(parameters, list)
        plan = _plan(plans, statement, self.dialect, (parameters[0] if many else parameters) or {})
        cursor = self.connection.cursor()
        bound = [plan.bind(row) for row in parameters] if many else plan.bind(parameters or {})
        try:
            (cursor.executemany if many else cursor.execute)(plan.text, bound)
            fetched = cursor.fetchall() if plan.row is not None else []
        except self.dialect.loaded_dbapi.Error as error:
            # The ordinary way's own ending: SQLAlchemy's error classes, and a lost connection leaves the pool.
            self._handle_dbapi_exception(error, plan.text, bound, None, None)
        return Written(cursor.rowcount) if plan.row is None else Rows(plan.rows(fetched, plan.row))


def _plan(plans: dict[Shape, Plan], statement: Any, dialect: Dialect, parameters: Mapping[str, Any]) -> Plan:
    shape = dialect.name, tuple(parameters)
    plan = plans.get(shape)
    if plan is None:
        plan = plans[shape] = _compiled(statement, dialect, shape[1])
    return plan


def _compiled(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> Plan:
    # An insert has the columns it is given; an update or select has its parameters written into it.
    column_keys = list(names) if isinstance(statement, Insert) else None
    compiled = cast("SQLCompiler", statement.compile(dialect=dialect, column_keys=column_keys))
    binds = {compiled.bind_names[bind]: bind for bind in compiled.bind_names}
    incoming = tuple((name, convert) for name, bind in binds.items()
                     if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None)
    fixed = {name: bind.value for name, bind in binds.items() if name not in names and not bind.required}
    order = compiled.positiontup
    columns = tuple(statement.exported_columns)
    outgoing = tuple((position, convert) for position, column in enumerate(columns)
                     if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None)
    return Plan(compiled.string, fixed, incoming, _in_order(order) if order is not None else _by_name(tuple(binds)),
                _named([column.key for column in columns]) if columns else None, outgoing)


def _in_order(names: list[str]) -> Callable[[Mapping[str, Any]], Any]:
    if len(names) < 2:
        return lambda values: tuple(values[name] for name in names)
    return itemgetter(*names)


def _by_name(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: {name: values[name] for name in names}


def _named(names: list[str]) -> Callable[[Any], Any]:
    made: Any = namedtuple("Row", names)  # type: ignore[misc]
    return cast("Callable[[Any], Any]", made._make)
