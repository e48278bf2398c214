"""Statutory limits in BPMN: what our own clocks keep, drawn as timers so that a reader of the diagram sees them.

A limit counted in working days has no ISO duration; its timer carries the FEEL text of the moment. The runtime leaves
deadline sub-processes out and takes boundary limits from the model.
"""

from __future__ import annotations

from engine.bpmn import ids
from engine.bpmn.extensions import formula, joined, note, write_reminders, write_rule
from engine.bpmn.xml import XSI, Element, add, name
from engine.definition.model import Deadline
from engine.worktime.limit import Limit

_ISO = {"minutes": "PT{}M", "hours": "PT{}H", "calendar days": "P{}D", "weeks": "P{}W", "months": "P{}M", "years": "P{}Y"}


def iso_duration(limit: Limit) -> str | None:
    """ISO 8601 text of a limit, None when it is counted in working days or back from its base."""
    pattern = None if limit.before else _ISO.get(limit.unit)
    return pattern.format(limit.amount) if pattern else None


def moment_text(limit: Limit, base: str = "now()") -> str:
    """FEEL text of the moment at which a limit ends."""
    duration = iso_duration(limit)
    if duration is not None:
        return f'{base} {"+"} duration("{duration}")'
    sign = "-" if limit.before else ""
    if limit.unit == "working days":
        return f"working days after({base}, {sign}{limit.amount})"
    return f'{base} - duration("{_ISO[limit.unit].format(limit.amount)}")'


def write_timer(event: Element, limit: Limit, *, base: str = "now()", repeat: bool = False) -> None:
    """The timer definition of an event; `base` is the FEEL text of the moment the limit is counted from."""
    duration = iso_duration(limit) if base == "now()" else None
    if duration is not None and repeat:
        formal(_timer_of(event), "timeCycle", f"R/{duration}")
    elif duration is not None:
        formal(_timer_of(event), "timeDuration", duration)
    else:
        write_moment(event, moment_text(limit, base))


def write_moment(event: Element, moment: str) -> None:
    """A timer at the moment that a FEEL text gives."""
    formal(_timer_of(event), "timeDate", f"={moment}")


def _timer_of(event: Element) -> Element:
    return add(event, "timerEventDefinition", {"id": f"{event.get('id')}.timer"})


def formal(parent: Element, local: str, text: str) -> Element:
    """A formal expression."""
    expression = add(parent, local, text=text)
    expression.set(name("type", XSI), "bpmn:tFormalExpression")
    return expression


def write_deadline(process: Element, deadline: Deadline) -> None:
    """One event sub-process per deadline: a timer per stage, and the finding that it leads to."""
    scope_id = ids.deadline_scope(deadline.id)
    scope = add(process, "subProcess", {"id": scope_id, "name": deadline.title, "triggeredByEvent": "true"})
    if deadline.basis:
        add(scope, "documentation", text="依据：" + "、".join(deadline.basis))
    _write_extension(add(scope, "extensionElements"), deadline)
    base = deadline.bases[0][1].text if deadline.bases else "now()"
    for number, stage in enumerate(deadline.stages, start=1):
        start, end = f"{scope_id}-{number}", f"{scope_id}-{number}-end"
        name_of = stage.within.zh if stage.within else stage.otherwise
        timer = add(scope, "startEvent", {"id": start, "name": name_of, "isInterrupting": "false"})
        add(timer, "outgoing", text=ids.flow(start, end, 1))
        if stage.within is not None:
            write_timer(timer, stage.within, base=base)
        elif stage.by is not None:
            write_moment(timer, stage.by.text)
        finding = add(scope, "endEvent", {"id": end, "name": stage.otherwise})
        add(finding, "incoming", text=ids.flow(start, end, 1))
        add(scope, "sequenceFlow", {"id": ids.flow(start, end, 1), "sourceRef": start, "targetRef": end})


def _write_extension(extensions: Element, deadline: Deadline) -> None:
    element = note(extensions, "deadline", {
        "name": deadline.id, "title": deadline.title, "when": formula(deadline.when), "metAt": formula(deadline.met_at),
        "rebase": formula(deadline.rebase), "inTime": deadline.in_time, "confirmedIn": deadline.confirmed_in or "",
        "basis": joined(deadline.basis)})
    for base, expression in deadline.bases:
        note(element, "base", {"name": base, "is": formula(expression)})
    for stage in deadline.stages:
        drawn = note(element, "stage", {"within": stage.within.en if stage.within else "", "by": formula(stage.by),
                                        "otherwise": stage.otherwise,
                                        "basis": joined(stage.basis)})
        write_reminders(drawn, stage.remind)
        for rule in stage.notify:
            write_rule(note(drawn, "notify"), rule)
