"""Charts in a few words: `start > split > a > join > end`, one way a line; what an element is shows in its name.

    start…  startEvent       end…  endEvent       stop…  terminating endEvent
    x…  exclusive gateway    p…  parallel         o…  inclusive      c…  complex, waits for one    e…  event-based
    auto…  script task       sub…  sub-process    anything else is a user task
An element inside a sub-process is written `sub/a`. `a!late` is an interrupting boundary event of `a`, `a~late` one that is not.
"""

from __future__ import annotations

import re
from itertools import pairwise

from engine.definition.problems import Problems
from engine.errors import Place, Problem
from engine.soundness.chart import Arrow, Chart, Element
from engine.soundness.check import check_flow

_KINDS = {"start": "startEvent", "end": "endEvent", "stop": "endEvent", "auto": "scriptTask", "sub": "subProcess"}
_GATEWAYS = {"x": "exclusiveGateway", "p": "parallelGateway", "o": "inclusiveGateway", "c": "complexGateway", "e": "eventBasedGateway"}


def chart(text: str) -> Chart:
    elements: dict[str, Element] = {}
    arrows = []
    for line in text.strip().splitlines():
        names = line.split("#")[0].split(">")
        ids = [_element(name.strip(), elements) for name in names]
        arrows += [Arrow(f"{source}-{target}", source, target, title) for (source, title), (target, _)
                   in pairwise(ids)]
    return Chart(elements, arrows)


def _element(written: str, elements: dict[str, Element]) -> tuple[str, str]:
    """The id of an element, and what is chosen behind it: `x1(退回)`."""
    match = re.fullmatch(r"(?:(?P<scope>\w+)/)?(?:(?P<host>\w+)(?P<sort>[!~]))?(?P<id>\w+)(?:\((?P<title>[^)]+)\))?", written)
    assert match, written
    name, host = match["id"], match["host"] or ""
    if name not in elements:
        kind = next((kind for start, kind in _KINDS.items() if name.startswith(start)), "")
        kind = kind or (_GATEWAYS[name[0]] if re.fullmatch(r"[xpoce]\d*", name) else "userTask")
        elements[name] = Element(name, "boundaryEvent" if host else kind, name, match["scope"] or "",
                                 Place("chart", len(elements) + 1), trigger="terminate" if name.startswith("stop") else "",
                                 host=host, interrupting=match["sort"] != "~")
    return name, match["title"] or ""


def found_in(text: str) -> tuple[Problem, ...]:
    problems = Problems()
    check_flow(chart(text), problems)
    return problems.everything()


def codes_in(text: str) -> list[str]:
    return [f"{problem.code}{'?' if problem.severity == 'warning' else ''}" for problem in found_in(text)]
