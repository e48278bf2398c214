"""What can go wrong while tokens move, said in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, Sentence
from engine.runtime.drawn import Event

HERE = "{here}"
"""In a sentence: the element that it is about."""


class ExecutionFailed(EngineError):
    """The instance cannot go on at one element; `sentence` says why, `said_of` says it of the title of the element."""

    def __init__(self, zh: str, en: str, *, at: str = "") -> None:
        super().__init__(f"{zh} / {en}".replace(HERE, at))
        self._zh, self._en = zh, en
        self.sentence = self.said_of(at)

    def said_of(self, element: str) -> Sentence:
        return Sentence(self._zh.replace(HERE, element), self._en.replace(HERE, element))


class SnapshotInvalid(ExecutionFailed):
    """The stored tokens cannot be read with this program."""


class Thrown(EngineError):
    """Raised by hooks: the activity ends with a BPMN error of this code, for the process to catch."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.event = Event("error", code)


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
    return ExecutionFailed(f"{HERE} 的条件“{expression}”应得出 true 或 false，得到的是 {shown}",
                           f"Expected the condition '{expression}' at {HERE} to be true or false, "
                           f"but it is {shown}", at=element_id)


def no_way_out(element_id: str) -> ExecutionFailed:
    return ExecutionFailed(f"{HERE} 的条件都不成立，也没有默认出口",
                           f"Expected a condition at {HERE} to hold, or a default flow; neither is so", at=element_id)


def nobody_catches(element_id: str, event: Event) -> ExecutionFailed:
    kind = {"error": "错误", "escalation": "升级", "cancel": "取消"}[event.kind]
    shown = f" {event.name}" if event.name else ""
    return ExecutionFailed(f"{HERE} 抛出的{kind}{shown} 没有任何事件捕获",
                           f"Expected an event that catches the {event.kind}{shown} of {HERE}, but there is none", at=element_id)


def too_many_instances(element_id: str, count: int, limit: int) -> ExecutionFailed:
    return ExecutionFailed(f"{HERE} 要办理 {count} 次，应在 0 到 {limit} 次之间",
                           f"Expected 0 to {limit} instances of {HERE}, but they are {count}", at=element_id)


def too_many_steps(element_id: str, limit: int) -> ExecutionFailed:
    return ExecutionFailed(f"自动步骤连续超过 {limit} 步仍未停下，停在 {HERE}",
                           f"Expected at most {limit} automatic steps in a row, but they do not end; "
                           f"stopped at {HERE}", at=element_id)
