"""A small definition whose forms have finite answers, and what is said of it when a piece of it is changed."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.bundle import read_bundle
from engine.errors import Problem
from engine.soundness import check_soundness
from engine.soundness.duties import Posts

MAIN = "processes/loan.test.yaml"
FILES = {
    "processes/roles.yaml": """\
roles:
  head: {title: 负责人, scope: institution}
  office: {title: 办公室, scope: institution}
""",
    "processes/clauses.yaml": "clauses:\n  A-1: {place: 第一条, summary: 先申请再使用}\n",
    "forms/request.yaml": """\
anliu: 1
form: request
title: 申请
basis: A-1
sections:
  - fields:
      - kind: {label: 种类, type: radio, options: [新建, 变更, 注销], required: true}
      - urgent: {label: 是否紧急, type: radio, options: [是, 否]}
      - people: {label: 人数, type: number, required: true}
      - why: {label: 事由, type: text, required: true}
""",
    "forms/opinion.yaml": """\
anliu: 1
form: opinion
title: 意见
basis: A-1
sections:
  - fields:
      - words: {label: 意见, type: textarea, required: true}
""",
}
LOAN = """\
anliu: 1
process: loan
title: 借用
profile: test
basis: A-1
starts:
  - {id: ask, title: 申请, who: {role: office}, form: request}
do:
  - route:
      switch:
        - {when: ask.people > 100, then: review}
        - then: give
  - review: {task: 审批, who: {role: head}, form: opinion, actions: [approve, {return: ask}]}
  - give: {task: 发放, who: {role: office}, form: opinion, end: 已发放}
"""


class Roster:
    """Posts held for the institution: role → people."""

    def __init__(self, **held: str) -> None:
        self._held = {role: frozenset(people.split()) for role, people in held.items()}

    def holders_of(self, role: str) -> Mapping[str, frozenset[str]]:
        return {"": self._held.get(role, frozenset())}


def said_of(*changes: tuple[str, str], posts: Posts | None = None) -> tuple[Problem, ...]:
    """What the soundness check says of the definition with these pieces replaced."""
    text = LOAN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return check_soundness(read_bundle(MAIN, {**FILES, MAIN: text}), posts=posts)


def codes(*changes: tuple[str, str], posts: Posts | None = None) -> list[str]:
    return [f"{problem.code}{'?' if problem.severity == 'warning' else ''}" for problem in said_of(*changes, posts=posts)]
