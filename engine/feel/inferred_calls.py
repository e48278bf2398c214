"""Types of calls: built-in functions by their declarations, functions of the expression, functions handed in.

The counterpart of calls.py before anything is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel import clashes, tree, types
from engine.feel.calls import CLOCK, PATTERNED
from engine.feel.errors import FeelBudgetExceeded, NoValue
from engine.feel.functions import BUILT_IN
from engine.feel.functions.registry import BuiltIn, Parameter, Signature
from engine.feel.inferring import Inferring
from engine.feel.kinds import kind
from engine.feel.regex import compile_pattern
from engine.feel.types import ANY, DATE, MOMENT, Type

_CLOCK = {"now": MOMENT, "today": DATE}
_HELD = {"sum": ("number", "days and time duration", "years and months duration"),
         "mean": ("number", "days and time duration", "years and months duration"),
         "product": ("number",), "median": ("number",), "stddev": ("number",), "mode": ("number",),
         "all": ("boolean",), "any": ("boolean",)}
"""What the items of a list must be for functions that make one value of them."""
SHORT = 200
Form = tuple[Signature, list[int]]


def infer_call(walk: Inferring, node: tree.Call) -> Type:
    arguments = [walk.of(argument) for argument in node.arguments]
    if not isinstance(node.target, tree.Name) or walk.is_bound(node.target.name):
        return _invoked(walk, node, walk.of(node.target))
    name = node.target.name
    if name in CLOCK:
        if arguments:
            walk.note(clashes.no_such_call(node.at, name, (f"{name}()",)))
        return _CLOCK[name]
    if name in BUILT_IN:
        return _built_in(walk, BUILT_IN[name], node, arguments)
    if name in walk.functions:
        return walk.functions[name]([part.value if isinstance(part, tree.Literal) else None for part in node.arguments])
    return _invoked(walk, node, walk.variables.get(name, ANY))


def _invoked(walk: Inferring, node: tree.Call, target: Type) -> Type:
    if types.is_known(target) and target.name != "function":
        walk.note(clashes.no_function(node.at, target))
    return types.result_of(target)


def _built_in(walk: Inferring, function: BuiltIn, node: tree.Call, arguments: list[Type]) -> Type:
    forms = function.forms(len(arguments), node.names)
    if not forms:
        walk.note(clashes.no_such_call(node.at, function.name, tuple(form.written(function.name)
                                                                     for form in function.signatures)))
        return ANY
    fitting = [form for form in forms if _misfit(form, arguments) is None]
    if not fitting:
        _note_misfit(walk, function, forms, node, arguments)
        return ANY
    if _note_items(walk, function, node, arguments):
        return ANY
    if _is_written_out(node) and walk.may_compute():
        return _answered(walk, function, node)
    _check_pattern(walk, function, node)
    return types.join(_given(form, arguments) for form in fitting)


def _misfit(form: Form, arguments: Sequence[Type]) -> int | None:
    """The first argument that the form cannot take."""
    signature, places = form
    return next((index for index, (place, found) in enumerate(zip(places, arguments, strict=True))
                 if not _takes(signature.parameters[place], found)), None)


def _takes(parameter: Parameter, found: Type) -> bool:
    """Whether a parameter may get a value of the type, as `Parameter.convert` would have it."""
    if not types.is_known(found) or parameter.sorts & {"any", "list"} or found.name in parameter.sorts:
        return True
    item = types.item_of(found)
    return found.name == "list" and (not types.is_known(item) or item.name in parameter.sorts)


def _note_misfit(walk: Inferring, function: BuiltIn, forms: list[Form], node: tree.Call, arguments: list[Type]) -> None:
    """The form that gets furthest is the one that was meant."""
    (signature, places), index = max(((form, _misfit(form, arguments) or 0) for form in forms), key=lambda pair: pair[1])
    wanted = tuple(sorted(signature.parameters[places[index]].sorts))
    walk.note(clashes.wrong_argument(node.arguments[index].at, function.name, index + 1, wanted, arguments[index]))


def _note_items(walk: Inferring, function: BuiltIn, node: tree.Call, arguments: list[Type]) -> bool:
    """Notes items that the function cannot make one value of."""
    held, wanted = _held(arguments), _HELD.get(function.name, ())
    wrong = bool(wanted) and types.is_known(held) and held.name not in wanted
    if wrong:
        walk.note(clashes.wrong_argument(node.arguments[0].at, function.name, 1, wanted, held))
    return wrong


def _held(arguments: Sequence[Type]) -> Type:
    """What the items of the only list are, or the arguments themselves."""
    return types.items_of(arguments[0]) if len(arguments) == 1 else types.join(arguments)


def _given(form: Form, arguments: Sequence[Type]) -> Type:
    """The type of a result as the function's declaration says."""
    signature, places = form
    if signature.gives == "item":
        return _held(arguments)
    if signature.gives == "argument":
        first = arguments[places.index(0)]
        held = types.items_of(first)
        return types.list_type(held) if "list" in signature.parameters[0].sorts else held
    return types.type_of(signature.gives)


def _is_written_out(node: tree.Call) -> bool:
    """Whether all arguments are literals, and short ones: what is computed while somebody types must cost nothing."""
    return bool(node.arguments) and all(isinstance(part, tree.Literal) and part.value is not None
                                        and len(str(part.value)) <= SHORT for part in node.arguments)


def _answered(walk: Inferring, function: BuiltIn, node: tree.Call) -> Type:
    """The type of what a call on literals comes to; it is computed."""
    bound = function.bind(len(node.arguments), node.names)
    try:
        answer = bound([part.value for part in node.arguments if isinstance(part, tree.Literal)]) if bound else None
    except FeelBudgetExceeded:
        return ANY
    if answer is None:
        walk.note(clashes.no_answer(node.at, function.name))
        return ANY
    return ANY if isinstance(answer, list | dict) else Type(kind(answer))


def _check_pattern(walk: Inferring, function: BuiltIn, node: tree.Call) -> None:
    pattern = node.arguments[1] if function.name in PATTERNED and not node.names else None
    if isinstance(pattern, tree.Literal) and isinstance(pattern.value, str):
        try:
            compile_pattern(pattern.value, "", 0)
        except NoValue:
            walk.note(clashes.bad_pattern(pattern.at, function.name))
