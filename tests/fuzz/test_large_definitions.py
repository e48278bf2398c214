"""A definition five times as long takes about five times as long to check, whatever its shape."""

from __future__ import annotations

import gc
import time

import pytest

from engine.verbs.deployments import find_problems
from tests.fuzz.large import SHAPES, definition

SMALL, LARGE = 60, 300
MOST = 2.0
"""Seconds of CPU for the larger one."""
LINEAR, QUADRATIC = LARGE / SMALL, (LARGE / SMALL) ** 2


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_of_a_check_grows_with_the_definition_and_not_with_its_square(shape: str) -> None:
    small, large = _seconds(shape, SMALL), _seconds(shape, LARGE)
    assert large < MOST
    assert large / small < (LINEAR + QUADRATIC) / 2, f"{small:.3f} s for {SMALL}, {large:.3f} s for {LARGE}"


def _seconds(shape: str, size: int) -> float:
    """CPU seconds of the better of two checks."""
    main, files = definition(shape, size)
    found = []
    for _ in range(2):
        gc.collect()
        begun = time.process_time()
        problems = find_problems(main, files)
        found.append(time.process_time() - begun)
        assert not any(problem.severity == "error" for problem in problems)
    return min(found)
