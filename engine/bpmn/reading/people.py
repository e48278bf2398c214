"""Who may act, as other modellers write it: assignees, candidate groups, lanes.

A group is a role of the institution; an assignee is an expression that gives a person. Logins are refused: people
change, posts stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.reading.expressions import formula_of
from engine.bpmn.reading.nodes import formula, is_formula, listing, mapping, scalar
from engine.bpmn.reading.tags import SEVENS, ZEEBE, Tag
from engine.definition.library import Library
from engine.definition.nodes import MapNode

_PERSON = re.compile(r"person\((.*)\)", re.DOTALL)
_TEXTS = re.compile(r'=\s*\[\s*("[^"]*"(?:\s*,\s*"[^"]*")*)\s*\]\s*', re.DOTALL)
_NAMED = re.compile(r"(user|group)\s*\(\s*(.*?)\s*\)", re.DOTALL)


def rule_of(tag: Tag) -> MapNode | None:
    """The rule that the drawing's own properties give an activity or a start; None when they say nothing."""
    persons = [rule for rule in _assignees(tag) if rule is not None]
    groups = [*_groups(tag), *_standard(tag)]
    group = _one_of("any", groups, tag)
    return _one_of("first", [*persons, *([group] if group is not None else [])], tag)


def overrule(tag: Tag) -> None:
    """Our own rule counts: what the drawing says for other tools is understood and left alone."""
    for each in tag.extensions("assignmentDefinition", ZEEBE):
        for attribute in each.attributes:
            each.find(attribute)
    for attribute in ("assignee", "candidateGroups", "candidateUsers"):
        tag.find(attribute, *SEVENS)


def starters_of(process: Tag) -> MapNode | None:
    """Who may start the process, as Camunda 7 and Flowable say it."""
    _refuse_users(process, process.find("candidateStarterUsers", *SEVENS))
    groups = process.find("candidateStarterGroups", *SEVENS)
    return _one_of("any", list(_roles(process, groups or "")), process)


def lane_rule(lane: Tag | None, library: Library, *, unit: str | None = None) -> MapNode | None:
    """The role that a lane is named after, by its id or its title; `unit` is said of roles that every unit has."""
    if lane is None:
        return None
    said = {(lane.element.get("name") or "").strip(), lane.id, lane.id.removeprefix("lane-")}
    for role in library.roles.values():
        if said & {role.id, role.title, role.title_en} - {""}:
            where = scalar(unit, lane.place) if unit and role.scope == "unit" else None
            return mapping(lane.place, [("role", scalar(role.id, lane.place)), ("unit", where)])
    return None


def _one_of(key: str, rules: list[MapNode], tag: Tag) -> MapNode | None:
    if len(rules) < 2:
        return rules[0] if rules else None
    return mapping(tag.place, [(key, listing(tag.place, rules))])


def _assignees(tag: Tag) -> Iterator[MapNode | None]:
    given = tag.extension("assignmentDefinition", ZEEBE)
    written = given.find("assignee") if given is not None else None
    yield from (_person(tag, text) for text in (written, tag.find("assignee", *SEVENS)) if text is not None)


def _person(tag: Tag, text: str) -> MapNode | None:
    found = formula_of(tag, text)
    if found is not None:
        return mapping(tag.place, [("person", found)])
    if not is_formula(text) and "{" not in text:
        _refuse_users(tag, text)
    return None


def _refuse_users(tag: Tag, text: str | None) -> None:
    if text is not None:
        tag.refuse("bpmn-person", f"办理人写成了具体账号“{text}”", f"it names the account {text!r}",
                   ("改为角色（candidateGroups），或用表达式指明人员，如 =apply.actor",
                    "Name a role (candidateGroups), or an expression that gives a person, e.g. =apply.actor"))


def _groups(tag: Tag) -> Iterator[MapNode]:
    given = tag.extension("assignmentDefinition", ZEEBE)
    if given is not None:
        _refuse_users(tag, given.find("candidateUsers"))
        yield from _roles(tag, given.find("candidateGroups") or "")
    _refuse_users(tag, tag.find("candidateUsers", *SEVENS))
    yield from _roles(tag, tag.find("candidateGroups", *SEVENS) or "")


def _roles(tag: Tag, text: str) -> Iterator[MapNode]:
    """A list of roles: `a, b@unit`, or a FEEL list of texts."""
    listed = _TEXTS.fullmatch(text)
    if listed is not None:
        text = ",".join(part.strip().strip('"') for part in listed[1].split(","))
    if is_formula(text) or "{" in text:
        tag.refuse("bpmn-people", "候选组是运行时才算出来的", "its candidate groups are only computed at run time",
                   ("直接列出角色，或在 anliu:who 中写规则", "List the roles, or write a rule in anliu:who"))
        return
    yield from (_role(tag, part.strip()) for part in text.split(",") if part.strip())


def _role(tag: Tag, text: str) -> MapNode:
    person = _PERSON.fullmatch(text)
    if person is not None:
        return mapping(tag.place, [("person", formula(person[1], tag.place))])
    if text == "everyone":
        return mapping(tag.place, [("anyone", scalar("true", tag.place))])
    role, at, unit = text.partition("@")
    where = scalar("own", tag.place) if unit == "own" else formula(unit, tag.place)
    return mapping(tag.place, [("role", scalar(role, tag.place)), ("unit", where if at else None)])


def _standard(tag: Tag) -> Iterator[MapNode]:
    """BPMN's own resource roles; their usual text is `group(x)`, `user(y)` or the bare name of a group."""
    for kind in ("potentialOwner", "humanPerformer", "performer"):
        for holder in tag.children(kind):
            for text in (each.text or "" for each in holder.element.iter() if (each.text or "").strip()):
                yield from _resources(tag, text.strip())


def _resources(tag: Tag, text: str) -> Iterator[MapNode]:
    if is_formula(text) or "{" in text:
        person = _person(tag, text)
        yield from [person] if person is not None else []
        return
    for sort, name in _NAMED.findall(text) or [("group", text)]:
        if sort == "user":
            _refuse_users(tag, name)
        else:
            yield from _roles(tag, name)


