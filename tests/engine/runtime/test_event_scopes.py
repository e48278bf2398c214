import pytest

from engine.bpmn.xml import ANLIU
from engine.errors import NotFound, WrongState
from engine.runtime import MAIN_SCOPE, Case, compile_program
from tests.engine.runtime.drawing import Drawing, Notebook, finish, open_at, sheet


def reviewed(*, interrupting: bool = False, stop: bool = False) -> Drawing:
    """A main flow of one task, and a request that brings a task of its own at any time."""
    end = "<bpmn:terminateEventDefinition/>" if stop else ""
    level = (
        Drawing("r")
        .node(
            "startEvent",
            "rs",
            attributes=f'isInterrupting="{str(interrupting).lower()}"',
            content="<bpmn:messageEventDefinition/>",
        )
        .tasks("review")
        .node("endEvent", "re", content=end)
        .flow("rs", "review", "re")
    )
    return sheet().tasks("work").flow("s", "work", "e").request("again", level)


def test_two_activations_of_one_event_sub_process_run_at_once() -> None:
    program, notes = reviewed().program(), Notebook()
    case = Case.start(program, hooks=notes)
    case.start_scope("again")
    case.start_scope("again")
    case = Case.load(program, case.dump(), hooks=notes)
    assert open_at(case) == ["work", "review", "review"]
    main, first, second = (token.scope_id for token in case.open_tokens())
    assert main == MAIN_SCOPE
    assert first != second
    finish(case, "work")
    assert not case.ended
    case.complete(case.open_tokens()[1].id)
    assert [token.scope_id for token in case.open_tokens()] == [first]
    finish(case, "review")
    assert case.ended


def test_an_interrupting_event_sub_process_cancels_all_other_tokens() -> None:
    case = Case.start(reviewed(interrupting=True).program(), hooks=Notebook())
    case.start_scope("again")
    assert open_at(case) == ["review"]
    case.start_scope("again")
    assert open_at(case) == ["review"]
    finish(case, "review")
    assert case.ended


def test_an_event_sub_process_interrupts_unless_it_says_otherwise() -> None:
    xml = reviewed().xml().replace(b'isInterrupting="false"', b"")
    case = Case.start(compile_program(xml, "p"), hooks=Notebook())
    case.start_scope("again")
    assert open_at(case) == ["review"]


def test_terminate_in_an_event_sub_process_ends_all_scopes() -> None:
    case = Case.start(reviewed(stop=True).program(), hooks=Notebook())
    case.start_scope("again")
    finish(case, "review")
    assert case.ended


def test_an_ended_case_starts_no_scope_and_an_unknown_scope_is_not_found() -> None:
    case = Case.start(reviewed().program(), hooks=Notebook())
    with pytest.raises(NotFound):
        case.start_scope("nothing")
    case.cancel_all()
    assert case.ended
    with pytest.raises(WrongState):
        case.start_scope("again")


def test_a_deadline_drawn_as_an_event_sub_process_is_left_alone() -> None:
    mark = f'<bpmn:extensionElements><x:deadline xmlns:x="{ANLIU}"/></bpmn:extensionElements>'
    mark += '<bpmn:complexGateway id="odd"/>'
    drawing = reviewed().node("subProcess", "limit", attributes='triggeredByEvent="true"', content=mark)
    case = Case.start(drawing.program(), hooks=Notebook())
    with pytest.raises(NotFound):
        case.start_scope("limit")
    finish(case, "work")
    assert case.ended


def test_only_the_named_start_event_gets_a_token() -> None:
    drawing = (
        Drawing()
        .node("startEvent", "by_phone", "by_letter")
        .node("endEvent", "e")
        .tasks("call", "read")
        .flow("by_phone", "call", "e")
        .flow("by_letter", "read", "e")
    )
    program = drawing.program()
    assert program.start_ids == ("by_phone", "by_letter")
    assert open_at(Case.start(program, start_id="by_letter", hooks=Notebook())) == ["read"]
    for unknown in (None, "call"):
        with pytest.raises(NotFound):
            Case.start(program, start_id=unknown, hooks=Notebook())
