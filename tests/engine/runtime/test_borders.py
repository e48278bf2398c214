"""Borders that one drawing alone has no place for: other gateways, joins, compensation, groups without an order, stuck steps."""

from __future__ import annotations

import pytest

from engine.runtime import CannotMove, Case
from tests.engine.runtime.drawing import Drawing, Notebook, again, awaited, finish, finish_all, open_at, sheet


def moved(case: Case, source: str, target: str) -> Case:
    case.move(next(token.id for token in case.open_tokens() if token.element_id == source), target)
    return again(case)


def refusal(case: Case, source: str, target: str) -> str:
    before = case.dump()
    with pytest.raises(CannotMove) as told:
        moved(case, source, target)
    assert case.dump() == before
    return told.value.border.id


def parallel(kind: str, *, least: int = 0) -> Case:
    """Two branches, p and q, of a gateway of this kind; before them a, behind them z."""
    split = kind if kind != "complexGateway" else "parallelGateway"
    content = f"<bpmn:activationCondition>= activationCount &gt;= {least}</bpmn:activationCondition>" if least else ""
    drawing = sheet().tasks("a", "p", "q", "z").node(split, "fork").node(kind, "join", content=content)
    when = "n" if kind == "inclusiveGateway" else None
    drawing.flow("s", "a", "fork").flow("fork", "p", "join", "z", "e", when=when).flow("fork", "q", "join", when=when)
    return Case.start(drawing.program(), hooks=Notebook(n=True))


def test_a_branch_of_which_not_all_are_awaited_is_left_but_neither_entered_nor_changed() -> None:
    case = parallel("complexGateway", least=2)
    assert refusal(case, "a", "p") == "into a choice"
    finish(case, "a")
    assert refusal(case, "p", "q") == "into a choice"
    finish(case, "q")
    case = moved(again(case), "p", "a")
    assert open_at(case) == ["a"]
    finish_all(case)


def test_a_late_branch_of_a_block_that_has_gone_on_only_ends() -> None:
    """Moved out, it would be a second token on the way that the first one goes."""
    case = parallel("complexGateway", least=1)
    finish(case, "a", "p")
    assert sorted(open_at(case)) == ["q", "z"]
    assert refusal(case, "q", "a") == "out of a late branch"
    assert open_at(moved(case, "q", "q")) == ["z", "q"]


def test_an_inclusive_join_waits_for_nobody_who_cannot_come() -> None:
    case = moved(parallel("inclusiveGateway"), "a", "q")
    assert open_at(case) == ["q"]
    finish(case, "q")
    assert open_at(case) == ["z"]


def test_a_token_that_waits_at_a_join_still_stands_in_its_branch() -> None:
    case = parallel("parallelGateway")
    finish(case, "a", "p")
    waiting = next(token for token in case.live() if token.element_id == "join")
    move = case.move(waiting.id, "p")
    assert (move.borders, open_at(case)) == (("within",), ["q", "p"])
    finish_all(again(case))


def test_branches_that_are_drawn_into_each_other_are_not_guessed_at() -> None:
    drawing = sheet().tasks("a", "p", "q", "r", "z").node("parallelGateway", "fork", "one", "two").choice("pick", "d")
    drawing.flow("s", "a", "fork", "p", "one", "z", "two", "e").flow("fork", "q", "pick").flow("pick", "one", flow_id="d")
    drawing.flow("pick", "r", "two", when="n")
    case = Case.start(drawing.program(), hooks=Notebook(n=False))
    assert refusal(case, "a", "z") == "tangled"


def test_what_is_being_undone_is_not_moved_until_it_is_undone() -> None:
    drawing = sheet().tasks("a", "z").node("userTask", "undo", attributes='isForCompensation="true"')
    drawing.node("boundaryEvent", "keep", attributes='attachedToRef="a"', content="<bpmn:compensateEventDefinition/>")
    drawing.node("intermediateThrowEvent", "throw", content="<bpmn:compensateEventDefinition/>")
    drawing.parts.append('<bpmn:association id="as" sourceRef="keep" targetRef="undo" associationDirection="One"/>')
    case = Case.start(drawing.flow("s", "a", "throw", "z", "e").program(), hooks=Notebook())
    assert refusal(case, "a", "undo") == "no step"
    finish(case, "a")
    assert refusal(case, "undo", "a") == "undoing"
    finish(case, "undo")
    assert open_at(moved(again(case), "z", "a")) == ["a"]


def test_an_unordered_group_is_entered_as_a_whole() -> None:
    body = Drawing("i").tasks("x", "y").body()
    drawing = sheet().tasks("a").node("adHocSubProcess", "any", content=body).flow("s", "a", "any", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    assert refusal(case, "a", "x") == "into an unordered group"
    assert open_at(moved(case, "a", "any")) == ["x", "y"]


def test_a_step_that_cannot_go_on_is_jumped_over() -> None:
    notes = Notebook()
    drawing = sheet().tasks("a", "z").node("scriptTask", "broken").flow("s", "a", "broken", "z", "e")
    case = Case.start(drawing.program(), hooks=notes)
    notes.failing.add("broken")
    finish(case, "a")
    failed, = case.failures
    case.move(failed.token_id, "z")
    assert (open_at(again(case)), case.failures) == (["z"], ())


def test_the_rivals_behind_an_event_based_gateway_go_with_the_one_that_is_moved() -> None:
    drawing = sheet().tasks("a", "z").node("eventBasedGateway", "wait")
    drawing.node("intermediateCatchEvent", "one", content=awaited("message", "m"))
    drawing.node("intermediateCatchEvent", "two", content=awaited("timer")).tasks("z2").node("endEvent", "e2")
    drawing.flow("s", "a", "wait", "one", "z", "e").flow("wait", "two", "z2", "e2")
    case = Case.start(drawing.program(), hooks=Notebook())
    assert refusal(case, "a", "one") == "no step"
    finish(case, "a")
    case.move(case.waiting()[0].id, "a")
    assert (open_at(case), case.waiting()) == (["a"], ())
