"""A definition as an outline: maps, lists and scalars that know whether they are words of YAML or texts of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.definition.model import Expression, Named, NamedLimit, Value
from engine.worktime.limit import Limit


@dataclass(frozen=True, slots=True)
class Plain:
    """What YAML must not take for a text: a number, true, a limit, a word of the language."""

    text: str


Tree = Mapping[str, "Tree"] | list["Tree"] | Plain | str
"""A map keeps its order; a str is a text of people and is quoted where it has to be."""
Entries = dict[str, Tree]


def entries(**given: Tree | None) -> Entries:
    """A map without what is not said; a trailing underscore is left out of a key, as in `do_`."""
    return {key.rstrip("_"): value for key, value in given.items() if value not in (None, "", [], {})}


def yes(said: bool) -> Tree | None:  # noqa: FBT001 - a value of the model, not a choice of behaviour
    return Plain("true") if said else None


def formula(expression: Expression | None) -> Tree | None:
    return f"={expression.text}" if expression is not None else None


def either(text: str | Expression) -> Tree:
    return f"={text.text}" if isinstance(text, Expression) else text


def limit(given: Limit | None) -> Tree | None:
    """A limit as its parameter's name where it was written so."""
    if isinstance(given, NamedLimit):
        return Plain(given.parameter)
    return Plain(given.en) if given is not None else None


def few(items: Iterable[Tree]) -> Tree | None:
    """A list; one item alone stands without brackets."""
    found = list(items)
    return found[0] if len(found) == 1 else found or None


def words(names: Iterable[str]) -> Tree | None:
    return few(list(names))


def value(given: Value) -> Tree:
    if isinstance(given, Expression):
        return f"={given.text}"
    if isinstance(given, tuple):
        return [value(item) for item in given]
    if given is None:
        return Plain("null")
    if isinstance(given, bool):
        return Plain("true" if given else "false")
    return Plain(format(given, "f")) if isinstance(given, Decimal) else given


def named(values: Named) -> Tree | None:
    return {name: value(each) for name, each in values} or None
