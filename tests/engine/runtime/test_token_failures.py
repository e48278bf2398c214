import pytest

from engine.errors import WrongState
from engine.runtime import Case, SnapshotInvalid
from tests.engine.runtime.drawing import Drawing, Notebook, Refused, finish, fire, open_at, sheet


def two_branches() -> Drawing:
    return (
        sheet()
        .node("parallelGateway", "split")
        .tasks("a", "b", "done")
        .node("scriptTask", "effect")
        .choice("g", "otherwise")
        .flow("s", "split", "a", "effect", "g")
        .flow("g", "done", when="ok")
        .flow("g", "e", flow_id="otherwise")
        .flow("done", "e")
        .flow("split", "b", "e")
    )


def test_a_failing_effect_keeps_its_token_while_the_others_go_on() -> None:
    notes, program = Notebook(ok=True), two_branches().program()
    notes.failing.add("effect")
    case = Case.start(program, hooks=notes)
    finish(case, "a")
    (failure,) = case.failures
    assert failure.element_id == "effect"
    assert isinstance(failure.error, Refused)
    case = Case.load(program, case.dump(), hooks=notes)
    assert case.failures == ()
    finish(case, "b")
    assert [failure.element_id for failure in case.failures] == ["effect"]
    assert not case.ended
    notes.failing.clear()
    case.settle()
    assert open_at(case) == ["done"]
    assert case.failures == ()


def test_a_null_condition_is_a_failure_in_both_languages_and_effects_are_not_repeated() -> None:
    notes = Notebook(ok=None)
    case = Case.start(two_branches().program(), hooks=notes)
    finish(case, "a")
    (failure,) = case.failures
    assert failure.element_id == "g"
    assert "null" in failure.error.sentence.zh
    assert "ok" in failure.error.sentence.en
    case.settle()
    notes.variables["ok"] = True
    case.settle()
    assert open_at(case) == ["b", "done"]
    assert notes.log.count("g") == 1


def test_a_task_whose_completion_failed_is_shut_and_can_be_completed_again() -> None:
    notes = Notebook(ok=True)
    notes.failing.add("a")
    case = Case.start(two_branches().program(), hooks=notes)
    token, _ = case.open_tokens()
    case.complete(token.id)
    assert open_at(case) == ["b"]
    case.complete(token.id)
    assert len(case.failures) == 1
    notes.failing.clear()
    case.complete(token.id)
    assert open_at(case) == ["b", "done"]


def test_a_task_that_cannot_be_entered_opens_at_the_next_try() -> None:
    notes, program = Notebook(ok=True), two_branches().program()
    notes.closed.add("b")
    case = Case.start(program, hooks=notes)
    assert open_at(case) == ["a"]
    assert [failure.element_id for failure in case.failures] == ["b"]
    notes.closed.clear()
    case = Case.load(program, case.dump(), hooks=notes)
    case.settle()
    assert open_at(case) == ["a", "b"]
    assert notes.visits["b"] == 1


def test_no_condition_and_no_default_is_a_failure() -> None:
    for kind in ("exclusiveGateway", "inclusiveGateway"):
        drawing = sheet().node("endEvent", "f").node(kind, "g").flow("s", "g", "e").flow("g", "f", when="y")
        xml = (
            drawing.flow("g", "f", when="z")
            .body()
            .replace('targetRef="e">', 'targetRef="e"><bpmn:conditionExpression>x</bpmn:conditionExpression>')
        )
        level = Drawing()
        level.parts = [xml]
        case = Case.start(level.program(), hooks=Notebook(x=False, y=False, z=False))
        assert [failure.element_id for failure in case.failures] == ["g"]


def test_a_failing_boundary_condition_leaves_its_task_open() -> None:
    drawing = (
        sheet()
        .node("endEvent", "x")
        .tasks("t")
        .boundary("b", "t", "conditional", text="odd")
        .flow("s", "t", "e")
        .flow("b", "x")
    )
    notes = Notebook()
    notes.failing.add("odd")
    case = Case.start(drawing.program(), hooks=notes)
    assert [failure.element_id for failure in case.failures] == ["b"]
    assert open_at(case) == ["t"]
    finish(case, "t")
    assert case.ended
    assert case.failures == ()


def test_what_is_not_open_cannot_be_completed_and_what_does_not_wait_cannot_be_triggered() -> None:
    case = Case.start(two_branches().program(), hooks=Notebook(ok=True))
    done = case.open_tokens()[0].id
    case.complete(done)
    for token_id in (done, "999", "0", "x"):
        with pytest.raises(WrongState):
            case.complete(token_id)
        with pytest.raises(WrongState):
            case.trigger(token_id)


def test_a_bug_in_the_hooks_is_not_swallowed() -> None:
    notes = Notebook()
    notes.effects["s"] = lambda: {}["bug"]
    with pytest.raises(KeyError):
        Case.start(two_branches().program(), hooks=notes)


@pytest.mark.parametrize(
    "tokens",
    ['{"format":3}', '{"format":1,"last":1,"scopes":[{"id":"main","tokens":[["1","gone","ready"]]}]}'],
)
def test_tokens_of_another_format_or_version_are_refused(tokens: str) -> None:
    with pytest.raises(SnapshotInvalid):
        Case.load(two_branches().program(), tokens, hooks=Notebook())


def test_an_event_that_fired_is_not_lost_when_its_effect_fails() -> None:
    drawing = (
        sheet()
        .tasks("t", "late")
        .boundary("alarm", "t", "timer")
        .flow("s", "t", "e")
        .flow("alarm", "late", "e")
    )
    program, notes = drawing.program(), Notebook()
    notes.failing.add("alarm")
    case = Case.start(program, hooks=notes)
    fire(case, "alarm")
    assert open_at(case) == []
    assert case.waiting() == ()
    assert [failure.element_id for failure in case.failures] == ["alarm"]
    notes.failing.clear()
    case = Case.load(program, case.dump(), hooks=notes)
    case.settle()
    assert open_at(case) == ["late"]


def test_a_sub_process_whose_completion_failed_goes_on_at_the_next_try() -> None:
    inner = Drawing("i").node("startEvent", "is").node("endEvent", "ie").tasks("x").flow("is", "x", "ie")
    program, notes = sheet().inside("block", inner).flow("s", "block", "e").program(), Notebook()
    notes.failing.add("block")
    case = Case.start(program, hooks=notes)
    finish(case, "x")
    case = Case.load(program, case.dump(), hooks=notes)
    assert not case.ended
    notes.failing.clear()
    case.settle()
    assert case.ended
