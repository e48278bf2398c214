"""What can go wrong while tokens move, said in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, Sentence


class ExecutionFailed(EngineError):
    """The instance cannot go on at one element; `sentence` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.sentence = Sentence(zh, en)


class SnapshotInvalid(ExecutionFailed):
    """The stored tokens cannot be read with this program."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A token that could not go on: it stays at its element and is tried again by the next `settle`."""

    token_id: str
    element_id: str
    error: EngineError


def unknown_element(element_id: str) -> SnapshotInvalid:
    return SnapshotInvalid(f"这个版本的流程没有元素 {element_id}",
                           f"Expected an element {element_id}, but this version has none")


def not_boolean(element_id: str, expression: str, value: object) -> ExecutionFailed:
    shown = "null" if value is None else repr(value)
    return ExecutionFailed(f"{element_id} 的条件“{expression}”应得出 true 或 false，得到的是 {shown}",
                           f"Expected the condition '{expression}' at {element_id} to be true or false, "
                           f"but it is {shown}")


def no_way_out(element_id: str) -> ExecutionFailed:
    return ExecutionFailed(f"{element_id} 的条件都不成立，也没有默认出口",
                           f"Expected a condition at {element_id} to hold, or a default flow; neither is so")


def too_many_steps(element_id: str, limit: int) -> ExecutionFailed:
    return ExecutionFailed(f"自动步骤连续超过 {limit} 步仍未停下，停在 {element_id}",
                           f"Expected at most {limit} automatic steps in a row, but they do not end; "
                           f"stopped at {element_id}")
