"""What a drawing does without people: services, decisions, calls, waits, events thrown, loops over a list."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.reading import events, notes
from engine.bpmn.reading.expressions import formula_of
from engine.bpmn.reading.nodes import bare, formula, is_formula, listing, literal, mapping, scalar
from engine.bpmn.reading.notes import Pairs
from engine.bpmn.reading.steps import NEEDS, boundaries, effects
from engine.bpmn.reading.tags import CAMUNDA, SEVENS, ZEEBE, Tag
from engine.definition.nodes import ListNode, MapNode, Node

Steps = list[MapNode]


def read(tag: Tag) -> MapNode | None:
    """The step of an element that is neither a person's nor a script; None when the runtime alone knows it."""
    if tag.kind in ("serviceTask", "sendTask", "businessRuleTask", "callActivity"):
        return _work(tag)
    if tag.kind == "receiveTask":
        return _step(tag, [("listen", listing(tag.place, [mapping(tag.place, events.message(tag))]))])
    if tag.kind == "intermediateCatchEvent":
        return _catch(tag)
    if tag.kind in ("intermediateThrowEvent", "endEvent"):
        thrown = events.raised(tag)
        return _step(tag, [("raise", thrown), *_given(tag, "raise")]) if thrown is not None else None
    return None


def _step(tag: Tag, said: Pairs, *, results: Pairs = ()) -> MapNode:
    done = effects(tag, results=results) if said[0][0] != "raise" else []
    return mapping(tag.place, [*said, ("title", tag.said("name")), *events.clauses(tag, _limit(said)), *done])


def _limit(said: Pairs) -> Pairs:
    """A wait is a limit like that of a timer."""
    return [("timer", node) for key, node in said if key == "wait"]


# ---------------------------------------------------------------- work of programs

def _work(tag: Tag) -> MapNode | None:
    decision = _first(tag.extension("calledDecision", ZEEBE), "decisionId") or tag.find("decisionRef", *SEVENS)
    called = _first(tag.extension("calledElement", ZEEBE), "processId") or tag.find("calledElement")
    if tag.kind == "callActivity":
        return _activity(tag, "call", called, "哪个流程", "which process it calls")
    if tag.kind == "businessRuleTask" and decision is not None:
        return _activity(tag, "decide", decision, "哪张判定表", "which decision it takes")
    if tag.kind == "sendTask" and tag.element.get("messageRef"):
        sent = [(key, node) for key, node in events.message(tag) if key in ("message", "key")]
        return _step(tag, [("raise", mapping(tag.place, sent)), *_given(tag, "raise")])
    work = _first(tag.extension("taskDefinition", ZEEBE), "type")
    if work is None and tag.find("type", *SEVENS) == "external":
        work = tag.find("topic", *SEVENS)
    return _activity(tag, "service", work, "哪一类工作", "what kind of work it is")


def _result(tag: Tag) -> Pairs:
    """The result of a decision under another name than that of its step."""
    wanted = _first(tag.extension("calledDecision", ZEEBE), "resultVariable") or tag.find("resultVariable", *SEVENS)
    return [(wanted, formula(tag.id, tag.place))] if wanted is not None and wanted != tag.id else []


def _activity(tag: Tag, key: str, named: str | None, zh: str, en: str) -> MapNode | None:
    """A call, a decision or a service, with what it is given and what becomes of what it gives back."""
    if named is None:
        tag.refuse(NEEDS, f"没有写明{zh}", f"it does not say {en}",
                   ("写 zeebe:taskDefinition type、zeebe:calledElement processId 或 zeebe:calledDecision decisionId",
                    "Write zeebe:taskDefinition type, zeebe:calledElement processId or zeebe:calledDecision decisionId"))
        return None
    detached = [("detach", _detached(tag))] if key == "call" else []
    around = [("on", boundaries(tag))] if key in ("call", "service") else []
    return _step(tag, [(key, scalar(named, tag.place)), *_given(tag, key), *detached, *around], results=_result(tag))


def _first(extension: Tag | None, attribute: str) -> str | None:
    return extension.find(attribute) if extension is not None else None


def _detached(tag: Tag) -> Node | None:
    said = tag.extension("call")
    return said.word("detach") if said is not None else None


def _given(tag: Tag, local: str) -> Pairs:
    """The values handed over: our own `with`, zeebe's input mappings, Camunda 7's `in`."""
    found: list[tuple[str, Node]] = []
    for said in tag.extensions(local):
        found += [(each.find("name") or "?", notes.value(each)) for each in said.inner("with")]
        notes.understood(said)
    for io in tag.extensions("ioMapping", ZEEBE):
        found += [(each.find("target") or "?", _value(each)) for each in io.inner("input", ZEEBE)]
    for each in tag.extensions("in", CAMUNDA):
        source, target = each.find("source"), each.find("target")
        if source is not None and target is not None:
            found.append((target, formula(source, tag.place)))
    return [("with", mapping(tag.place, found) if found else None)]


def _value(tag: Tag) -> Node:
    text = tag.find("source") or ""
    return formula(text, tag.place) if is_formula(text) else literal(text, tag.place)


# ---------------------------------------------------------------- waiting

def _catch(tag: Tag) -> MapNode | None:
    pairs = {key: node for key, node in events.trigger(tag) if node is not None}
    if "condition" in pairs:
        return _step(tag, [("wait", mapping(tag.place, [("until", pairs["condition"])]))])
    if "timer" in pairs:
        return _step(tag, [("wait", pairs["timer"])])
    if not pairs:
        return None
    return _step(tag, [("listen", listing(tag.place, [mapping(tag.place, pairs.items())]))])


# ---------------------------------------------------------------- groups and loops

def loop_of(tag: Tag) -> Tag | None:
    """The characteristics of an activity that is done for every item of a list.

    One that is done again while a condition holds is told by the drawing alone, and by the runtime: the language needs no word for it.
    """
    return next(tag.children("multiInstanceLoopCharacteristics"), None)


def may_not_repeat(tag: Tag) -> None:
    """What somebody fills in to begin is filled in once."""
    if any(each.kind.endswith("LoopCharacteristics") for each in tag.children()):
        tag.refuse("bpmn-loop", "发起时填写的任务不能循环", "what is filled in to begin may not be repeated",
                   ("在它前面放一个只填一次的任务", "Put a task before it that is done once"))


def repeated(tag: Tag, characteristics: Tag, step: MapNode | None) -> MapNode | None:
    """An activity that is done for every item: a loop of its own around its one step, which leaves it what stands on its border."""
    if step is None:
        tag.refuse("bpmn-loop", "没有可以逐项做的事", "there is nothing in it to do for every item",
                   ("写明要做什么，或去掉多实例", "Say what it does, or take the multi-instance away"))
        return None
    inner = MapNode(tuple((key, node) for key, node in step.entries if key.text != "on"), step.place)
    return loop(tag, characteristics, [mapping(tag.place, [(tag.id, inner)])])


def loop(tag: Tag, characteristics: Tag, inner: Steps) -> MapNode:
    """Steps for every item of a list, and what becomes of what each of them gives."""
    each, items = _items(characteristics)
    until = next((formula_of(tag, part.text) or formula(part.text, tag.place) for part in characteristics.children("completionCondition")),
                 None)
    said = tag.extension("for")
    names = [("each", scalar(each, tag.place)), ("in", items), ("at", said.word("at") if said is not None else None)]
    if said is not None:
        notes.understood(said)
    one_by_one = characteristics.find("isSequential") in ("true", "1")
    return mapping(tag.place, [
        ("for", mapping(tag.place, names)), ("do", listing(tag.place, inner)), ("until", until),
        ("collect", _collected(characteristics, said)), ("title", tag.said("name")),
        ("one_by_one", scalar("true", tag.place) if one_by_one else None), ("on", boundaries(tag)), *events.clauses(tag)])


def _items(characteristics: Tag) -> tuple[str, Node]:
    """The name of one item, and the list: zeebe's, Camunda 7's, or as many numbers as the cardinality says."""
    given = characteristics.extension("loopCharacteristics", ZEEBE)
    items = given.find("inputCollection") if given is not None else characteristics.find("collection", *SEVENS)
    each = (given.find("inputElement") if given is not None else characteristics.find("elementVariable", *SEVENS)) or "each_item"
    if items is not None:
        return each, formula_of(characteristics, items) or formula(items, characteristics.place)
    count = next((part.text for part in characteristics.children("loopCardinality")), "")
    text = f"for number in 1..({bare(count)}) return number" if count else "[]"
    if not count:
        characteristics.refuse(NEEDS, "没有写明对什么列表重复", "it does not say over which list it runs")
    return each, formula(text, characteristics.place)


def _collected(characteristics: Tag, said: Tag | None) -> Node | None:
    """Our own `collect`, else Camunda 8's output collection."""
    given, own = characteristics.extension("loopCharacteristics", ZEEBE), notes.values(said, "collect") if said is not None else None
    variable, value = (given.find("outputCollection"), given.find("outputElement")) if given is not None else (None, None)
    if own is not None or (variable is None and value is None):
        return own
    if variable is None or value is None:
        characteristics.refuse(NEEDS, "outputCollection 和 outputElement 要一起写", "outputCollection and outputElement go together")
        return None
    return mapping(characteristics.place, [(variable, formula(value, characteristics.place))])


def group(tag: Tag, inner: Steps, beside: Steps, *, around: ListNode | None) -> MapNode:
    """A sub-process with events on its border (`around`) or beside its flow."""
    for said in tag.extensions("do"):
        notes.understood(said)
    items: Iterator[Node] = iter([*(around.items if around is not None else ()), *beside])
    return mapping(tag.place, [("do", listing(tag.place, inner)), ("title", tag.said("name")), ("on", listing(tag.place, items)),
                               *events.clauses(tag)])
