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

_prepared: set[Any] = set()


def prepare(statement: Marked) -> Marked:
    """Mark a statement that lives as long as the program."""
    _prepared.add(statement)
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
    bind: Callable[[Mapping[str, Any]], Sequence[Any]]
    """The parameters as the driver wants them. KeyError when one is missing."""
    row: Callable[[Any], Any] | None
    """Makes a named row; None when the statement has no rows."""


class PreparedConnection(Connection):
    """A connection that knows the short way for prepared statements."""

    plans: dict[Any, Plan]
    """Of this dialect; every engine has a class of its own, see `quick_class`."""
    driver_error: type[Exception]
    _cursor: Any = None

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        plan = self.plans.get(statement)
        if plan is None or execution_options is not None:
            if statement not in _prepared or execution_options is not None:
                return super().execute(statement, parameters, execution_options=execution_options)
            plan = self.plans[statement] = _planned(statement, self.dialect)
        if self._transaction is None:
            self.begin()
        cursor = self._cursor
        if cursor is None:
            cursor = self._cursor = self.connection.cursor()
        try:
            if type(parameters) is list:
                bound: Any = list(map(plan.bind, parameters))
                cursor.executemany(plan.text, bound)
            else:
                bound = plan.bind(parameters or {})
                cursor.execute(plan.text, bound)
            if plan.row is None:
                return Written(cursor.rowcount)
            return Rows(map(plan.row, cursor.fetchall()))
        except self.driver_error as error:
            self._cursor = None
            # The ordinary way's own ending: SQLAlchemy's error classes, and a lost connection leaves the pool.
            return self._handle_dbapi_exception(error, plan.text, bound, None, None)


def quick_class(dialect: Dialect) -> type[PreparedConnection]:
    """The class of the connections of one engine."""
    return type("PreparedConnection", (PreparedConnection,), {"plans": {}, "driver_error": dialect.loaded_dbapi.Error})


def _planned(statement: Any, dialect: Dialect) -> Plan:
    compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
    names = compiled.positiontup or []
    binds = {compiled.bind_names[bind]: bind for bind in compiled.bind_names}
    fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
    incoming = _converts(binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    columns = tuple(statement.exported_columns)
    outgoing = _converts(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    return Plan(compiled.string, _binding(_in_order(names), fixed, incoming),
                _reading([column.key for column in columns], outgoing) if columns else None)


def _converts(processors: Iterator[Convert | None]) -> tuple[tuple[int, Convert], ...]:
    return tuple((position, convert) for position, convert in enumerate(processors) if convert is not None)


def _binding(pick: Callable[[Mapping[str, Any]], tuple[Any, ...]], fixed: Mapping[str, Any],
             incoming: tuple[tuple[int, Convert], ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if not fixed and not incoming:
        return pick

    def bind(parameters: Mapping[str, Any]) -> Sequence[Any]:
        values = list(pick({**fixed, **parameters} if fixed else parameters))
        for position, convert in incoming:
            if values[position] is not None:
                values[position] = convert(values[position])
        return values

    return bind


def _reading(names: list[str], outgoing: tuple[tuple[int, Convert], ...]) -> Callable[[Any], Any]:
    make: Any = cast("Any", namedtuple("Row", names))._make
    if not outgoing:
        return cast("Callable[[Any], Any]", make)

    def read(row: Sequence[Any]) -> Any:
        values = list(row)
        for position, convert in outgoing:
            if values[position] is not None:
                values[position] = convert(values[position])
        return make(values)

    return read


def _in_order(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if not names:
        return lambda values: ()
    if len(names) == 1:
        [name] = names
        return lambda values: (values[name],)
    return itemgetter(*names)
