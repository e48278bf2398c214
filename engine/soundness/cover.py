"""A choice without a default must cover everything that can be: shown by asking its conditions about every value.

The evaluator itself answers, so this cannot disagree with it. Where values are not finite, nothing is proven.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import cast

from engine.definition.bundle import Bundle
from engine.definition.model import EXTRA_NAMES
from engine.definition.problems import Problems
from engine.feel import Compiled, FeelBudgetExceeded, FeelSyntaxError, compile_expression, tree
from engine.soundness.chart import Chart, Element
from engine.soundness.dataflow import Knowledge
from engine.soundness.domains import Domains, Path
from engine.soundness.facts import may_change_by_itself

MOST = 4_096
"""Combinations of values that are tried; more are not proven."""
_HINT = ("最后加一个只有 `then` 的分支", "End it with a case that has only `then`")


def check_cover(bundle: Bundle, chart: Chart, knowledge: Knowledge, problems: Problems) -> None:
    """Every choice has a default, or its conditions cover every value."""
    is_drawing = bundle.definition.drawing is not None
    for element in chart.elements.values():
        arrows = chart.out_of[element.id]
        if (element.kind in ("exclusiveGateway", "inclusiveGateway") and arrows
                and all(arrow.condition is not None for arrow in arrows)):
            conditions = _compiled([arrow.condition or "" for arrow in arrows])
            _check(element, conditions, Domains(bundle, knowledge, element.id), problems, is_drawing=is_drawing)


def _compiled(texts: Sequence[str]) -> list[Compiled]:
    """Conditions as far as they can be read; the reader has told the others."""
    found = []
    for text in texts:
        try:
            found.append(compile_expression(text, names=EXTRA_NAMES))
        except FeelSyntaxError:
            continue
    return found


def _check(element: Element, conditions: Sequence[Compiled], domains: Domains, problems: Problems, *, is_drawing: bool) -> None:
    if any(isinstance(each.tree, tree.Literal) and each.tree.value is True for each in conditions):
        return      # a branch of a fork that is always gone
    paths = sorted({path for each in conditions for path in each.paths})
    values = None
    if not any(may_change_by_itself(each.tree) for each in conditions):
        values = domains.of(paths, [each.tree for each in conditions])
    if values is None or prod(map(len, values.values())) > MOST:
        problems.add(element.place, "no-default", zh=f"“{element.title}”缺少其余情况",
                     en=f"The switch {element.title!r} has no default", hint=_HINT, severity="warning" if is_drawing else "error")
        return
    missed = next(_missed(conditions, values), None)
    if missed is not None:
        shown = "、".join(f"{'.'.join(path)} = {_said(value)}" for path, value in missed.items())
        problems.add(element.place, "no-default", zh=f"“{element.title}”缺少其余情况：{shown} 时没有一个分支成立",
                     en=f"The switch {element.title!r} has no default, and no case for {shown}", hint=_HINT)


def _missed(conditions: Sequence[Compiled], values: Mapping[Path, Sequence[object]]) -> Iterator[Mapping[Path, object]]:
    """Combinations of values for which no condition is true, or one before it is null."""
    for chosen in product(*values.values()):
        combination = dict(zip(values, chosen, strict=True))
        context: dict[str, object] = {}
        for path, value in combination.items():
            if len(path) > 1:
                cast("dict[str, object]", context.setdefault(path[0], {}))[path[1]] = value
            else:
                context[path[0]] = value
        if not _is_decided(conditions, context):
            yield combination


def _is_decided(conditions: Sequence[Compiled], context: Mapping[str, object]) -> bool:
    for condition in conditions:
        try:
            answer = condition.evaluate(context)
        except FeelBudgetExceeded:
            return False
        if answer is not False:
            return answer is True
    return False


def _said(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

