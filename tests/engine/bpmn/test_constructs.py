"""The published table of constructs is what the writer does."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.constructs import Example, constructs_page, examples
from engine.bpmn.writer import write_bpmn
from engine.runtime import compile_program

PAGE = Path(__file__).parents[3] / "docs" / "constructs.md"


def test_the_page_of_constructs_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == constructs_page()


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.construct)
def test_every_construct_of_the_page_can_be_executed(example: Example) -> None:
    assert compile_program(write_bpmn(example.definition), "example").start_ids
