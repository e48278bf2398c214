"""Closures that invoke: built-in functions, functions of the expression itself, functions handed in.

A built-in name means the built-in unless the expression binds it; every call costs a step.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import tree
from engine.feel.access import Closure, Compiling, constant, run_of
from engine.feel.errors import NoValue
from engine.feel.functions import BUILT_IN
from engine.feel.functions.registry import BuiltIn
from engine.feel.instances import coerce
from engine.feel.kinds import Function, admit
from engine.feel.run import Run, cost_of
from engine.feel.scope import Frame

PATTERNED = {"matches": ("input", "pattern"), "replace": ("input", "pattern"), "split": ("string", "delimiter")}
"""Functions that hold a text against a pattern, with what they call the two."""
CLOCK: dict[str, Callable[[Run], object]] = {"now": lambda run: run.now(), "today": lambda run: run.now().date()}


def compile_call(compiler: Compiling, node: tree.Call) -> Closure:
    if isinstance(node.target, tree.Name):
        name, binding = node.target.name, compiler.scopes.find(node.target.name)
        if binding.slot is None:
            arguments = compiler.all(node.arguments)
            if name in CLOCK:
                return _clock(CLOCK[name]) if not arguments else constant(None)
            if name in BUILT_IN:
                return _built_in(BUILT_IN[name], arguments, node.names)
            compiler.scopes.calls.add(name)
            return _foreign(name, arguments, node.names)
    target = compiler.compile(node.target)
    arguments = compiler.all(node.arguments)
    return lambda frame: _invoke(target(frame), [argument(frame) for argument in arguments], node.names)


def _clock(read: Callable[[Run], object]) -> Closure:
    return lambda frame: read(run_of(frame))


def _built_in(function: BuiltIn, arguments: list[Closure], names: tuple[str, ...]) -> Closure:
    bound = function.bind(len(arguments), names)
    if bound is None:
        return constant(None)
    places = _text_and_pattern(function.name, len(arguments), names)

    def run(frame: Frame) -> object:
        purse = run_of(frame)
        purse.spend()
        values = [purse.weigh(argument(frame)) for argument in arguments]
        if places:
            purse.match(*(values[place] for place in places))
        return purse.weigh(bound(values))

    return run


def _text_and_pattern(function: str, count: int, names: tuple[str, ...]) -> tuple[int, int] | None:
    """Which arguments of a call are a text and the pattern that is held against it; None for other functions."""
    if function not in PATTERNED or count < 2:
        return None
    text, pattern = PATTERNED[function]
    return (names.index(text), names.index(pattern)) if names else (0, 1)


def _foreign(name: str, arguments: list[Closure], names: tuple[str, ...]) -> Closure:
    def run(frame: Frame) -> object:
        purse = run_of(frame)
        purse.spend()
        values = [purse.weigh(argument(frame)) for argument in arguments]
        if purse.functions is not None and name in purse.functions:
            return _hand_out(purse.functions[name], values, names)
        return _invoke(frame[0].get(name), values, names)  # type: ignore[attr-defined]

    return run


def _hand_out(function: Callable[..., object], values: list[object], names: tuple[str, ...]) -> object:
    if names:
        return admit(function(**{name.replace(" ", "_"): value for name, value in zip(names, values, strict=True)}))
    return admit(function(*values))


def _invoke(function: object, values: list[object], names: tuple[str, ...]) -> object:
    if not isinstance(function, Function):
        return None
    if names:
        given = dict(zip(names, values, strict=True))
        if set(given) != set(function.parameters):
            return None
        values = [given[name] for name in function.parameters]
    if len(values) != len(function.parameters):
        return None
    try:
        return function.invoke(values)
    except NoValue:
        return None


def compile_function(compiler: Compiling, node: tree.FunctionOf) -> Closure:
    slots = [compiler.scopes.bind(name) for name, _ in node.parameters]
    before = compiler.nodes
    body = compiler.compile(node.body)
    compiler.scopes.release(len(slots))
    cost = cost_of(compiler.nodes - before)
    names = tuple(name for name, _ in node.parameters)
    types = tuple(type_name for _, type_name in node.parameters)

    def make(frame: Frame) -> object:
        captured = list(frame)

        def invoke(values: list[object]) -> object:
            inner = list(captured)
            run = run_of(frame)
            run.spend(cost)
            for slot, type_name, value in zip(slots, types, values, strict=True):
                inner[slot] = value if type_name is None else _checked(run.weigh(value), type_name)
            run.descend()
            try:
                return body(inner)
            finally:
                run.depth -= 1

        return Function(names, invoke, types)

    return make


def _checked(value: object, wanted: tree.TypeName) -> object:
    coerced = coerce(value, wanted)
    if coerced is None and value is not None:
        raise NoValue
    return coerced
