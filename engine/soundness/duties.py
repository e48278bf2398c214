"""Separation of duty: tasks that nobody may do, tasks whose only holder is excluded, approvals of one's own.

What rules alone show is told always; what depends on who holds which post only when a directory is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from engine.definition.library import Role
from engine.definition.model import (
    AnyRule,
    Definition,
    DutyRule,
    EveryoneRule,
    FirstRule,
    PersonRule,
    Request,
    RoleRule,
    Rule,
    Start,
    Task,
)
from engine.definition.problems import Problems
from engine.soundness.chart import Chart
from engine.soundness.facts import path_of

FormStep = Task | Start | Request


class Posts(Protocol):
    """Who holds what now."""

    def holders_of(self, role: str) -> Mapping[str, frozenset[str]]:
        """Active people who hold a role, by unit; under the empty id those who hold it for the institution."""


def check_duties(definition: Definition, chart: Chart, problems: Problems, *, roles: Mapping[str, Role],
                 posts: Posts | None = None) -> None:
    """Every task can be done by somebody, and no approval by whoever is judged; `roles` says what roles are called."""
    steps = {item.id: item for item in definition.every_form_step()}
    for item in steps.values():
        _check_possible(item, problems)
        if posts is not None:
            _check_holders(item, steps, posts, roles, problems)
        if isinstance(item, Task):
            _check_self_approval(item, steps, chart, posts, problems)


# ---------------------------------------------------------------- what rules alone show

def _check_possible(item: FormStep, problems: Problems) -> None:
    excluded = {expression.text for expression in item.who.exclude}
    rules = [item.who.rule, *(widen.to for widen in item.who.widen)]
    if excluded and all(_finds_only(rule, excluded) for rule in rules):
        problems.add(item.place, "nobody-may", zh=f"“{item.title}”没有人能办理：`who` 找到的人都被 `not` 排除了",
                     en=f"Nobody may do {item.title!r}: whoever `who` finds, `not` excludes",
                     hint=("改 `who` 或 `not` 其中一个", "Change either `who` or `not`"))


def _finds_only(rule: Rule, excluded: set[str]) -> bool:
    if isinstance(rule, FirstRule | AnyRule):
        return all(_finds_only(each, excluded) for each in rule.rules)
    return isinstance(rule, PersonRule) and bool({rule.person.text, f"{rule.person.text}s"} & excluded
                                                 if rule.person.text.endswith(".actor") else {rule.person.text} & excluded)


def _check_self_approval(task: Task, steps: Mapping[str, FormStep], chart: Chart, posts: Posts | None,
                         problems: Problems) -> None:
    """An approval judges the step it returns to, or the steps just before it; whoever did that should not be the one."""
    if not any(action.kind == "approve" for action in task.actions):
        return
    returned = [action.to for action in task.actions if action.kind == "return" and action.to]
    for judged in dict.fromkeys(returned or _just_before(task, chart)):
        found = steps.get(judged)
        if (found is not None and judged != task.id and judged not in _excluded_steps(task)
                and _overlap(task.who.rule, found.who.rule, judged, posts)):
            problems.add(task.place, "self-approval", zh=f"“{task.title}”可能由“{found.title}”的填写人自己办理",
                         en=f"{task.title!r} may be done by the very person who did {found.title!r}",
                         hint=(f"加上 `not: ={judged}.actor`", f"Add `not: ={judged}.actor`"), severity="warning")


def _just_before(task: Task, chart: Chart) -> Iterator[str]:
    """The steps with a form that lead to the task with none between."""
    waiting, seen = [task.id], {task.id}
    while waiting:
        for arrow in chart.into[waiting.pop()]:
            if arrow.source not in seen:
                seen.add(arrow.source)
                element = chart.elements[arrow.source]
                if element.kind == "userTask":
                    yield element.id
                else:
                    waiting.append(element.id)


def _excluded_steps(item: FormStep) -> set[str]:
    paths = (path_of(expression.compiled().tree) for expression in item.who.exclude)
    return {path[0] for path in paths if path[1:] in (("actor",), ("actors",))}


def _overlap(approver: Rule, author: Rule, step: str, posts: Posts | None) -> bool:
    """Whether the same person may answer to both rules, as far as can be said."""
    for one in _leaves(approver):
        if isinstance(one, PersonRule):
            if one.person.text in (f"{step}.actor", f"{step}.actors"):
                return True
            continue
        for other in _leaves(author):
            if isinstance(other, EveryoneRule) or isinstance(one, EveryoneRule):
                return True
            if isinstance(one, DutyRule) and isinstance(other, DutyRule) and one.role == other.role:
                return True
            if isinstance(one, RoleRule) and isinstance(other, RoleRule) and (
                    one.role == other.role or (posts is not None and _people(one, posts) & _people(other, posts))):
                return True
    return False


def _leaves(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, FirstRule | AnyRule):
        for each in rule.rules:
            yield from _leaves(each)
    else:
        yield rule


# ---------------------------------------------------------------- what the directory shows

def _check_holders(item: FormStep, steps: Mapping[str, FormStep], posts: Posts, roles: Mapping[str, Role], problems: Problems) -> None:
    leaves = [leaf for rule in (item.who.rule, *(widen.to for widen in item.who.widen)) for leaf in _leaves(rule)]
    if not all(isinstance(leaf, RoleRule) and leaf.unit is None for leaf in leaves):
        return
    people = frozenset().union(*(_people(leaf, posts) for leaf in leaves))
    asked = dict.fromkeys(leaf.role for leaf in leaves if isinstance(leaf, RoleRule))
    zh = "、".join(f"“{roles[each].title}”" if each in roles else each for each in asked)
    en = ", ".join(roles[each].title_en or each if each in roles else each for each in asked)
    if not people:
        problems.add(item.place, "nobody-holds", zh=f"“{item.title}”现在没有人能办理：没有人担任{zh}",
                     en=f"Nobody can do {item.title!r} now: nobody holds {en}",
                     hint=("先任命，或用 `first` 写明空缺时由谁办理", "Appoint somebody, or name a substitute with `first`"),
                     severity="warning")
    elif len(people) == 1:
        others = [steps[each] for each in _excluded_steps(item) if each in steps]
        found = next((other for other in others if people <= _everybody(other.who.rule, posts, people)), None)
        if found is not None:
            problems.add(item.place, "only-holder", zh=f"担任{zh}的只有一人，此人若办了“{found.title}”，就没有人能办“{item.title}”",
                         en=f"Only one person holds {en}; having done {found.title!r}, they leave nobody for {item.title!r}",
                         hint=("用 `first` 写明由谁代办", "Name a substitute with `first`"), severity="warning")


def _people(rule: Rule, posts: Posts) -> frozenset[str]:
    if not isinstance(rule, RoleRule):
        return frozenset()
    return frozenset().union(*posts.holders_of(rule.role).values())


def _everybody(rule: Rule, posts: Posts, asked: Iterable[str]) -> frozenset[str]:
    """Those of the people asked for whom the rule may find."""
    leaves = list(_leaves(rule))
    if any(isinstance(leaf, EveryoneRule | PersonRule) for leaf in leaves):
        return frozenset(asked)
    return frozenset().union(*(_people(leaf, posts) for leaf in leaves))
