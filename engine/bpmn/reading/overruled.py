"""Where our own note and the drawing say different things of one element: ours counts, and whoever drew it is told.

A file that we wrote says who and how long twice, for us and for other tools; somebody who changes it in a modeller
changes what the modeller shows. Knows what the writer would have written, nothing of how it is read.
"""

from __future__ import annotations

from engine.bpmn.deadlines import iso_duration, moment_text
from engine.bpmn.extensions import rule_text
from engine.bpmn.notes import due_text
from engine.bpmn.reading.drawing import Drawing
from engine.bpmn.reading.nodes import bare
from engine.bpmn.reading.tags import ZEEBE, Tag
from engine.bpmn.xml import name
from engine.definition.model import Boundary, Definition, TimerTrigger


def find_overruled(drawing: Drawing, definition: Definition) -> None:
    """Note as warnings the dates, groups and timers that our notes overrule."""
    drawn = map(drawing.ledger.tag, drawing.process.element.iter(name("userTask"), name("startEvent"), name("boundaryEvent")))
    tags = {tag.id: tag for tag in drawn}
    for step in definition.every_form_step():
        tag, due = tags.get(step.id), getattr(step, "due", None)
        if tag is None:
            continue
        if due is not None and tag.extension("due") is not None:
            _compare(tag, "taskSchedule", "dueDate", {due_text(due)})
        if tag.extension("who") is not None:
            _compare(tag, "assignmentDefinition", "candidateGroups", {rule_text(step.who.rule)})
    for activity in definition.every_step():
        for boundary in getattr(activity, "on", ()):
            if boundary.id in tags:
                _compare_timer(tags[boundary.id], boundary)


def _compare(tag: Tag, extension: str, attribute: str, ours: set[str]) -> None:
    said = tag.extension(extension, ZEEBE)
    theirs = said.find(attribute) if said is not None else None
    if theirs is not None and bare(theirs) not in ours:
        _tell(tag, attribute, theirs)


def _compare_timer(tag: Tag, boundary: Boundary) -> None:
    said = tag.extension("on")
    trigger = boundary.trigger
    if said is None or not said.element.get("after") or not isinstance(trigger, TimerTrigger) or trigger.after is None:
        return
    ours = {moment_text(trigger.after), iso_duration(trigger.after) or ""}
    for part in (part for timer in tag.children("timerEventDefinition") for part in timer.children()):
        if part.text and bare(part.text).removeprefix("R/") not in ours:
            _tell(tag, part.kind, part.text)


def _tell(tag: Tag, what: str, theirs: str) -> None:
    tag.refuse("bpmn-overruled", f"{what} 写的是“{theirs.strip()}”，anliu 的写法与它不同，以后者为准",
               f"its {what} says {theirs.strip()!r}, its anliu note says otherwise and counts",
               ("两处改成一致，或删去其中一处", "Make them agree, or take one of them away"), severity="warning")
