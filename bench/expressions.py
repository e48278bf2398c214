"""What FEEL costs: compiling the expressions of a shipped process, evaluating a condition; `python -m bench.expressions`.

The baseline is Python's own compiler and its own evaluation of the same condition.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from bench.measuring import Measure, Step, by_turns
from engine.definition.draft import UsedNames
from engine.definition.model import EXTRA_NAMES
from engine.definition.reader import read_definition
from engine.feel import compile_expression, infer

PROCESS = Path("processes") / "incident.zzut.yaml"
CONDITION, IN_PYTHON = "level >= 2 and classified != true", "level >= 2 and classified is not True"
CONTEXT: Mapping[str, object] = {"level": Decimal(3), "classified": False}
TIMES = 1_000
LONG = 30
"""Characters of an expression that is more than a name."""


def measure_compiling(name: str, *, count: int, warm_up: int) -> Measure:
    """The longer expressions of a shipped process, one after the other: compiled, their types inferred; CPU per expression."""
    sources = sorted({used.expression.text for used in _used() if len(used.expression.text) >= LONG})
    return by_turns(name, _compilings(sources, count + warm_up), warm_up=warm_up)


def _used() -> tuple[UsedNames, ...]:
    return read_definition(PROCESS.read_text(encoding="utf-8"), PROCESS.name).used


def _compilings(sources: list[str], count: int) -> Iterator[tuple[Step, Step]]:
    for number in range(count):
        # The comment makes every text a new one: what was compiled before is remembered.
        text = f"{sources[number % len(sources)]} // {number}"
        yield (lambda text=text: infer(compile_expression(text, names=EXTRA_NAMES)),  # type: ignore[misc]
               lambda number=number: compile(f"{IN_PYTHON} # {number}", "", "eval"))  # type: ignore[misc]


def measure_evaluating(name: str, *, count: int, warm_up: int) -> Measure:
    """A condition of two comparisons, evaluated so many times in each turn."""
    return by_turns(name, _evaluatings(count + warm_up), warm_up=warm_up)


def _evaluatings(count: int) -> Iterator[tuple[Step, Step]]:
    ours = compile_expression(CONDITION)
    python = compile(IN_PYTHON, "", "eval")
    for _ in range(count):
        yield (lambda: [ours.evaluate(CONTEXT) for _ in range(TIMES)],
               lambda: [eval(python, {}, CONTEXT) for _ in range(TIMES)])  # noqa: S307 (our own text)


def main(count: int = 2_000) -> None:
    """Print both figures as people ask for them."""
    compiling = measure_compiling("compiling", count=count, warm_up=100)
    evaluating = measure_evaluating("evaluating", count=max(count // 10, 2), warm_up=1)
    sys.stdout.write(f"compiling and inferring an expression of {PROCESS.name}: {compiling.ours_ms:.3f} ms (median of {compiling.n})\n"
                     f"{CONDITION}: {TIMES / evaluating.ours_ms * 1000:,.0f} evaluations a second\n")


if __name__ == "__main__":
    main()
