"""A tree into a closure: each node becomes one small function over a frame.

A frame is a list: the context, the run, then one slot per bound name. Closures only compute; names are
resolved, literals folded and depth bounded here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import operators, tree
from engine.feel.access import Closure, constant, context_path_reader, name_reader, path_reader, run_of
from engine.feel.calls import compile_call, compile_function
from engine.feel.errors import FeelSyntaxError
from engine.feel.instances import is_instance
from engine.feel.kinds import Exclusion, Range, kind
from engine.feel.loops import compile_filter, compile_for, compile_quantified
from engine.feel.scope import Frame, Scopes
from engine.feel.sizes import HOLDERS

MAX_DEPTH = 100


class Compiler:
    """Turns nodes of one expression into closures that share one set of scopes."""

    def __init__(self) -> None:
        self.scopes = Scopes()
        self.nodes = 0
        self._depth = 0

    def compile(self, node: tree.Node) -> Closure:
        self.nodes += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FeelSyntaxError("表达式嵌套过深", "The expression is nested too deeply", node.at)
        closure = _METHODS[type(node)](self, node)
        self._depth -= 1
        return closure

    def all(self, nodes: tuple[tree.Node, ...]) -> list[Closure]:
        return [self.compile(node) for node in nodes]


def _literal(compiler: Compiler, node: tree.Literal) -> Closure:
    return constant(node.value)


def _name(compiler: Compiler, node: tree.Name) -> Closure:
    binding = compiler.scopes.find(node.name)
    compiler.scopes.note(binding, (node.name,))
    return name_reader(binding, node.name)


def _path(compiler: Compiler, node: tree.Path) -> Closure:
    keys: list[str] = []
    target: tree.Node = node
    while isinstance(target, tree.Path):
        keys.append(target.name)
        target = target.target
    keys.reverse()
    if isinstance(target, tree.Name):
        binding = compiler.scopes.find(target.name)
        compiler.scopes.note(binding, (target.name, *keys))
        if binding.slot is None and not binding.items:
            return context_path_reader(target.name, tuple(keys))
        return path_reader(name_reader(binding, target.name), tuple(keys))
    return path_reader(compiler.compile(target), tuple(keys))


def _negate(compiler: Compiler, node: tree.Negate) -> Closure:
    operand = compiler.compile(node.operand)
    if isinstance(node.operand, tree.Literal):
        return constant(operators.negate(node.operand.value))
    return lambda frame: operators.negate(operand(frame))


def _chain(compiler: Compiler, node: tree.Chain) -> Closure:
    first = compiler.compile(node.first)
    rest = [(sign, compiler.compile(operand)) for sign, operand in node.rest]
    arithmetic = operators.arithmetic
    if len(rest) == 1:
        sign, second = rest[0]

        def once(frame: Frame) -> object:
            value = arithmetic(sign, first(frame), second(frame))
            return run_of(frame).weigh(value) if type(value) is str else value

        return once

    def run(frame: Frame) -> object:
        value = first(frame)
        for sign, operand in rest:
            value = arithmetic(sign, value, operand(frame))
            if type(value) is str:
                run_of(frame).weigh(value)
        return value

    return run


def _junction(compiler: Compiler, node: tree.Junction) -> Closure:
    decisive = node.operator == "or"
    operands = compiler.all(node.operands)

    def run(frame: Frame) -> object:
        unknown = False
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                unknown = True
        return None if unknown else not decisive

    return run


def _compare(compiler: Compiler, node: tree.Compare) -> Closure:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if node.operator in ("=", "!="):
        return _equality(left, right, wanted=node.operator == "=")
    sign, compare = node.operator, operators.compare
    quick = getattr(Decimal, {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}[sign])

    def run(frame: Frame) -> object:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return quick(a, b)
        return compare(sign, a, b)

    return run


def _equality(left: Closure, right: Closure, *, wanted: bool) -> Closure:
    equal = operators.equal

    def run(frame: Frame) -> object:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and (type(a) is str or type(a) is bool or type(a) is Decimal):
            return (a == b) is wanted
        same = equal(_weighed(frame, a), _weighed(frame, b))
        return None if same is None else same is wanted

    return run


def _weighed(frame: Frame, value: object) -> object:
    """The value, paid for if whoever looks at it goes through all that it holds."""
    return run_of(frame).weigh(value) if type(value) in HOLDERS else value


def _between(compiler: Compiler, node: tree.Between) -> Closure:
    value, low, high = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high)

    def run(frame: Frame) -> object:
        subject = value(frame)
        return operators.both(operators.compare(">=", subject, low(frame)), operators.compare("<=", subject, high(frame)))

    return run


def _test(compiler: Compiler, node: tree.Test) -> Closure:
    operand, sign = compiler.compile(node.operand), node.operator

    def run(frame: Frame) -> object:
        end = _weighed(frame, operand(frame))
        if sign == "=":
            return Range(end, end)
        if sign == "!=":
            return Exclusion(end)
        if sign in ("<", "<="):
            return Range(None, end, False, sign == "<=", "start")
        return Range(end, None, sign == ">=", False, "end")

    return run


def _in(compiler: Compiler, node: tree.In) -> Closure:
    value = compiler.compile(node.value)
    tests = [_matcher(compiler, test) for test in node.tests]
    if not tests:
        return constant(True)

    def run(frame: Frame) -> object:
        subject = _weighed(frame, value(frame))
        answer: bool | None = False
        for test in tests:
            found = test(frame, subject)
            if found is True:
                return True
            answer = None if found is None else answer
        return answer

    return run


def _matcher(compiler: Compiler, test: tree.Node) -> Callable[[Frame, object], bool | None]:
    if isinstance(test, tree.Test) and test.operator in ("=", "!="):
        operand, wanted = compiler.compile(test.operand), test.operator == "="

        def against(frame: Frame, subject: object) -> bool | None:
            same = operators.equal(subject, _weighed(frame, operand(frame)))
            return None if same is None else same is wanted

        return against
    closure = compiler.compile(test)
    return lambda frame, subject: matches(subject, _weighed(frame, closure(frame)))


def matches(subject: object, test: object) -> bool | None:
    """Whether a value passes what a test came to: a range, a list of candidates, or a value."""
    if isinstance(test, Range | Exclusion):
        if isinstance(subject, Range):
            return operators.equal(subject, test)
        return operators.contains(test, subject)
    if isinstance(test, list):
        if isinstance(subject, list) and operators.equal(subject, test):
            return True
        found = [matches(subject, item) if not isinstance(item, list) else operators.equal(subject, item)
                 for item in test]
        return True in found
    return operators.equal(subject, test)


def _interval(compiler: Compiler, node: tree.Interval) -> Closure:
    low, high = compiler.compile(node.start), compiler.compile(node.end)

    def run(frame: Frame) -> object:
        start, end = low(frame), high(frame)
        sort = kind(start if start is not None else end)
        if sort in _UNORDERED or (start is not None and end is not None and kind(end) != sort):
            return None
        return Range(start, end, node.start_included, node.end_included)

    return run


_UNORDERED = frozenset({"list", "context", "range", "function"})


def _if(compiler: Compiler, node: tree.If) -> Closure:
    condition, then, otherwise = compiler.all((node.condition, node.then, node.otherwise))
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


def _instance_of(compiler: Compiler, node: tree.InstanceOf) -> Closure:
    value, wanted = compiler.compile(node.value), node.type
    return lambda frame: is_instance(_weighed(frame, value(frame)), wanted)


def _list(compiler: Compiler, node: tree.ListOf) -> Closure:
    items = compiler.all(node.items)
    return lambda frame: [item(frame) for item in items]


def _context(compiler: Compiler, node: tree.ContextOf) -> Closure:
    entries = []
    for key, value in node.entries:
        closure = compiler.compile(value)
        entries.append((key, compiler.scopes.bind(key), closure))
    compiler.scopes.release(len(entries))
    if len({key for key, _, _ in entries}) < len(entries):
        return constant(None)

    def run(frame: Frame) -> object:
        built = {}
        for key, slot, closure in entries:
            built[key] = frame[slot] = closure(frame)
        return built

    return run


_METHODS: dict[type[tree.Node], Callable[..., Closure]] = {
    tree.Literal: _literal, tree.Name: _name, tree.Path: _path, tree.Negate: _negate, tree.Chain: _chain,
    tree.Junction: _junction, tree.Compare: _compare, tree.Between: _between, tree.Test: _test, tree.In: _in,
    tree.Interval: _interval, tree.If: _if, tree.InstanceOf: _instance_of, tree.ListOf: _list,
    tree.ContextOf: _context, tree.Filter: compile_filter, tree.For: compile_for,
    tree.Quantified: compile_quantified, tree.Call: compile_call, tree.FunctionOf: compile_function,
}
