import pytest

from engine.runtime import Case, Event, Thrown
from tests.engine.runtime.drawing import Drawing, Notebook, again, awaited, finish, open_at, sheet


def guarded(kind: str, code: str, *boundaries: tuple[str, str], cancels: bool = True) -> Drawing:
    """A sub-process that throws `code` after its task `x`; each boundary event `(id, code)` leads to a task `t_<id>`."""
    throw = "endEvent" if kind == "error" else "intermediateThrowEvent"
    level = Drawing("i").node("startEvent", "is").tasks("x").node(throw, "throw", content=awaited(kind, code))
    level.flow("is", "x", "throw")
    if kind != "error":
        level.node("endEvent", "ie").flow("throw", "ie")
    drawing = sheet().inside("sub", level).tasks("after").flow("s", "sub", "after", "e")
    for element_id, caught in boundaries:
        drawing.tasks(f"t_{element_id}").flow(element_id, f"t_{element_id}", "e")
        drawing.boundary(element_id, "sub", kind, cancels=cancels, text=caught)
    return drawing


def any_code(drawing: Drawing, kind: str) -> Drawing:
    """The boundary event of code `any` catches every code."""
    drawing.parts = [part.replace(f' {kind}Ref="any"', "") for part in drawing.parts]
    return drawing


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_the_event_with_its_code_is_asked_before_the_one_for_every_code(kind: str) -> None:
    both = any_code(guarded(kind, "E1", ("every", "any"), ("one", "E1")), kind)
    case = again(Case.start(both.program(), hooks=Notebook()))
    finish(case, "x")
    assert open_at(case) == ["t_one"]
    other = any_code(guarded(kind, "E2", ("one", "E1"), ("every", "any")), kind)
    case = Case.start(other.program(), hooks=Notebook())
    finish(case, "x")
    assert open_at(case) == ["t_every"]


def test_an_escalation_that_does_not_interrupt_lets_the_sub_process_go_on() -> None:
    case = again(Case.start(guarded("escalation", "E1", ("one", "E1"), cancels=False).program(), hooks=Notebook()))
    finish(case, "x")
    assert open_at(case) == ["t_one", "after"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_nobody_catches_is_a_failure_where_it_is_thrown_and_goes_on_nowhere(kind: str) -> None:
    case = Case.start(guarded(kind, "E1", ("one", "E2")).program(), hooks=Notebook())
    finish(case, "x")
    (failure,) = case.failures
    assert failure.element_id == "throw"
    assert "E1" in failure.error.sentence.zh and "E1" in failure.error.sentence.en
    assert open_at(case) == []
    case = again(case)
    case.settle()
    assert [failure.element_id for failure in case.failures] == ["throw"]
    assert case.hooks.log.count("throw") == 1


def test_what_nobody_catches_may_be_taken_outside() -> None:
    for kind, ended in (("error", True), ("escalation", False)):
        notes = Notebook()
        notes.outside.add("E1")
        case = Case.start(guarded(kind, "E1").program(), hooks=notes)
        finish(case, "x")
        assert notes.sent == [(kind, "E1")]
        assert case.ended is ended
        assert case.failures == ()


def working(kind: str) -> Drawing:
    """One activity `w` with boundary events for the error E1 and the escalation U1."""
    called = 'calledElement="other"' if kind == "callActivity" else ""
    drawing = sheet().node(kind, "w", attributes=called).tasks("mend", "hurry").flow("s", "w", "e")
    drawing.boundary("oops", "w", "error", text="E1").flow("oops", "mend")
    return drawing.boundary("up", "w", "escalation", text="U1", cancels=False).flow("up", "hurry")


@pytest.mark.parametrize(("element", "kind"), [("userTask", "task"), ("serviceTask", "service"), ("callActivity", "call")])
def test_whoever_does_the_work_completes_it_or_ends_it_with_an_error_or_escalates(element: str, kind: str) -> None:
    program = working(element).program()
    case = again(Case.start(program, hooks=Notebook()))
    (work,) = case.open_tokens(kind)
    assert work.element_id == "w"
    case.throw(work.id, Event("escalation", "U1"))
    assert open_at(case) == (["w"] if kind == "task" else []) + ["hurry"]
    case = again(case)
    case.throw(work.id, Event("error", "E9"))
    assert [failure.element_id for failure in case.failures] == ["w"]
    assert len(case.open_tokens(kind)) == (2 if kind == "task" else 1)
    case.throw(work.id, Event("error", "E1"))
    assert open_at(case) == ["hurry", "mend"]
    case = Case.start(program, hooks=Notebook())
    case.complete(case.open_tokens(kind)[0].id)
    assert case.ended


def test_an_error_of_an_automatic_step_is_caught_at_its_boundary_or_fails_there() -> None:
    drawing = sheet().node("scriptTask", "w").tasks("mend").flow("s", "w", "e")
    program = drawing.boundary("oops", "w", "error", text="E1").flow("oops", "mend").program()
    for code, opened, failed in (("E1", ["mend"], []), ("E2", [], ["w"])):
        notes = Notebook()

        def fail(code: str = code) -> None:
            raise Thrown(code)

        notes.effects["w"] = fail
        case = Case.start(program, hooks=notes)
        assert open_at(case) == opened
        assert [failure.element_id for failure in case.failures] == failed


def test_a_signal_reaches_everybody_who_waits_and_leaves_the_instance_a_message_only_leaves() -> None:
    drawing = sheet().node("parallelGateway", "fork").tasks("a", "b").flow("s", "fork")
    for branch in ("a", "b"):
        drawing.node("intermediateCatchEvent", f"on_{branch}", content=awaited("signal", "go"))
        drawing.flow("fork", f"on_{branch}", branch, "e")
    drawing.node("intermediateThrowEvent", "call", content=awaited("signal", "go") + awaited("message", "m"))
    drawing.tasks("ready").flow("fork", "ready", "call", "e")
    notes = Notebook()
    case = again(Case.start(drawing.program(), hooks=notes))
    finish(case, "ready")
    assert open_at(case) == ["a", "b"]
    assert notes.sent == [("signal", "go"), ("message", "m")]


def test_a_send_task_with_a_message_sends_it_and_one_without_is_done_outside() -> None:
    notes = Notebook()
    drawing = sheet().node("sendTask", "send", attributes='messageRef="m"').flow("s", "send", "e")
    assert Case.start(drawing.program(), hooks=notes).ended
    assert notes.sent == [("message", "m")]
    case = Case.start(sheet().node("sendTask", "send").flow("s", "send", "e").program(), hooks=notes)
    assert [token.element_id for token in case.open_tokens("service")] == ["send"]


@pytest.mark.parametrize(("attributes", "needed"), [("", 1), ('parallelMultiple="true"', 2)])
def test_an_event_of_several_definitions_waits_for_one_or_for_all_of_them(attributes: str, needed: int) -> None:
    content = awaited("message", "m") + awaited("signal", "go") if needed else ""
    drawing = sheet().node("intermediateCatchEvent", "wait", attributes=attributes, content=content).flow("s", "wait", "e")
    case = again(Case.start(drawing.program(), hooks=Notebook()))
    assert [token.id.partition(":")[2] for token in case.waiting()] == ["0", "1"]
    assert case.deliver("message", "m")
    case = again(case)
    assert case.ended is (needed == 1)
    if needed == 2:
        (left,) = case.waiting()
        assert left.kind == "signal"
        case.trigger(left.id)
        assert case.ended


def test_behind_an_event_based_gateway_the_first_event_takes_the_others_away() -> None:
    drawing = sheet().node("eventBasedGateway", "g").tasks("a", "b", "c").flow("s", "g")
    drawing.node("intermediateCatchEvent", "on_time", content=awaited("timer")).flow("g", "on_time", "a", "e")
    drawing.node("receiveTask", "on_message", attributes='messageRef="m"').flow("g", "on_message", "b", "e")
    drawing.node("intermediateCatchEvent", "on_change", content=awaited("conditional", "changed")).flow("g", "on_change", "c", "e")
    notes, program = Notebook(changed=False), drawing.program()
    case = again(Case.start(program, hooks=notes))
    assert len(case.waiting()) == 3
    assert case.deliver("message", "m")
    assert open_at(case) == ["b"]
    assert case.waiting() == ()
    case = again(Case.start(program, hooks=notes))
    notes.variables["changed"] = True
    case.settle()
    assert open_at(case) == ["c"]


def test_a_link_leads_to_its_other_half_of_the_same_level() -> None:
    link = '<bpmn:linkEventDefinition name="L"/>'
    drawing = sheet().node("intermediateThrowEvent", "there", "too", content=link).node(
        "intermediateCatchEvent", "here", content=link).choice("g", "d").tasks("t")
    drawing.flow("s", "g").flow("g", "there", when="left").flow("g", "too", flow_id="d").flow("here", "t", "e")
    for left in (True, False):
        assert open_at(Case.start(drawing.program(), hooks=Notebook(left=left))) == ["t"]


def test_a_counted_cycle_on_the_way_sends_a_token_each_time_and_rests_after_the_last() -> None:
    drawing = sheet().node("intermediateCatchEvent", "wait", content=awaited("cycle", "R3/PT1H")).tasks("t")
    case = Case.start(drawing.flow("s", "wait", "t", "e").program(), hooks=Notebook())
    for is_last in (False, False, True):
        case = again(case)
        (wait,) = case.waiting()
        assert wait.repeats
        case.trigger(wait.id, is_last=is_last)
    assert open_at(case) == ["t", "t", "t"]
    assert case.waiting() == ()
