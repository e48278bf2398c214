"""Our own extension elements (`extensions.py` writes them) as entries of the language: who, limits, gates, effects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from engine.bpmn.reading.nodes import formula, listing, literal, mapping, scalar, some
from engine.bpmn.reading.tags import Tag
from engine.definition.nodes import MapNode, Node

Pairs = Sequence[tuple[str, Node | None]]
SAID_AGAIN = ("name", "then", "basis", "join", "type", "process", "table", "outcome", "flag", "number", "text", "expression",
              "after", "entry", "key", "when", "every", "forEach", "called", "takes", "repeat", "interrupting",
              "message", "signal", "error", "escalation", "each", "in", "at", "until", "detach")
"""What the notes of our writer say beside the drawing."""
_KINDS = {bool: ("true 或 false", "true or false"), Decimal: ("数", "a number")}
_FRACTION = re.compile(r"0?\.\d{1,60}")


# ---------------------------------------------------------------- people

def who(owner: Tag) -> Pairs:
    """`who`, `not` and `widen`; empty when our namespace says nothing of people here."""
    tag = owner.extension("who")
    if tag is None:
        return []
    inner = list(tag.inner())
    excluded = [_formula(each, "person") for each in inner if each.local == "not"]
    widened = [_widen(each) for each in inner if each.local == "widen"]
    rules = [rule(each) for each in inner if each.local not in ("not", "widen")]
    return [("who", _only(tag, rules)), ("not", some(tag.place, (item for item in excluded if item))),
            ("widen", some(tag.place, widened))]


def rule(tag: Tag) -> MapNode:
    """One rule; an element that is no rule gives one the reader will refuse."""
    if tag.local == "person":
        return mapping(tag.place, [("person", _formula(tag, "is"))])
    if tag.local == "everyone":
        return mapping(tag.place, [("anyone", scalar("true", tag.place))])
    if tag.local in ("first", "any"):
        return mapping(tag.place, [(tag.local, listing(tag.place, map(rule, tag.inner())))])
    if tag.local == "role":
        return mapping(tag.place, [("role", tag.word("name")), ("unit", tag.word("unit")), ("tree", tag.word("tree"))])
    if tag.local == "duty":
        return mapping(tag.place, [("on_duty", tag.word("role")), ("unit", tag.word("unit"))])
    return mapping(tag.place, [(tag.local, literal("", tag.place))])


def _only(tag: Tag, rules: list[MapNode]) -> MapNode | None:
    """The one rule of an element that holds one."""
    if len(rules) > 1:
        tag.refuse("bpmn-ignored", f"anliu:{tag.local} 里只能有一条规则", f"anliu:{tag.local} holds one rule only",
                   ("几条规则放进 anliu:first 或 anliu:any", "Put several into anliu:first or anliu:any"))
    return rules[0] if rules else None


def _rules(tag: Tag) -> list[MapNode]:
    return [rule(each) for each in tag.inner()]


def _widen(tag: Tag) -> MapNode:
    return mapping(tag.place, [("after", tag.word("after")), ("to", _only(tag, _rules(tag))), *basis(tag)])


def basis(tag: Tag) -> Pairs:
    """Clause ids, separated by blanks."""
    found = tag.find("basis")
    return [("basis", listing(tag.place, (scalar(each, tag.place) for each in found.split())) if found else None)]


# ---------------------------------------------------------------- limits

def due(owner: Tag) -> Node | None:
    tag = owner.extension("due")
    if tag is None:
        return None
    told = [each for overdue in tag.inner("overdue") for each in _rules(overdue)]
    overdue = mapping(tag.place, [("notify", listing(tag.place, told))]) if told else None
    return mapping(tag.place, [("within", tag.word("within")), ("by", _formula(tag, "by")), ("base", _formula(tag, "base")),
                               ("soft", tag.word("soft")),
                               ("remind", _reminders(tag)), ("overdue", overdue), *basis(tag)])


def _reminders(owner: Tag) -> Node | None:
    return some(owner.place, (scalar(_percent(tag.find("fraction")) or tag.find("before") or "?", tag.place)
                              for tag in owner.inner("remind")))


def _percent(fraction: str | None) -> str:
    found = _FRACTION.fullmatch((fraction or "").strip())
    return f"{(Decimal(found[0]) * 100).normalize():f}%" if found is not None else ""


def deadline(tag: Tag) -> MapNode:
    """A statutory limit, from the element that its event sub-process carries."""
    bases = mapping(tag.place, [(each.find("name") or "?", _formula(each, "is")) for each in tag.inner("base")])
    stages = [mapping(each.place, [
        ("within", each.word("within")), ("by", _formula(each, "by")), ("otherwise", each.said("otherwise")), ("remind", _reminders(each)),
        ("notify", some(each.place, (one for told in each.inner("notify") for one in _rules(told)))), *basis(each)])
        for each in tag.inner("stage")]
    return mapping(tag.place, [
        ("title", tag.said("title")), ("when", _formula(tag, "when")), ("bases", bases if bases.entries else None),
        ("met_at", _formula(tag, "metAt")), ("rebase", _formula(tag, "rebase")), ("in_time", tag.said("inTime")),
        ("confirmed_in", tag.word("confirmedIn")), ("stages", listing(tag.place, stages)), *basis(tag)])


# ---------------------------------------------------------------- gates and effects

def gates(owner: Tag) -> Pairs:
    return [("require", some(owner.place, (mapping(tag.place, [
        ("that", _formula(tag, "that")), ("else", tag.said("else")), ("discard", tag.word("discard")), *basis(tag)])
        for tag in owner.extensions("require"))))]


def effects(owner: Tag) -> Pairs:
    """What commits with the step, key by key."""
    issued = [(tag.find("variable") or "?", tag.said("pattern")) for tag in owner.extensions("number")]
    written = [(tag.find("name") or "?", value(tag)) for tag in owner.extensions("set")]
    records = [mapping(tag.place, [
        ("register", tag.word("register")), ("entry", _formula(tag, "entry")),
        ("set", mapping(tag.place, [(each.find("name") or "?", value(each)) for each in tag.inner("value")])), *basis(tag)])
        for tag in owner.extensions("record")]
    notices = [mapping(tag.place, [("to", _only(tag, _rules(tag))), ("text", tag.said("text") or _formula(tag, "expression"))])
               for tag in owner.extensions("notify")]
    end = owner.extension("end")
    return [("number", mapping(owner.place, issued) if issued else None), ("set", mapping(owner.place, written) if written else None),
            ("record", some(owner.place, records)), ("notify", some(owner.place, notices)),
            ("end", end.said("outcome") if end is not None else None)]


def value(tag: Tag) -> Node:
    """A literal, an expression or a list; nothing at all is null."""
    if tag.find("list") is not None:
        return listing(tag.place, map(value, tag.inner("item")))
    text = tag.element.get("text")
    if text is not None:
        tag.find("text")
        return literal(text, tag.place)
    return _formula(tag, "expression") or _plain(tag, "flag", bool) or _plain(tag, "number", Decimal) or scalar("null", tag.place)


def _plain(tag: Tag, attribute: str, kind: type) -> Node | None:
    """A truth or a number, which must be one."""
    found = tag.word(attribute)
    if found is not None and not isinstance(found.value(), kind):
        tag.refuse("bpmn-value", f"{attribute}=“{found.text}”不是{_KINDS[kind][0]}", f"{attribute}={found.text!r} is not {_KINDS[kind][1]}")
    return found


# ---------------------------------------------------------------- the process

def values(owner: Tag, local: str) -> Node | None:
    """The values under names that elements of this name hold: `with`, `returns`."""
    found = [(tag.find("name") or "?", value(tag)) for tag in owner.inner(local)]
    return mapping(owner.place, found) if found else None


def parameters(tag: Tag) -> Node | None:
    found = [(each.find("name") or "?", mapping(each.place, [
        ("value", each.word("limit") or _plain(each, "number", Decimal) or _plain(each, "flag", bool) or each.said("text")),
        ("title", each.said("title")), *basis(each)])) for each in tag.inner("parameter")]
    return mapping(tag.place, found) if found else None


def task(owner: Tag, local: str) -> Pairs:
    """What `anliu:task` or `anliu:start` says; where the flow goes is said by the drawing."""
    tag = owner.extension(local)
    if tag is None:
        return []
    tag.find("then")
    actions = [mapping(each.place, [("action", each.word("kind")), ("to", each.word("to")), ("label", each.said("label"))])
               for each in tag.inner("action")]
    return [("note", tag.said("note")), ("changes_of", tag.word("changesOf")), ("shows", _words(tag, "shows")),
            ("actions", some(tag.place, actions)), *basis(tag)]


def _words(tag: Tag, attribute: str) -> Node | None:
    return some(tag.place, (scalar(each, tag.place) for each in (tag.find(attribute) or "").split()))


def _formula(tag: Tag, attribute: str) -> Node | None:
    found = tag.find(attribute)
    return formula(found, tag.place) if found is not None else None


def understood(tag: Tag, words: Iterable[str] = SAID_AGAIN) -> None:
    """A note whose content the drawing itself says again, or that is read elsewhere: these of its attributes are known."""
    for word in words:
        tag.find(word)
