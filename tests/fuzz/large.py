"""Definitions that are right and long, in shapes where something meets everything else: one way of growing each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.soundness import FILES, HEAD, MAIN

_TASK = "task: 办理, who: {role: head}, form: sheet"
_END = "  - done: {end: 办结}\n"


def _row(step: Callable[[int], str]) -> Callable[[int], str]:
    return lambda size: HEAD + "".join(f"  - s{number}: {{{step(number)}}}\n" for number in range(size)) + _END


def _choice(size: int) -> str:
    cases = "".join(f"        - {{when: =ask.people = {number}, then: s{number}}}\n" for number in range(size))
    return f"{HEAD}  - pick:\n      switch:\n{cases}        - {{then: done}}\n" + _row(lambda _: f"{_TASK}, then: done")(
        size).removeprefix(HEAD)


def _fork(size: int) -> str:
    branches = "".join(f"        b{number}: [{{s{number}: {{{_TASK}}}}}]\n" for number in range(size))
    return f"{HEAD}  - both:\n      fork:\n{branches}{_END}"


def _requests(size: int) -> str:
    return f"{HEAD}  - only: {{{_TASK}}}\n{_END}on:\n" + "".join(
        f"  - {{request: r{number}, title: 申请, who: {{role: head}}, form: sheet, repeat: true, do: [{{q{number}: {{{_TASK}}}}}]}}\n"
        for number in range(size))


SHAPES: Mapping[str, Callable[[int], str]] = {
    "ways back to the step before": _row(
        lambda number: f"{_TASK}, actions: [approve, {{return: s{max(0, number - 1)}}}], set: {{v{number}: =ask.people + 1}}"),
    "ways back to the first step": _row(lambda _: f"{_TASK}, actions: [approve, {{return: s0}}]"),
    "events that all lead to the end": _row(lambda _: f"{_TASK}, on: [{{timer: 3 working days, then: done, basis: A-1}}]"),
    "a choice of many": _choice,
    "many branches": _fork,
    "many requests": _requests,
}


def definition(shape: str, size: int) -> tuple[str, Mapping[str, str]]:
    """The main file and all files of a definition of that shape and size."""
    return MAIN, {**FILES, MAIN: SHAPES[shape](size)}
