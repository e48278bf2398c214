from engine.runtime import Case
from tests.engine.runtime.drawing import Drawing, Notebook, awaited, finish, fire, open_at, sheet


def hosted(kind: str, *, cancels: bool = True, text: str = "PT1H") -> Drawing:
    """A task with one boundary event that leads to a task of its own."""
    return (
        sheet()
        .node("endEvent", "e2")
        .tasks("work", "late")
        .boundary("alarm", "work", kind, cancels=cancels, text=text)
        .flow("s", "work", "e")
        .flow("alarm", "late", "e2")
    )


def test_a_timer_never_fires_by_itself_and_fires_when_told() -> None:
    drawing = (
        sheet()
        .tasks("t")
        .node("intermediateCatchEvent", "wait", content=awaited("timer", "PT0S"))
        .flow("s", "wait", "t", "e")
    )
    program = drawing.program()
    case = Case.start(program, hooks=Notebook())
    case.settle()
    case = Case.load(program, case.dump(), hooks=Notebook())
    case.settle()
    assert [(token.element_id, token.kind, token.host_id) for token in case.waiting()] == [
        ("wait", "timer", None)
    ]
    fire(case, "wait")
    assert open_at(case) == ["t"]


def test_an_interrupting_boundary_timer_cancels_its_task() -> None:
    notes = Notebook()
    case = Case.start(hosted("timer").program(), hooks=notes)
    (waiting,) = case.waiting()
    (work,) = case.open_tokens()
    assert waiting.host_id == work.id
    fire(case, "alarm")
    assert open_at(case) == ["late"]
    assert case.waiting() == ()
    assert notes.log == ["s", "alarm"]


def test_completing_the_task_takes_its_boundary_events_away() -> None:
    case = Case.start(hosted("message").program(), hooks=Notebook())
    finish(case, "work")
    assert case.ended
    assert case.waiting() == ()


def test_a_non_interrupting_timer_fires_once_and_its_branch_outlives_the_task() -> None:
    case = Case.start(hosted("timer", cancels=False).program(), hooks=Notebook())
    fire(case, "alarm")
    assert case.waiting() == ()
    finish(case, "work")
    assert open_at(case) == ["late"]
    finish(case, "late")
    assert case.ended


def test_a_non_interrupting_cycle_or_message_may_fire_again_while_the_task_is_open() -> None:
    for kind in ("cycle", "message"):
        case = Case.start(hosted(kind, cancels=False, text="R3/PT1H").program(), hooks=Notebook())
        assert case.waiting()[0].repeats
        fire(case, "alarm")
        fire(case, "alarm")
        assert open_at(case) == ["work", "late", "late"]
        finish(case, "work")
        assert case.waiting() == ()


def test_a_boundary_condition_cancels_its_task_when_it_turns_true() -> None:
    notes = Notebook(level=False)
    case = Case.start(hosted("conditional", text="level").program(), hooks=notes)
    assert open_at(case) == ["work"]
    notes.variables["level"] = True
    case.settle()
    assert open_at(case) == ["late"]


def test_a_boundary_condition_that_is_already_true_fires_at_once() -> None:
    case = Case.start(hosted("conditional", text="level").program(), hooks=Notebook(level=True))
    assert open_at(case) == ["late"]


def test_a_conditional_event_fires_only_on_true_itself() -> None:
    for value in (None, 1, "yes", False):
        case = Case.start(hosted("conditional", text="x").program(), hooks=Notebook(x=value))
        assert open_at(case) == ["work"]
        assert case.failures == ()


def test_a_non_interrupting_condition_fires_once_per_turn_to_true() -> None:
    notes = Notebook(level=True)
    program = hosted("conditional", cancels=False, text="level").program()
    case = Case.start(program, hooks=notes)
    case = Case.load(program, case.dump(), hooks=notes)
    case.settle()
    assert open_at(case) == ["work", "late"]
    notes.variables["level"] = False
    case.settle()
    notes.variables["level"] = True
    case.settle()
    assert open_at(case) == ["work", "late", "late"]


def test_a_condition_changed_by_an_effect_is_seen_in_the_same_run() -> None:
    drawing = (
        sheet()
        .tasks("a", "b")
        .node("parallelGateway", "split")
        .node("endEvent", "x")
        .boundary("lifted", "b", "conditional", text="lifted")
        .flow("s", "split", "a", "e")
        .flow("split", "b", "e")
        .flow("lifted", "x")
    )
    notes = Notebook()
    notes.effects["a"] = lambda: notes.variables.update(lifted=True)
    case = Case.start(drawing.program(), hooks=notes)
    finish(case, "a")
    assert case.ended


def nested() -> Drawing:
    inner = (
        Drawing("i")
        .node("startEvent", "is")
        .node("endEvent", "ie")
        .node("parallelGateway", "isplit", "ijoin")
        .tasks("x", "y")
        .boundary("inner_alarm", "x", "message", cancels=False)
        .tasks("extra")
        .node("endEvent", "ie2")
        .flow("is", "isplit", "x", "ijoin")
        .flow("isplit", "y", "ijoin", "ie")
        .flow("inner_alarm", "extra", "ie2")
    )
    return (
        sheet()
        .node("endEvent", "e2")
        .tasks("after", "late")
        .inside("block", inner)
        .boundary("alarm", "block", "timer")
        .flow("s", "block", "after", "e")
        .flow("alarm", "late", "e2")
    )


def test_an_embedded_sub_process_goes_on_when_its_last_token_ends() -> None:
    notes = Notebook()
    program = nested().program()
    case = Case.start(program, hooks=notes)
    fire(case, "inner_alarm")
    finish(case, "x", "y")
    assert open_at(case) == ["extra"]
    case = Case.load(program, case.dump(), hooks=notes)
    finish(case, "extra")
    assert open_at(case) == ["after"]
    assert notes.log[-2:] == ["ie2", "block"]
    assert case.waiting() == ()


def test_interrupting_an_embedded_sub_process_cancels_everything_in_it() -> None:
    program = nested().program()
    case = Case.start(program, hooks=Notebook())
    case = Case.load(program, case.dump(), hooks=Notebook())
    fire(case, "alarm")
    assert open_at(case) == ["late"]
    assert case.waiting() == ()


def test_a_terminate_event_ends_every_token() -> None:
    drawing = (
        sheet()
        .tasks("a", "b")
        .node("parallelGateway", "split")
        .node("endEvent", "stop", content="<bpmn:terminateEventDefinition/>")
        .flow("s", "split", "a", "e")
        .flow("split", "b", "stop")
    )
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "b")
    assert case.ended


def test_a_terminate_event_in_an_embedded_sub_process_ends_only_that_one() -> None:
    inner = (
        Drawing("i")
        .node("startEvent", "is")
        .tasks("x", "y")
        .node("parallelGateway", "split")
        .node("endEvent", "ie")
        .node("endEvent", "stop", content="<bpmn:terminateEventDefinition/>")
        .flow("is", "split", "x", "stop")
        .flow("split", "y", "ie")
    )
    drawing = sheet().tasks("after").inside("block", inner).flow("s", "block", "after", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "x")
    assert open_at(case) == ["after"]


def test_a_condition_that_holds_when_a_sub_process_begins_lets_nothing_happen_in_it() -> None:
    inner = (
        Drawing("i")
        .node("startEvent", "is")
        .node("endEvent", "ie")
        .node("scriptTask", "x")
        .flow("is", "x", "ie")
    )
    drawing = (
        sheet()
        .inside("block", inner)
        .node("scriptTask", "late")
        .boundary("b", "block", "conditional", text="now")
    )
    notes = Notebook(now=True)
    assert Case.start(drawing.flow("s", "block", "e").flow("b", "late", "e").program(), hooks=notes).ended
    assert notes.log == ["s", "b", "late", "e"]


def test_a_task_whose_boundary_condition_already_holds_is_never_entered() -> None:
    notes = Notebook(level=True)
    Case.start(hosted("conditional", text="level").program(), hooks=notes)
    assert notes.visits["work"] == 0
