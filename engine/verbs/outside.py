"""What expressions of an instance may name beside its variables: parameters, `instance`, and the functions of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from engine.definition.model import Definition
from engine.store import instance_rows, register_rows
from engine.store.unit import UnitOfWork
from engine.worktime.due import working_days_after
from engine.worktime.limit import Limit


def base_scope(definition: Definition, row: instance_rows.AnyRow | None = None) -> dict[str, object]:
    """What expressions may name beside variables: parameters, and `instance`.

    A variable that nobody wrote yet is simply absent, which FEEL reads as null.
    """
    scope: dict[str, object] = {name: parameter_value(value) for name, value in definition.parameter_values().items()}
    if row is not None:
        scope["instance"] = {"number": row.number, "started_at": row.started_at, "outcome": row.outcome}
    return scope


def parameter_value(value: Limit | Decimal | str) -> object:
    """A parameter as FEEL sees it: elapsed limits are durations, other limits their Chinese text."""
    if isinstance(value, Limit):
        if value.is_elapsed:
            return timedelta(**{value.unit: value.amount})
        return value.zh
    return value


def engine_functions(unit: UnitOfWork) -> Mapping[str, Callable[..., object]]:
    """The functions a definition may call beside FEEL's own."""
    return {
        "entry": lambda register, key: register_rows.find_entry(unit.connection, str(register), str(key)),
        "entries": lambda register: register_rows.entries_of(unit.connection, str(register)),
        "working days after": lambda base, days: working_days_after(base, int(days), unit.means.calendar),
    }
