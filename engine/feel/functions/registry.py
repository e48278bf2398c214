"""How a built-in function is declared and called: `substring(string: string, start position: number) -> string`.

Binds positional and named arguments, converts each to the type asked for (a list of one stands for its item,
an item for a list of one, a day for its midnight), and makes null of what cannot be answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from engine.feel.errors import NoValue
from engine.feel.kinds import Exclusion, kind

Implementation = Callable[..., object]
Bound = Callable[[list[object]], object]
_PARAMETER = re.compile(r"(\[?)([a-z0-9 ]+?|newItem)(\*|\.\.\.)?: ([a-z |]+?)(\??)\]?$")
_SORTS = {
    "day": {"date", "date and time"}, "span": {"days and time duration", "years and months duration"},
    "moment": {"date and time"}, "scalar": {"number", "days and time duration", "years and months duration"},
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`many` is "*" where one list may stand for all of them, "..." where each value is its own."""

    name: str
    sorts: frozenset[str]
    optional: bool
    nullable: bool
    many: str

    def convert(self, value: object) -> object:
        if "any" in self.sorts or (value is None and self.nullable):
            return value
        sort = kind(value)
        if sort in self.sorts and not isinstance(value, Exclusion):     # a range without ends
            return value
        if "list" in self.sorts and value is not None:
            return [value]
        if sort == "list" and isinstance(value, list) and len(value) == 1 and kind(value[0]) in self.sorts:
            return value[0]
        raise NoValue


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    gives: str
    """A type as FEEL writes it; `argument` is the first argument's type, `item` that of what it holds."""
    run: Implementation

    def written(self, name: str) -> str:
        """How a call of this form looks, with the names of the parameters."""
        parts = [f"[{item.name}]" if item.optional else item.name for item in self.parameters]
        return f"{name}({', '.join(parts)})"

    def places(self, count: int, names: tuple[str, ...]) -> list[int] | None:
        """For each argument the parameter it goes to; None if this is not the way it is called."""
        required = {index for index, parameter in enumerate(self.parameters) if not parameter.optional}
        if names:
            known = [parameter.name for parameter in self.parameters]
            if len(set(names)) < len(names) or not set(names) <= set(known):
                return None
            places = [known.index(name) for name in names]
        else:
            last = len(self.parameters) - 1
            if count > len(self.parameters) and not (self.parameters and self.parameters[last].many):
                return None
            places = [min(index, last) for index in range(count)]
        return places if required <= set(places) else None

    def call(self, places: list[int], values: list[object], *, named: bool) -> object:
        arguments: list[object] = [None] * len(self.parameters)
        gathered: list[object] = []
        for place, value in zip(places, values, strict=True):
            if self.parameters[place].many:
                gathered.append(value)
            else:
                arguments[place] = self.parameters[place].convert(value)
        if self.parameters and self.parameters[-1].many:
            arguments[-1] = _gather(self.parameters[-1], gathered, named=named)
        return self.run(*arguments)


def _gather(parameter: Parameter, values: list[object], *, named: bool) -> list[object]:
    if parameter.many == "*" and len(values) == 1:
        if values[0] is None:
            raise NoValue
        return values[0] if isinstance(values[0], list) else values
    if named and parameter.many == "...":
        values = values[0] if isinstance(values[0], list) else values
    return [parameter.convert(value) for value in values]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A function with all the ways to call it."""

    name: str
    signatures: tuple[Signature, ...]

    def bind(self, count: int, names: tuple[str, ...]) -> Bound | None:
        """The function for calls with so many, or so named, arguments; None if it has no such form."""
        forms = self.forms(count, names)
        return _guarded(forms, named=bool(names)) if forms else None

    def forms(self, count: int, names: tuple[str, ...]) -> list[tuple[Signature, list[int]]]:
        """The ways to call it with such arguments, each with the parameter that every argument goes to."""
        found = [(signature, signature.places(count, names)) for signature in self.signatures]
        return [(signature, places) for signature, places in found if places is not None]


def _guarded(forms: list[tuple[Signature, list[int]]], *, named: bool) -> Bound:
    def run(values: list[object]) -> object:
        for signature, places in forms:
            try:
                answer = signature.call(places, values, named=named)
            except (NoValue, DecimalException, ValueError, OverflowError, ZeroDivisionError):
                continue
            return Decimal(answer) if type(answer) is int else answer
        return None

    return run


class Declarations:
    """Collects the functions of one module."""

    def __init__(self) -> None:
        self._signatures: dict[str, list[Signature]] = {}

    def __call__(self, header: str) -> Callable[[Implementation], Implementation]:
        """Declares the decorated function under the name and parameters of the header."""
        call, _, gives = header.rpartition(" -> ")
        name, _, rest = call.rstrip(")").partition("(")
        parameters = tuple(_parameter(part) for part in rest.split(", ") if part)

        def declare(run: Implementation) -> Implementation:
            self._signatures.setdefault(name, []).append(Signature(parameters, gives, run))
            return run

        return declare

    def built(self) -> Iterator[BuiltIn]:
        for name, signatures in self._signatures.items():
            yield BuiltIn(name, tuple(signatures))


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.match(text)
    assert match, text
    optional, name, many, sorts, nullable = match.groups()
    accepted: set[str] = set()
    for sort in sorts.split("|"):
        accepted |= _SORTS.get(sort, {sort})
    return Parameter(name, frozenset(accepted), bool(optional), bool(nullable), many or "")
