"""Whether a value belongs to a type, and the conversions FEEL makes silently.

Knows the built-in types; a type of somebody else's has no answer.
"""

from __future__ import annotations

from engine.feel.kinds import Function, Range, kind
from engine.feel.tree import TypeName

SIMPLE = frozenset({"number", "string", "boolean", "date", "time", "date and time", "days and time duration",
                    "years and months duration"})
ANYTHING = TypeName("Any")


def is_instance(value: object, wanted: TypeName) -> bool | None:
    """`value instance of wanted`; null for a type nobody knows. Null belongs to no type."""
    if find_unknown(wanted) is not None:
        return None
    return False if value is None else conforms(value, wanted)


def find_unknown(wanted: TypeName) -> str | None:
    """The name of a type, in or within this one, that nobody knows."""
    if not known(wanted):
        return wanted.name
    return next((found for _, part in wanted.parts if (found := find_unknown(part)) is not None), None)


def known(wanted: TypeName) -> bool:
    return wanted.name in SIMPLE or wanted.name in ("Any", "Null", "list", "context", "range", "function")


def conforms(value: object, wanted: TypeName) -> bool | None:
    """Whether the value may stand where the type is asked for; null conforms to everything within."""
    name = wanted.name
    if not known(wanted):
        return None
    if name == "Any":
        return True
    if name in SIMPLE or name == "Null":
        return kind(value) == name
    if isinstance(value, list):
        return name == "list" and all(item is None or conforms(item, part) for _, part in wanted.parts for item in value)
    if isinstance(value, dict):
        return name == "context" and all(key in value and (value[key] is None or bool(conforms(value[key], part)))
                                         for key, part in wanted.parts)
    if isinstance(value, Range):
        ends = [end for end in (value.start, value.end) if end is not None]
        return name == "range" and all(conforms(end, part) for _, part in wanted.parts for end in ends)
    return isinstance(value, Function) and name == "function" and _accepts(value, wanted)


def _accepts(function: Function, wanted: TypeName) -> bool:
    """Whether the function takes what the type says it is given; what it gives is only known when it runs."""
    parameters = [part for label, part in wanted.parts if label != "->"]
    if not wanted.parts:
        return True
    return len(parameters) == len(function.parameters) and all(
        declared is None or declared in (ANYTHING, given)
        for declared, given in zip(function.declared, parameters, strict=False))


def coerce(value: object, wanted: TypeName) -> object:
    """The value as the type wants it (a list of one as its item, and back); null where it cannot be."""
    if value is None or not known(wanted) or conforms(value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and wanted.name != "list" and conforms(value[0], wanted):
        return value[0]
    if wanted.name == "list" and not isinstance(value, list) and conforms([value], wanted):
        return [value]
    return None
