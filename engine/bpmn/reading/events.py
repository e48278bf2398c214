"""What the events of a drawing wait for or raise, in the keys of the language: timer, condition, message, signal …

Our own notes say what BPMN has no words for: a limit in working days, a register, the names of what a message brings.
"""

from __future__ import annotations

import re

from engine.bpmn.reading import notes
from engine.bpmn.reading.expressions import formula_of
from engine.bpmn.reading.limits import span_of
from engine.bpmn.reading.nodes import XmlText, formula, is_formula, mapping, scalar, some
from engine.bpmn.reading.notes import Pairs
from engine.bpmn.reading.tags import ZEEBE, Tag
from engine.bpmn.xml import name
from engine.definition.nodes import MapNode, Node, ScalarNode

_CYCLE = re.compile(r"R(?P<times>\d*)/(?P<span>P.+)")
_SPAN = re.compile(r"[-+]?P[0-9T]")
"""A span of ISO 8601, which is none of ours when it comes to this."""
_RAISED = ("message", "signal", "error", "escalation")
_NOTES = ("on", "way", "event", "start", "wait", "listen", "raise", "call", "service", "decide", "for", "do", "fork")


def trigger(event: Tag) -> Pairs:
    """The one thing an event waits for; empty for an event of another kind, which only the runtime knows."""
    said = note_of(event)
    told = _told(said) if said is not None else []
    if told:
        return told
    for definition in _definitions(event):
        if definition.kind == "timerEventDefinition":
            return _timer(event, definition, said)
        if definition.kind == "conditionalEventDefinition":
            return [("condition", next((_condition(event, each) for each in definition.children("condition")), None))]
        kind = definition.kind.removesuffix("EventDefinition")
        if kind in _RAISED:
            return _named(event, kind, definition.find(f"{kind}Ref"), said)
    return []


def message(task: Tag) -> Pairs:
    """What a receive task waits for, or a send task sends."""
    return _named(task, "message", task.find("messageRef"), note_of(task))


def raised(event: Tag) -> MapNode | None:
    """What an event throws, for those that the language knows; None for others."""
    for definition in _definitions(event):
        kind = definition.kind.removesuffix("EventDefinition")
        if kind in _RAISED:
            said = note_of(event)
            named = dict(_named(event, kind, definition.find(f"{kind}Ref"), None))
            key = _formula(said, "key") if said is not None and said.element.get("key") else named.get("key")
            return mapping(event.place, [(kind, named[kind]), ("key", key)])
    return None


def note_of(event: Tag) -> Tag | None:
    """Our note of the event, all of it understood."""
    for local in _NOTES:
        for said in event.extensions(local):
            if local != "start" or event.kind == "startEvent":
                notes.understood(said)
                return said
    return None


def clauses(tag: Tag, said: Pairs = ()) -> Pairs:
    """The clauses that are cited at the element; a limit that cites none is proposed."""
    note = note_of(tag)
    found = [(key, node) for key, node in (notes.basis(note) if note is not None else []) if node is not None]
    limit = dict(said).get("timer")
    if found or not isinstance(limit, ScalarNode) or is_formula(limit.text):
        return found
    return [("basis", scalar("proposed", tag.place))]


def _definitions(event: Tag) -> list[Tag]:
    return [each for each in event.children() if each.kind.endswith("EventDefinition")]


def _told(said: Tag) -> Pairs:
    """Triggers that only our namespace can say: a register, a schedule, a call."""
    place, get = said.place, said.element.get
    if get("entry"):
        return [("entry", said.word("entry")), ("key", _formula(said, "key")), ("when", _formula(said, "when"))]
    if get("every") or get("forEach"):
        return [("every", said.word("every")), ("for_each", said.word("forEach")), ("when", _formula(said, "when"))]
    if get("called"):
        return [("called", scalar("true", place)), ("takes", _takes(said))]
    return []


def _takes(said: Tag) -> Node | None:
    return some(said.place, (scalar(each, said.place) for each in (said.find("takes") or "").split()))


def _formula(said: Tag, attribute: str) -> Node | None:
    found = said.find(attribute)
    return formula(found, said.place) if found is not None else None


def _condition(event: Tag, element: Tag) -> XmlText:
    return formula_of(event, element.text) or formula(element.text, event.place)


# ---------------------------------------------------------------- timers

def _timer(event: Tag, definition: Tag, said: Tag | None) -> Pairs:
    part = next((each for each in definition.children() if each.kind.startswith("time")), None)
    text = part.text if part is not None else ""
    cycle = _CYCLE.fullmatch(text) if part is not None and part.kind == "timeCycle" else None
    repeats = ("repeat", scalar("true", event.place)) if cycle is not None or (said and said.element.get("repeat")) else ("", None)
    after = said.word("after") if said is not None else None
    if after is not None:
        return [("timer", after), *([repeats] if repeats[0] else [])]
    around = event.element.getparent()
    if cycle is not None and (cycle["times"] or (around is not None and around.tag == name("process"))):
        return _counted(event, cycle)
    limit = span_of(event, cycle["span"] if cycle is not None else text) if text else None
    if limit is not None:
        return [("timer", scalar(limit.en, event.place)), *([repeats] if repeats[0] else [])]
    if part is not None and part.kind != "timeCycle" and text and not _SPAN.match(text):
        return [("timer", _moment(event, part))]
    _refuse(event, text)
    return []


def _counted(event: Tag, cycle: re.Match[str]) -> Pairs:
    """A start that comes again and again is a schedule; a count of times has no word in the language."""
    if cycle["times"]:
        _refuse(event, cycle[0])
        return []
    return [("every", scalar(cycle["span"], event.place))]


def _moment(event: Tag, part: Tag) -> Node:
    text = part.text
    if part.kind == "timeDuration":
        return formula(f"now() + ({formula(text, event.place).text.removeprefix('=')})", event.place)
    return formula(text if is_formula(text) else f'date and time("{text}")', event.place)


def _refuse(event: Tag, text: str) -> None:
    event.refuse("bpmn-timer", f"定时“{text}”不是时限也不是时刻", f"its timer {text!r} is neither a limit nor a moment",
                 ('写成 P3D、PT30M、=时刻，重复的写 R/PT1H，或 anliu:on after="3 working days"',
                  'Write P3D, PT30M, =moment, repeating R/PT1H, or anliu:on after="3 working days"'))


# ---------------------------------------------------------------- names

def _named(event: Tag, kind: str, reference: str | None, said: Tag | None) -> Pairs:
    """Messages and signals go by their name, errors and escalations by their code; without one, any."""
    root = event.element.getroottree().getroot()
    target = (reference or "").rpartition(":")[2]
    found = next((each for each in root.iterchildren(name(kind)) if each.get("id") == target), None)
    text = target
    key = None
    if found is not None:
        tag = event.ledger.tag(found)
        text = tag.find(f"{kind}Code") or tag.find("name") or target
        subscription = tag.extension("subscription", ZEEBE)
        key = subscription.find("correlationKey") if subscription is not None else None
    if not text and kind in ("message", "signal"):
        event.refuse("bpmn-needs", f"没有写明是哪个{'消息' if kind == 'message' else '信号'}", f"it does not say which {kind}")
    return [(kind, scalar(text or "any", event.place)), ("key", formula(key, event.place) if key is not None else None),
            ("takes", _takes(said) if said is not None and kind == "message" else None)]
