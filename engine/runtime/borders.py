"""What happens when an operator moves a token over a border: the table that docs/operations.md prints.

A move crosses no border, one, or several; then what the rows say comes together. What a row refuses, it refuses before
anything moves. The sentences are the table; `moving` carries them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import WrongState


@dataclass(frozen=True, slots=True)
class Border:
    """One row: where the token goes, and what becomes of the rest. `zh` and `en` refuse; empty: it is done."""

    id: str
    way: str
    siblings: str = ""
    timers: str = ""
    results: str = ""
    zh: str = ""
    en: str = ""

    @property
    def is_refused(self) -> bool:
        return bool(self.zh)


class CannotMove(WrongState):
    """This token cannot go there: nothing has moved."""

    def __init__(self, border: Border) -> None:
        super().__init__(border.zh, border.en)
        self.border = border


_BEGIN_ANEW = "those at the step that is left go; those at the target begin from now"
_NONE = "none"

_ROWS = (
    Border("within", "within one sequence, forwards or backwards", "stay where they are", _BEGIN_ANEW,
           "answers given before stay variables until the step is done again"),
    Border("out of a branch", "out of a parallel branch, to before its split or behind its join",
           "tokens in all branches of the block are withdrawn, and those that wait at its join", _BEGIN_ANEW,
           "answers of finished steps stay; open tasks of the branches are cancelled"),
    Border("into a branch", "into a parallel branch that does not run",
           "the other branches count as passed: their arrivals wait at the join", _BEGIN_ANEW, _NONE),
    Border("across branches", "from one branch of a block into another one of it",
           "the branch that is left counts as passed; what stood in the other branch is withdrawn; further branches stay",
           _BEGIN_ANEW, "answers of finished steps stay"),
    Border("out of a group", "out of a sub-process", "everything in the sub-process is withdrawn, without compensation",
           "those of the sub-process and of everything in it go", "answers given in it stay variables"),
    Border("into a group", "into a sub-process that does not run", "nothing else begins in it but the target",
           "events at the sub-process and event sub-processes in it begin to wait", _NONE),
    Border("out of a loop", "out of a loop (会签, 票签), from any of its items",
           "the whole loop is withdrawn: all items, all their tasks", "those of all items go",
           "opinions given so far are void and stand in the trace only; the loop leaves no results"),
    Border("beside a step", "on the way of an event beside a step that did not interrupt it", "stay where they are",
           "those of the step it happened at go on", "as within one sequence"),
    Border("out of an interruption", "out of an event sub-process that interrupted the flow around it",
           "everything in it is withdrawn; the flow around it goes on at the target",
           "all event sub-processes beside that flow begin to wait anew, their timers from now", "answers given in it stay variables"),
    Border("into an item", "into a step of a loop from outside it",
           zh="循环里的步骤不能从循环外进入：请转到该循环本身，各项重新开始",
           en="A step of a loop cannot be entered from outside: go to the loop itself, its items begin anew"),
    Border("out of a side scope", "out of an event sub-process or request that runs beside the flow",
           zh="旁路（请求或不中断的事件）与主流程同时在走，不能移入主流程：请移动主流程自己的位置",
           en="What runs beside the flow cannot be moved into it: move the token of the flow itself"),
    Border("into a scope", "into an event sub-process or request from outside",
           zh="事件子流程和请求只由它们的事件或人发起，不能转入",
           en="Event sub-processes and requests are begun by their event or by people; nothing can be moved into them"),
    Border("into a choice", "into or across the branches of an n-of-m block (any, quorum)",
           zh="“几选几”的并行分支不能从外面转入，也不能在分支之间转移：请转到整个分支组",
           en="Branches of which not all are awaited cannot be entered or changed between: go to the whole fork"),
    Border("out of a late branch", "out of an n-of-m block that has gone on already",
           zh="“几选几”的并行分支已经汇合继续，晚到的位置只能在本分支里走完",
           en="This block has gone on already: what is late in it can only end there"),
    Border("into an unordered group", "into an ad-hoc sub-process",
           zh="无序子流程里的步骤不能单独转入：请转到该子流程本身",
           en="A step of an ad-hoc sub-process cannot be entered by itself: go to the sub-process"),
    Border("tangled", "over branches that are drawn into each other, so that nobody can say which one a step belongs to",
           zh="图上并行分支互相穿插，分不清步骤属于哪个分支，不能在这里移动",
           en="Parallel branches are drawn into each other here: nobody can say which branch a step belongs to"),
    Border("undoing", "away from a compensation that runs, or from what throws it",
           zh="正在补偿已办的步骤，完成前不能移动",
           en="What was done is being undone; nothing here can be moved until that is finished"),
    Border("no step", "to a join, a start, an event at a step, a compensation handler, or behind an event-based gateway",
           zh="这里不是可以转到的步骤",
           en="This is no step that a token can be moved to"),
    Border("no position", "from what is no position: a sub-process or loop as a whole, an event that waits beside",
           zh="请指明一个停留的位置（任务、等待、调用或卡住的步骤）",
           en="Name a position where the flow rests: a task, a wait, a call, or a step that cannot go on"),
)

BORDERS: Mapping[str, Border] = {row.id: row for row in _ROWS}
