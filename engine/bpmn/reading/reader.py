"""BPMN file → definition: the drawing's steps read by the reader of the language, the drawing itself kept.

Never raises and never drops: what is not understood and would matter is a problem with element, id and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from engine.bpmn.ids import one_of_loop, whole_loop
from engine.bpmn.portable import spell_back
from engine.bpmn.reading import automatic, events, notes, steps
from engine.bpmn.reading.audit import find_ignored
from engine.bpmn.reading.drawing import SOURCE_TAG, Drawing, lanes_by_node, open_drawing
from engine.bpmn.reading.nodes import XmlText, formula, is_formula, listing, literal, mapping, scalar, some
from engine.bpmn.reading.overruled import find_overruled
from engine.bpmn.reading.people import starters_of
from engine.bpmn.reading.starts import first_task
from engine.bpmn.reading.tags import Tag
from engine.bpmn.returning import read_own, text_inside
from engine.bpmn.xml import name
from engine.definition.draft import Draft
from engine.definition.ids import find_id_fault
from engine.definition.library import Library
from engine.definition.model import LANGUAGE
from engine.definition.nodes import MapNode, Node
from engine.definition.pack import Pack
from engine.definition.reader import DefinitionReading, read_definition, read_definition_node
from engine.errors import DefinitionInvalid, Problem
from engine.markup import parse_xml_text

IMPORTED = "imported"
"""The profile of a drawing that names none."""
_TASKS = ("userTask", "manualTask", "task")
_SCOPES = ("subProcess", "transaction", "adHocSubProcess")
_OF_THE_FLOW = ("switch", "fork", "outcome", "case", "listen")
"""Notes that say what the drawing says itself."""
_WAYS = ("Gateway", "endEvent", "sequenceFlow")
_CONDITIONS = ("conditionExpression", "condition", "completionCondition", "loopCardinality", "loopCondition")
_MARKS = re.compile(r"[-.]")


def read_bpmn(source: str, file: str, library: Library, pack: Pack | None = None) -> DefinitionReading:
    """A drawing as a definition with `drawing`, its problems, and every name it mentions; never raises.

    A file that our writer wrote and nobody changed since is the definition it was written from.
    """
    try:
        if SOURCE_TAG in source:
            root = parse_xml_text(source, file)
            spell_back(root)
            own = read_own(root, file)
            if own is not None:
                return own if pack is None else read_definition(text_inside(root), file, pack)
        drawing = open_drawing(source, file)
    except DefinitionInvalid as error:
        return DefinitionReading(None, error.problems)
    draft = Draft(file)
    definition = read_definition_node(draft, _Translation(drawing, library).definition(), pack)
    _note_conditions(drawing, draft)
    find_ignored(drawing)
    find_overruled(drawing, definition)
    owners = {tag.place: tag.label for tag in map(drawing.ledger.tag, drawing.ledger.places)}
    reading = DefinitionReading(replace(definition, drawing=drawing.normal_form()), (), tuple(draft.mentions),
                                tuple(draft.used), pack, owners)
    problems = {*drawing.ledger.problems, *map(reading.owned, _left(drawing, draft.problems.everything()))}
    return replace(reading, problems=tuple(sorted(problems)))


def _note_conditions(drawing: Drawing, draft: Draft) -> None:
    """Conditions are evaluated as they stand in the drawing; here they are read for their names."""
    for element in drawing.process.element.iter(*map(name, _CONDITIONS)):
        tag = drawing.ledger.tag(element)
        if tag.text:
            draft.expression(formula(tag.text, tag.place), tag.local)


def _left(drawing: Drawing, problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """What the drawing did not say itself; an id that only BPMN can name is no mistake."""
    said = {each.place for each in drawing.ledger.problems}
    for problem in problems:
        if problem.code != "missing-key" or problem.place not in said:
            yield replace(problem, severity="warning") if problem.code == "bad-id" and _is_bpmn_id(problem) else problem


def _is_bpmn_id(problem: Problem) -> bool:
    found = re.search(r"“([^”]*)”", problem.zh)
    return found is not None and find_id_fault(_MARKS.sub("_", found[1]) + "_") is None


class _Translation:
    """One process in the nodes of the language."""

    def __init__(self, drawing: Drawing, library: Library) -> None:
        self._process = drawing.process
        self._file = PurePosixPath(drawing.ledger.file).name
        self._library = library
        self._lanes = lanes_by_node(drawing)
        self._first: set[str] = set()

    def definition(self) -> MapNode:
        process = self._process
        said = process.extension("definition")
        place = process.place
        starts = [node for event in process.children("startEvent") for node in self._starts(event)]
        beside = self._beside(process)
        described = next((each.text for each in process.children("documentation") if each.text), "")
        return mapping(place, [
            ("anliu", (said.word("language") if said else None) or scalar(str(LANGUAGE), place)), ("process", scalar(process.id, place)),
            ("title", process.said("name") or self._pool_name() or literal(process.id, place)),
            ("profile", (said.word("profile") if said else None) or scalar(self._profile(), place)),
            ("category", said.said("category") if said else None), ("description", literal(described, place) if described else None),
            ("basis", _basis(process, said)), ("subject", _subject(said)),
            ("parameters", notes.parameters(said) if said else None), ("starts", listing(place, starts)),
            ("do", some(place, self._steps(process) or _ends(process))), ("deadlines", self._deadlines()), ("on", some(place, beside)),
            ("returns", notes.values(said, "returns") if said else None)])

    def _profile(self) -> str:
        """`leave.zzut.bpmn` is a drawing of zzut."""
        parts = self._file.split(".")
        return parts[1] if len(parts) > 2 and find_id_fault(parts[1]) is None else IMPORTED

    def _pool_name(self) -> XmlText | None:
        root = self._process.element.getroottree().getroot()
        pools = [each for each in root.iter(name("participant")) if each.get("processRef") == self._process.id]
        return literal(pools[0].get("name") or "", self._process.place) if pools and pools[0].get("name") else None

    # ---- how it begins, and what stands beside the flow

    def _starts(self, event: Tag) -> Iterator[MapNode]:
        triggered = [(key, node) for key, node in events.trigger(event) if node is not None]
        if triggered:
            said = event.extension("start")
            named = (said.word("name") if said is not None else None) or scalar(event.id, event.place)
            yield mapping(event.place, [("id", named), ("title", event.said("name")), *triggered, *events.clauses(event, triggered),
                                        *steps.effects(event)])
            return
        task = first_task(self._process.element, event.element)
        tag = self._process.ledger.tag(task) if task is not None else event
        if tag.id in self._first:
            event.refuse("bpmn-start", "两个开始事件通向同一个第一步", "two start events lead to the same first task",
                         ("每个开始事件各接一个任务", "Give each start event a task of its own"))
            return
        self._first.add(tag.id)
        lane = self._lanes.get(tag.id) or self._lanes.get(event.id)
        yield steps.start(tag, event, lane, self._library, starters_of(self._process))

    def _beside(self, level: Tag) -> list[MapNode]:
        """The event sub-processes of a level: what people may ask for, and events."""
        found = [self._event(scope) if scope.extension("request") is None else self._request(scope)
                 for scope in level.children("subProcess") if _is_event_scope(scope) and scope.extension("deadline") is None]
        return [node for node in found if node is not None]

    def _request(self, scope: Tag) -> MapNode | None:
        said, event = scope.extension("request"), next(scope.children("startEvent"), None)
        task = first_task(scope.element, event.element) if event is not None else None
        if said is None or task is None:
            scope.refuse(steps.NEEDS, "请求要以用户任务开始", "a request begins with a user task")
            return None
        notes.understood(said)
        self._first.add(task.get("id") or "")
        tag = self._process.ledger.tag(task)
        lane = self._lanes.get(scope.id)
        return steps.request(scope, tag, lane, self._library, said, self._steps(scope))

    def _event(self, scope: Tag) -> MapNode | None:
        event = next(scope.children("startEvent"), None)
        triggered = [(key, node) for key, node in events.trigger(event) if node is not None] if event is not None else []
        if event is None or not triggered:
            return None  # the runtime says what it makes of it
        inner = self._steps(scope) or _ends(scope)
        interrupting = event.find("isInterrupting") or "true"
        return mapping(scope.place, [("id", scalar(scope.id, scope.place)), ("title", scope.said("name")),
                                     ("interrupting", scalar(interrupting, scope.place)), *triggered, ("do", listing(scope.place, inner)),
                                     *events.clauses(event, triggered)])

    def _deadlines(self) -> Node | None:
        found = [(said.find("name") or scope.id, notes.deadline(said)) for scope in self._process.children("subProcess")
                 if (said := scope.extension("deadline")) is not None]
        return mapping(self._process.place, found) if found else None

    # ---- steps

    def _steps(self, level: Tag) -> list[MapNode]:
        """The steps of a level, each under its id; what is in a plain sub-process stands among them."""
        return [node for tag in level.children() for node in self._of(tag)]

    def _of(self, tag: Tag) -> Iterator[MapNode]:
        if tag.kind in _SCOPES and not _is_event_scope(tag):
            yield from self._scope(tag)
            return
        if tag.id in self._first:
            automatic.may_not_repeat(tag)
            return
        node, many = self._step(tag), automatic.loop_of(tag)
        around = automatic.repeated(tag, many, node) if many is not None else None
        if around is not None:
            yield mapping(tag.place, [(whole_loop(tag.id), around)])
        elif node is not None:
            yield mapping(tag.place, [(tag.id, node)])

    def _scope(self, tag: Tag) -> Iterator[MapNode]:
        inner, beside, around = self._steps(tag) or _ends(tag), self._beside(tag), steps.boundaries(tag)
        many = automatic.loop_of(tag)
        if many is not None and beside:
            inner = [mapping(tag.place, [(one_of_loop(tag.id), automatic.group(tag, inner, beside, around=None))])]
        if many is not None:
            node = automatic.loop(tag, many, inner)
        elif beside or around is not None:
            node = automatic.group(tag, inner, beside, around=around)
        else:
            events.note_of(tag)
            yield from self._steps(tag)
            return
        if node is not None:
            yield mapping(tag.place, [(tag.id, node)])

    def _step(self, tag: Tag) -> MapNode | None:
        if tag.kind in _TASKS:
            return steps.task(tag, self._lanes.get(tag.id), self._library)
        if tag.kind == "scriptTask":
            return steps.script(tag)
        for said in (each for local in _OF_THE_FLOW if tag.kind.endswith(_WAYS) for each in tag.extensions(local)):
            notes.understood(said)
        return automatic.read(tag)


def _ends(scope: Tag) -> list[MapNode]:
    """A sub-process without a step of its own only ends."""
    return [mapping(end.place, [(end.id, mapping(end.place, [("end", literal(end.element.get("name") or "结束", end.place))]))])
            for end in scope.children("endEvent")]


def _is_event_scope(tag: Tag) -> bool:
    return tag.kind == "subProcess" and tag.element.get("triggeredByEvent") in ("true", "1")


def _basis(process: Tag, said: Tag | None) -> Node:
    if said is not None:
        found = dict(notes.basis(said))["basis"]
        if found is not None:
            return found
    return scalar("proposed", process.place)


def _subject(said: Tag | None) -> Node | None:
    if said is None:
        return None
    text, written = said.said("subjectText"), said.find("subject")
    if written is not None and is_formula(written):
        return formula(written, said.place)
    return text
