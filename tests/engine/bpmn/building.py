"""Small definitions in a few words."""

from __future__ import annotations

from engine.definition.model import (
    Action,
    Boundary,
    Branch,
    Case,
    ConditionTrigger,
    Definition,
    EndStep,
    EveryoneRule,
    Expression,
    Fork,
    Request,
    RoleRule,
    SetStep,
    Start,
    Step,
    Switch,
    Task,
    TimerTrigger,
    Who,
)
from engine.definition.model import Effects as Effects
from engine.worktime.limit import Limit

COMPLETE = (Action("complete"),)


def role(name: str) -> Who:
    return Who(RoleRule(name))


def task(step_id: str, *actions: Action, who: Who | None = None, then: str | None = None, on: tuple[Boundary, ...] = (),
         effects: Effects = Effects()) -> Task:
    return Task(step_id, f"办理 {step_id}", who or role("centre_head"), "sheet", actions or COMPLETE, ("C-1",), then=then,
                on=on, effects=effects)


def start(step_id: str = "apply", *, then: str | None = None) -> Start:
    return Start(step_id, "填写申请", Who(EveryoneRule()), "sheet", ("C-1",), then=then)


def switch(step_id: str, *cases: tuple[str | None, str]) -> Switch:
    return Switch(step_id, tuple(Case(Expression(when) if when else None, then) for when, then in cases))


def fork(step_id: str, *branches: tuple[Step, ...], then: str | None = None) -> Fork:
    return Fork(step_id, tuple(Branch(f"b{number}", steps) for number, steps in enumerate(branches, start=1)), then=then)


def set_step(step_id: str, **values: str) -> SetStep:
    return SetStep(step_id, Effects(set=tuple(values.items())), title=f"记录 {step_id}")


def end(step_id: str, outcome: str | None = "办结", *, terminate: bool = False) -> EndStep:
    return EndStep(step_id, outcome, terminate)


def request(step_id: str, *steps: Step, interrupting: bool = False, effects: Effects = Effects()) -> Request:
    return Request(step_id, f"请求 {step_id}", role("applicant"), "sheet", steps, ("C-2",), interrupting=interrupting,
                   repeat=True, effects=effects)


def condition(boundary_id: str, when: str, then: str | None = None, *, interrupting: bool = True) -> Boundary:
    return Boundary(boundary_id, ConditionTrigger(Expression(when)), f"当 {boundary_id}", then, interrupting=interrupting)


def timer(boundary_id: str, after: Limit, then: str | None = None) -> Boundary:
    return Boundary(boundary_id, TimerTrigger(after), f"到时 {boundary_id}", then)


def definition(*steps: Step, starts: tuple[Start, ...] | None = None, requests: tuple[Request, ...] = (),
               **more: object) -> Definition:
    return Definition("trial", "试行流程", "merged", ("C-1",), "一件事", (), starts or (start(),), steps, requests=requests,
                      **more)  # type: ignore[arg-type]
