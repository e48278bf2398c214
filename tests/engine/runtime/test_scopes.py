import pytest

from engine.bpmn.xml import ANLIU
from engine.runtime import Case, Token
from tests.engine.runtime.drawing import Drawing, Notebook, again, awaited, finish, fire, open_at, sheet


def handled(kind: str, *, cancels: bool, text: str = "sos", body: Drawing | None = None) -> Drawing:
    """A sub-process with the task `x`, a task `beside` it, and an event sub-process in it that brings the task `h`."""
    level = Drawing("i").node("startEvent", "is").node("endEvent", "ie").tasks("x").flow("is", "x", "ie")
    if body is not None:
        level = body
    attributes = f'isInterrupting="{str(cancels).lower()}"'
    handler = Drawing("h").node("startEvent", "hs", attributes=attributes, content=awaited(kind, text))
    level.scope("scope", handler.node("endEvent", "he").tasks("h").flow("hs", "h", "he"))
    drawing = sheet().node("parallelGateway", "fork", "join").tasks("beside", "after").inside("sub", level)
    return drawing.flow("s", "fork", "sub", "join", "after", "e").flow("fork", "beside", "join")


def bring_about(case: Case, kind: str) -> None:
    if kind in ("message", "signal"):
        assert case.deliver(kind, "sos")
    elif kind == "conditional":
        case.hooks.variables["sos"] = True
        case.settle()
    else:
        fire(case, "scope")


@pytest.mark.parametrize("kind", ["timer", "message", "signal", "conditional"])
@pytest.mark.parametrize("cancels", [True, False])
def test_an_event_sub_process_is_started_by_its_event_and_acts_on_its_own_level_only(kind: str, cancels: bool) -> None:
    notes = Notebook(sos=False)
    case = again(Case.start(handled(kind, cancels=cancels).program(), hooks=notes))
    bring_about(case, kind)
    case = again(case)
    assert sorted(open_at(case)) == (["beside", "h"] if cancels else ["beside", "h", "x"])
    finish(case, *([] if cancels else ["x"]), "h", "beside")
    assert open_at(case) == ["after"]


def test_an_armed_event_sub_process_holds_nothing_up_and_is_gone_with_its_level() -> None:
    case = again(Case.start(handled("message", cancels=True).program(), hooks=Notebook()))
    assert [(token.element_id, token.kind, token.event.name) for token in case.waiting()] == [("scope", "message", "sos")]
    finish(case, "x")
    assert case.waiting() == ()
    assert not case.deliver("message", "sos")


@pytest.mark.parametrize(("kind", "times"), [("message", 2), ("signal", 2), ("cycle", 2), ("timer", 1)])
def test_one_that_does_not_interrupt_may_start_as_often_as_its_event_happens(kind: str, times: int) -> None:
    text = "R/PT1H" if kind == "cycle" else "sos"
    case = Case.start(handled(kind, cancels=False, text=text).program(), hooks=Notebook())
    for _ in range(times):
        bring_about(case, kind)
        case = again(case)
    assert open_at(case).count("h") == times
    assert len(case.waiting()) == (kind != "timer")
    scopes = {token.scope_id for token in case.open_tokens() if token.element_id == "h"}
    assert len(scopes) == times


def throwing(kind: str, code: str = "sos") -> Drawing:
    """The body of the sub-process: a task, then the throw, then another task."""
    level = Drawing("i").node("startEvent", "is").tasks("x", "y").node("endEvent", "ie")
    if kind == "error":
        return level.node("endEvent", "throw", content=awaited(kind, code)).flow("is", "x", "throw").flow("y", "ie").choice(
            "g", "d").flow("x", "g").flow("g", "y", flow_id="d")
    return level.node("intermediateThrowEvent", "throw", content=awaited(kind, code)).flow("is", "x", "throw", "y", "ie")


@pytest.mark.parametrize("cancels", [True, False])
def test_an_escalation_starts_the_event_sub_process_of_its_level(cancels: bool) -> None:
    drawing = handled("escalation", cancels=cancels, body=throwing("escalation"))
    case = again(Case.start(drawing.program(), hooks=Notebook()))
    finish(case, "x")
    assert sorted(open_at(again(case))) == (["beside", "h"] if cancels else ["beside", "h", "y"])


def test_an_error_starts_the_event_sub_process_and_ends_everything_else_of_its_level() -> None:
    drawing = handled("error", cancels=True, body=throwing("error"))
    case = again(Case.start(drawing.program(), hooks=Notebook()))
    finish(case, "x")
    assert sorted(open_at(again(case))) == ["beside", "h"]
    finish(case, "h", "beside", "after")
    assert case.ended


def test_an_event_sub_process_of_the_process_hears_what_is_thrown_two_levels_below() -> None:
    deep = sheet_of("d", throwing("escalation", "deep"))
    handler = Drawing("h").node("startEvent", "hs", attributes='isInterrupting="true"', content=awaited("escalation", "deep"))
    drawing = sheet().inside("outer", deep).flow("s", "outer", "e")
    drawing.scope("scope", handler.tasks("h").node("endEvent", "he").flow("hs", "h", "he"))
    case = again(Case.start(drawing.program(), hooks=Notebook()))
    finish(case, "x")
    assert open_at(case) == ["h"]
    finish(case, "h")
    assert case.ended


def sheet_of(prefix: str, level: Drawing) -> Drawing:
    start, end = f"{prefix}s", f"{prefix}e"
    drawing = Drawing(prefix).node("startEvent", start).node("endEvent", end).inside(f"{prefix}_in", level)
    return drawing.flow(start, f"{prefix}_in", end)


def test_a_request_is_started_by_its_name_only() -> None:
    mark = f'<bpmn:extensionElements><x:request xmlns:x="{ANLIU}"/></bpmn:extensionElements>'
    handler = Drawing("h").node("startEvent", "hs", content=awaited("message", "sos"))
    handler.parts.insert(0, mark)
    drawing = sheet().tasks("t").flow("s", "t", "e")
    drawing.scope("scope", handler.tasks("h").node("endEvent", "he").flow("hs", "h", "he"))
    case = Case.start(drawing.program(), hooks=Notebook())
    assert case.waiting() == ()
    assert not case.deliver("message", "sos")
    case.start_scope("scope")
    assert open_at(case) == ["h"]


def test_a_change_of_a_register_is_told_by_the_owner_and_never_asked_of_the_process() -> None:
    drawn = f'<bpmn:extensionElements><x:event xmlns:x="{ANLIU}" entry="vms" when="=renewed" key="=vm"/></bpmn:extensionElements>'
    handler = Drawing("h").node("startEvent", "hs", attributes='isInterrupting="false"', content=drawn + awaited("conditional", "yes"))
    drawing = sheet().tasks("t").flow("s", "t", "e")
    drawing.scope("scope", handler.tasks("h").node("endEvent", "he").flow("hs", "h", "he"))
    notes = Notebook(yes=True)
    case = again(Case.start(drawing.program(), hooks=notes))
    (waiting,) = case.waiting()
    assert (waiting.kind, waiting.event.name, waiting.event.text, waiting.event.key) == ("entry", "vms", "renewed", "vm")
    assert notes.asked == []
    fire(case, "scope")
    fire(case, "scope")
    assert open_at(case) == ["t", "h", "h"]


def test_an_event_sub_process_whose_condition_already_holds_lets_nothing_else_happen() -> None:
    notes = Notebook(sos=True)
    case = Case.start(handled("conditional", cancels=True).program(), hooks=notes)
    assert sorted(open_at(case)) == ["beside", "h"]
    assert notes.visits["x"] == 0


def test_tokens_of_the_first_format_are_still_read() -> None:
    drawing = sheet().tasks("work").flow("s", "work", "e")
    handler = Drawing("h").node("startEvent", "hs", attributes='isInterrupting="false"', content=awaited("message"))
    drawing.request("more", handler.tasks("h").node("endEvent", "he").flow("hs", "h", "he"))
    text = (
        '{"format":1,"last":4,"scopes":[{"id":"main","tokens":[["2","work","ready"]]},'
        '{"id":"more#3","tokens":[["4","h","ready"]]}]}'
    )
    case = again(Case.load(drawing.program(), text, hooks=Notebook()))
    assert case.open_tokens() == (Token("2", "work", "main", "task"), Token("4", "h", "more#3", "task"))
    finish(case, "work", "h")
    assert case.ended
