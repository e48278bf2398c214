"""Due dates, follow-ups and timers of other modellers as limits: a span, and the moment it is counted from.

`now() + duration("P3D")`, `working days after(base, 3)`, `P3D`; a fixed date is no limit and is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.bpmn.reading.expressions import formula_of
from engine.bpmn.reading.nodes import bare, formula, listing, mapping, scalar
from engine.bpmn.reading.tags import SEVENS, ZEEBE, Tag
from engine.definition.nodes import Node
from engine.worktime.limit import Limit, LimitInvalid, parse_limit

_ADDED = re.compile(r'(?P<base>.+?)\s*(?P<sign>[+-])\s*duration\(\s*"(?P<span>[^"]+)"\s*\)', re.DOTALL)
_WORKED = re.compile(r"working days after\(\s*(?P<base>.+?)\s*,\s*(?P<days>-?\d{1,9})\s*\)", re.DOTALL)
_SPAN = re.compile(r'(?:duration\(\s*")?(?P<span>P[0-9YMWDTHS.]+)(?:"\s*\))?')
_HOURS = {"minutes": 1 / 60, "hours": 1, "calendar days": 24, "working days": 24, "weeks": 168}


class Counted(NamedTuple):
    """A limit and the FEEL text of its base; an empty base is the moment the work begins."""

    limit: Limit
    base: str


def due_of(tag: Tag) -> Node | None:
    """The limit of a task: zeebe's task schedule, or the due date of Camunda 7 and Flowable."""
    schedule = tag.extension("taskSchedule", ZEEBE)
    due = schedule.find("dueDate") if schedule is not None else tag.find("dueDate", *SEVENS)
    later = schedule.find("followUpDate") if schedule is not None else tag.find("followUpDate", *SEVENS)
    counted = _read(tag, due, "dueDate") if due is not None else None
    followed = _read(tag, later, "followUpDate") if later is not None else None
    if counted is None:
        if due is None and later is not None:
            _refuse(tag, "followUpDate", later)
        return None
    base = formula(counted.base, tag.place) if counted.base else None
    return mapping(tag.place, [("within", scalar(counted.limit.en, tag.place)), ("base", base),
                               ("remind", _remind(tag, counted, followed, later)),
                               ("basis", scalar("proposed", tag.place))])


def span_of(tag: Tag, text: str) -> Limit | None:
    """The limit a timer waits; None when it is no plain span."""
    counted = _counted(bare(text))
    return counted.limit if counted is not None and not counted.base else None


def _read(tag: Tag, text: str, what: str) -> Counted | None:
    if "{" in text:
        found = formula_of(tag, text)
        text = found.text if found is not None else ""
    counted = _counted(bare(text)) if text else None
    if counted is None and text:
        _refuse(tag, what, text)
    return counted


def _counted(text: str) -> Counted | None:
    worked, added, span = _WORKED.fullmatch(text), _ADDED.fullmatch(text), _SPAN.fullmatch(text)
    try:
        if worked is not None:
            days = int(worked["days"])
            return Counted(Limit(abs(days), "working days", before=days < 0), _base(worked["base"]))
        if added is not None:
            limit = parse_limit(added["span"])
            return Counted(Limit(limit.amount, limit.unit, before=added["sign"] == "-"), _base(added["base"]))
        return Counted(parse_limit(span["span"]), "") if span is not None else None
    except LimitInvalid:
        return None


def _base(text: str) -> str:
    return "" if text.strip() == "now()" else text.strip()


def _remind(tag: Tag, due: Counted, follow: Counted | None, said: str | None) -> Node | None:
    """A follow-up date is a reminder on the way to the due date."""
    if follow is None:
        return None
    whole, part = _hours(due.limit), _hours(follow.limit)
    if due.base != follow.base or not 0 < part < whole:
        _refuse(tag, "followUpDate", said or "")
        return None
    return listing(tag.place, [scalar(f"{part / whole * 100:.4g}%", tag.place)])


def _hours(limit: Limit) -> float:
    return 0.0 if limit.before else limit.amount * _HOURS.get(limit.unit, 0)


def _refuse(tag: Tag, what: str, text: str) -> None:
    tag.refuse("bpmn-due", f"{what} 写的“{text.strip()}”不是时限", f"its {what} {text.strip()!r} is not a limit",
               ('写成 =now() + duration("P3D")、=working days after(now(), 3) 或 P3D',
                'Write =now() + duration("P3D"), =working days after(now(), 3) or P3D'))
