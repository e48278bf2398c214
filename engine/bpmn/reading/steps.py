"""What the activities of a drawing become: one step of the language per element, under the element's id."""

from __future__ import annotations

import re
from collections import Counter

from engine.bpmn.reading import notes
from engine.bpmn.reading.events import clauses, trigger
from engine.bpmn.reading.limits import due_of
from engine.bpmn.reading.nodes import XmlText, bare, formula, is_formula, literal, mapping, scalar, some
from engine.bpmn.reading.notes import Pairs
from engine.bpmn.reading.people import lane_rule, overrule, rule_of
from engine.bpmn.reading.tags import CAMUNDA, FLOWABLE, SEVENS, ZEEBE, Tag
from engine.bpmn.xml import name
from engine.definition.library import Library
from engine.definition.model import EXTRA_NAMES
from engine.definition.nodes import ListNode, MapNode, Node
from engine.feel import FeelSyntaxError, compile_expression
from engine.feel.tree import ContextOf

_FORM = re.compile(r"\w{1,64}")
NEEDS = "bpmn-needs"
"""The code of what a drawing lacks before it can run."""


# ---------------------------------------------------------------- tasks, starts and requests

def task(tag: Tag, lane: Tag | None, library: Library) -> MapNode:
    """A user task as a `task` step; what it lacks is said."""
    title = tag.said("name") or literal(tag.id, tag.place)
    if tag.kind == "task":
        tag.refuse(NEEDS, "没有写明是哪种任务", "it does not say what kind of task it is",
                   ("改为用户任务、脚本任务等", "Make it a user task, a script task …"))
    return mapping(tag.place, [("task", title), *_people(tag, lane, library), ("form", _form(tag)), ("due", _due(tag)),
                               *notes.task(tag, "task"), *notes.gates(tag), *effects(tag), ("on", boundaries(tag))])


def start(tag: Tag, event: Tag, lane: Tag | None, library: Library, allowed: MapNode | None) -> MapNode:
    """A start: the start event with the task that the starter fills in, or the event alone (then both are the same)."""
    title = tag.said("name") or event.said("name") or literal(tag.id, tag.place)
    people = _own_people(tag) or [("who", _starters(tag, event, lane, library, allowed))]
    noted = [*notes.task(tag, "task"), *notes.task(tag, "start")]
    said = {key: node for key, node in noted if key not in ("actions", "changes_of", "shows") and node is not None}
    return mapping(tag.place, [("id", scalar(tag.id, tag.place)), ("title", title), *people, ("form", _form(tag)),
                               ("due", _due(tag)), *said.items(), *notes.gates(tag), *effects(tag, event)])


def request(scope: Tag, tag: Tag, lane: Tag | None, library: Library, said: Tag,
            inner: list[MapNode]) -> MapNode:
    """An event sub-process that people may start: its first task is the form of the request."""
    noted = {key: node for key, node in notes.task(tag, "start") if node is not None and key in ("note", "basis")}
    return mapping(tag.place, [
        ("request", scalar(tag.id, tag.place)), ("title", tag.said("name") or scope.said("name") or literal(tag.id, tag.place)),
        *_people(tag, lane, library), ("form", _form(tag)),
        ("when", _formula(said, "when")), ("repeat", said.word("repeat")), ("interrupting", _interrupting(scope)),
        *noted.items(), *notes.gates(tag), ("do", some(tag.place, inner)), *effects(tag)])


def _interrupting(scope: Tag) -> XmlText:
    event = next(scope.children("startEvent"), scope)
    return scalar(event.find("isInterrupting") or "true", scope.place)


def _formula(tag: Tag, attribute: str) -> Node | None:
    found = tag.find(attribute)
    return formula(found, tag.place) if found is not None else None


def _people(tag: Tag, lane: Tag | None, library: Library) -> Pairs:
    """`who` by our own rule, else by the drawing's properties, else by the lane."""
    return _own_people(tag) or [("who", rule_of(tag) or lane_rule(lane, library) or _nobody(tag, "办理", "does it"))]


def _own_people(tag: Tag) -> Pairs:
    own = notes.who(tag)
    if own:
        overrule(tag)
    return own


def _starters(tag: Tag, event: Tag, lane: Tag | None, library: Library, allowed: MapNode | None) -> MapNode:
    """Who may start: those who may do the first task, or whom the process names; the starter as assignee says neither."""
    starter = event.element.get(name("initiator", CAMUNDA)) or event.element.get(name("initiator", FLOWABLE))
    assignee = tag.find("assignee", *SEVENS) if starter else None
    foreign = rule_of(tag) if assignee is None or assignee.strip() != f"${{{starter}}}" else None
    if foreign is not None and allowed is not None:
        tag.refuse("bpmn-start", "流程写了谁可以发起，第一步又写了由谁办理", "both the process and its first task say who may start",
                   ("第一步由发起人办理，只写一处", "The starter does the first task; say it once"))
    return foreign or allowed or lane_rule(lane, library, unit="own") or _nobody(tag, "发起", "may start it")


def _nobody(tag: Tag, zh: str, en: str) -> MapNode:
    tag.refuse(NEEDS, f"没有写明由谁{zh}", f"it does not say who {en}",
               ("写候选组（角色）、办理人表达式、anliu:who，或把泳道命名为角色",
                "Name candidate groups (roles), an assignee expression, anliu:who, or call the lane after a role"))
    return mapping(tag.place, [("anyone", scalar("true", tag.place))])


def _due(tag: Tag) -> Node | None:
    """Our own limit, else what the drawing's properties say; ours is the one that counts when both are there."""
    own = notes.due(tag)
    if own is None:
        return due_of(tag)
    for each in tag.extensions("taskSchedule", ZEEBE):
        notes.understood(each, ("dueDate", "followUpDate"))
    return own


def _form(tag: Tag) -> XmlText | None:
    given = tag.extension("formDefinition", ZEEBE)
    written = (given.find("formId") or given.find("formKey")) if given is not None else None
    found = written or tag.find("formKey", *SEVENS) or tag.find("formRef", *SEVENS)
    if found is not None and _FORM.fullmatch(found.strip()):
        return scalar(found, tag.place)
    hint = ("表单写在 forms/ 里，这里写它的标识，如 formId=\"opinion\"", 'Forms stand in forms/; name one, e.g. formId="opinion"')
    if found is None:
        tag.refuse(NEEDS, "没有表单", "it has no form", hint)
    else:
        tag.refuse("bpmn-form", f"“{found}”不是表单标识", f"{found!r} is not the id of a form", hint)
    return None


# ---------------------------------------------------------------- effects

def script(tag: Tag) -> MapNode | None:
    """A script task: our effects, a FEEL context, or zeebe's expression; None when it does nothing."""
    done = [(key, node) for key, node in (*effects(tag), *_script_entries(tag)) if node is not None]
    step = tag.extension("step")
    if step is not None:
        step.find("then")
    if not done:
        return None
    return mapping(tag.place, [("title", tag.said("name")), *done, *(notes.basis(step) if step is not None else [])])


def _script_entries(tag: Tag) -> Pairs:
    given = tag.extension("script", ZEEBE)
    if given is not None:
        expression, result = given.find("expression"), given.find("resultVariable")
        if expression is None or result is None:
            tag.refuse("bpmn-script", "zeebe:script 要有 expression 和 resultVariable",
                       "its zeebe:script needs expression and resultVariable")
            return []
        return [("set", mapping(tag.place, [(result, formula(expression, tag.place))]))]
    texts = [child.text for child in tag.children("script") if child.text]
    return [("set", _context(tag, texts[0]))] if texts else []


def _context(tag: Tag, text: str) -> Node | None:
    """The entries of a FEEL context become variables."""
    body = bare(text)
    hint = ('写一个 FEEL 上下文，如 {金额: 申请.数量 * 3}', "Write a FEEL context, e.g. {total: request.count * 3}")
    try:
        tree = compile_expression(body, names=EXTRA_NAMES).tree
    except FeelSyntaxError as error:
        tag.refuse("bpmn-script", f"脚本不是 FEEL：{error.zh}", f"its script is not FEEL: {error.en}", hint)
        return None
    if not isinstance(tree, ContextOf):
        tag.refuse("bpmn-script", "脚本不是 FEEL 上下文", "its script is not a FEEL context", hint)
        return None
    names = [entry for entry, _ in tree.entries]
    return mapping(tag.place, [(entry, formula(f"({body}).{entry}", tag.place)) for entry in names]) if names else None


def effects(tag: Tag, event: Tag | None = None, *, results: Pairs = ()) -> Pairs:
    """Our effects, zeebe's output mappings, and the starter's name of Camunda 7."""
    found = notes.effects(tag)
    written: list[tuple[str, Node]] = [(key, node) for key, node in results if node is not None]
    for drawer, node in found:
        if drawer == "set" and isinstance(node, MapNode):
            written += [(key.text, value) for key, value in node.entries]
    for io in tag.extensions("ioMapping", ZEEBE):
        written += [(each.find("target") or "?", _source(each)) for each in io.inner("output", ZEEBE)]
    starter = event.find("initiator", *SEVENS) if event is not None else None
    if starter is not None:
        written.append((starter, formula(f"{tag.id}.actor", tag.place)))
    for variable, count in Counter(key for key, _ in written).items():
        if count > 1:
            tag.refuse("duplicate-key", f"变量“{variable}”写了两次", f"the variable {variable!r} is written twice")
    return [*((key, node) for key, node in found if key != "set"), ("set", mapping(tag.place, written) if written else None)]


def _source(output: Tag) -> Node:
    text = output.find("source") or ""
    if not text:
        output.refuse(NEEDS, "zeebe:output 没有写 source", "its zeebe:output has no source")
    return formula(text, output.place) if is_formula(text) else literal(text, output.place)


# ---------------------------------------------------------------- events on the border

def boundaries(tag: Tag) -> ListNode | None:
    """The events on an activity's border, but those that only the runtime knows."""
    around = tag.element.getparent()
    if around is None:
        return None
    attached = [each for each in tag.ledger.tag(around).children("boundaryEvent") if each.find("attachedToRef") == tag.id]
    return some(tag.place, (node for node in map(_boundary, attached) if node is not None))


def _boundary(event: Tag) -> MapNode | None:
    said = [(key, node) for key, node in trigger(event) if node is not None]
    if not said:
        return None
    interrupting = event.find("cancelActivity")
    return mapping(event.place, [("id", scalar(event.id, event.place)), ("title", event.said("name")),
                                 ("interrupting", scalar(interrupting, event.place) if interrupting else None),
                                 *said, *clauses(event, said)])
