import pytest

from engine.runtime import Case, compile_program
from tests.engine.runtime.drawing import Drawing, Notebook, finish, open_at, sheet


def rework() -> Drawing:
    """Two parallel branches, joined, and a choice that sends both back."""
    return (
        sheet()
        .tasks("a", "b", "verdict")
        .choice("merge")
        .choice("again", "stop")
        .node("parallelGateway", "split", "join")
        .flow("s", "merge", "split", "a", "join")
        .flow("split", "b", "join", "verdict", "again")
        .flow("again", "merge", when="again")
        .flow("again", "e", flow_id="stop")
    )


def test_a_parallel_join_in_the_second_pass_of_a_rework_loop_waits_for_both_branches() -> None:
    notes = Notebook(again=True)
    case = Case.start(rework().program(), hooks=notes)
    finish(case, "a", "b", "verdict")
    assert open_at(case) == ["a", "b"]
    finish(case, "b")
    assert open_at(case) == ["a"]
    finish(case, "a")
    assert open_at(case) == ["verdict"]
    notes.variables["again"] = False
    finish(case, "verdict")
    assert case.ended


def test_fifteen_hundred_rework_loops_stay_right_and_the_state_stays_small() -> None:
    notes = Notebook(again=True)
    program = rework().program()
    case = Case.start(program, start_id="s", hooks=notes)
    sizes = set()
    for turn in range(1500):
        finish(case, *(("a", "b") if turn % 3 else ("b", "a")), "verdict")
        assert open_at(case) == ["a", "b"]
        sizes.add(len(case.dump()))
        if turn % 100 == 0:
            case = Case.load(program, case.dump(), hooks=notes)
    assert max(sizes) < 130
    assert notes.visits["a"] == 1501
    notes.variables["again"] = False
    finish(case, "a", "b", "verdict")
    assert case.ended


def test_a_parallel_join_keeps_the_surplus_token_of_one_flow_for_the_next_round() -> None:
    drawing = (
        sheet()
        .node("parallelGateway", "three", "join")
        .tasks("a1", "a2", "b1", "b2", "after")
        .choice("a")
        .choice("b")
        .flow("s", "three")
        .flow("three", "a1", "a")
        .flow("three", "a2", "a")
        .flow("three", "b1", "b")
        .flow("three", "b2", "b")
        .flow("a", "join")
        .flow("b", "join", "after", "e")
    )
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "a1", "a2")
    assert open_at(case) == ["b1", "b2"]
    finish(case, "b1")
    assert open_at(case) == ["b2", "after"]
    finish(case, "b2")
    assert open_at(case) == ["after", "after"]


def test_ten_parallel_blocks_in_sequence_are_not_predicted() -> None:
    drawing = sheet()
    last = "s"
    for block in range(10):
        drawing.node("parallelGateway", f"open{block}", f"close{block}").flow(last, f"open{block}")
        for branch in range(3):
            drawing.tasks(f"t{block}_{branch}").flow(f"open{block}", f"t{block}_{branch}", f"close{block}")
        last = f"close{block}"
    case = Case.start(drawing.flow(last, "e").program(), hooks=Notebook())
    assert sum(len(level.tasks) for level in case._levels()) < 10
    while not case.ended:
        finish(case, open_at(case)[-1])


def test_a_choice_tries_its_conditions_in_the_order_of_the_document_not_of_the_diagram() -> None:
    drawing = (
        sheet()
        .tasks("low", "high")
        .choice("g", "otherwise")
        .flow("s", "g")
        .flow("g", "high", when="first")
        .flow("g", "low", when="second")
        .flow("g", "e", flow_id="otherwise")
        .flow("low", "e")
        .flow("high", "e")
    )
    shape = (
        '<bpmndi:BPMNShape xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" bpmnElement="{}">'
        '<dc:Bounds x="0" y="{}"/></bpmndi:BPMNShape>'
    )
    diagram = shape.format("high", 900) + shape.format("low", 1)
    xml = drawing.xml().replace(b"</bpmn:definitions>", diagram.encode() + b"</bpmn:definitions>")
    notes = Notebook(first=True, second=True)
    assert open_at(Case.start(compile_program(xml, "p"), hooks=notes)) == ["high"]
    assert notes.asked == ["first"]


def test_a_choice_without_a_condition_that_holds_takes_the_default() -> None:
    drawing = (
        sheet()
        .tasks("a", "b")
        .choice("g", "otherwise")
        .flow("s", "g")
        .flow("g", "a", when="no")
        .flow("g", "b", flow_id="otherwise")
        .flow("a", "e")
        .flow("b", "e")
    )
    assert open_at(Case.start(drawing.program(), hooks=Notebook(no=False))) == ["b"]


def inclusive() -> Drawing:
    return (
        sheet()
        .tasks("a", "b", "c", "after")
        .node("inclusiveGateway", "split", attributes='default="otherwise"')
        .node("inclusiveGateway", "join")
        .flow("s", "split")
        .flow("split", "a", "join", when="a")
        .flow("split", "b", "join", when="b")
        .flow("split", "c", flow_id="otherwise")
        .flow("c", "join", "after", "e")
    )


@pytest.mark.parametrize("chosen", [{"a"}, {"b"}, {"a", "b"}, set()])
def test_an_inclusive_join_waits_for_exactly_the_branches_that_were_taken(chosen: set[str]) -> None:
    notes = Notebook(a="a" in chosen, b="b" in chosen)
    case = Case.start(inclusive().program(), hooks=notes)
    taken = sorted(chosen) or ["c"]
    assert open_at(case) == taken
    for element in taken:
        assert "after" not in open_at(case)
        finish(case, element)
    assert open_at(case) == ["after"]


def test_an_inclusive_join_goes_on_when_the_branch_it_waited_for_ends_elsewhere() -> None:
    drawing = (
        sheet()
        .node("endEvent", "dead")
        .tasks("a", "b", "after")
        .node("parallelGateway", "split")
        .node("inclusiveGateway", "join")
        .choice("g", "otherwise")
        .flow("s", "split", "a", "join")
        .flow("split", "b", "g")
        .flow("g", "join", when="joins")
        .flow("g", "dead", flow_id="otherwise")
        .flow("join", "after", "e")
    )
    notes = Notebook(joins=False)
    case = Case.start(drawing.program(), hooks=notes)
    finish(case, "a")
    assert open_at(case) == ["b"]
    finish(case, "b")
    assert open_at(case) == ["after"]


def test_two_flows_from_one_gateway_into_one_join_count_as_two() -> None:
    drawing = (
        sheet()
        .node("parallelGateway", "split", "join")
        .tasks("t")
        .flow("s", "split", "join")
        .flow("split", "join")
        .flow("join", "t", "e")
    )
    notes = Notebook()
    case = Case.start(drawing.program(), hooks=notes)
    assert open_at(case) == ["t"]
    assert notes.log == ["s", "split", "join"]


def test_a_loop_back_into_a_task_does_not_recurse() -> None:
    drawing = (
        sheet()
        .tasks("t")
        .choice("g", "out")
        .flow("s", "t", "g")
        .flow("g", "t", when="again")
        .flow("g", "e", flow_id="out")
    )
    case = Case.start(drawing.program(), hooks=Notebook(again=True))
    for _ in range(50):
        finish(case, "t")
    assert open_at(case) == ["t"]


def test_a_process_of_nine_hundred_steps_in_a_row_compiles_and_runs() -> None:
    steps = [f"t{number}" for number in range(900)]
    drawing = sheet().node("scriptTask", *steps).flow("s", *steps, "e")
    assert Case.start(drawing.program(), hooks=Notebook()).ended


def test_a_loop_without_a_person_is_stopped_and_named() -> None:
    drawing = (
        sheet()
        .node("scriptTask", "count")
        .choice("g", "out")
        .choice("m")
        .flow("s", "m", "count", "g")
        .flow("g", "m", when="again")
        .flow("g", "e", flow_id="out")
    )
    notes = Notebook(again=True)
    case = Case.start(drawing.program(), hooks=notes)
    assert len(case.failures) == 1
    assert "10000" in str(case.failures[0].error)
    notes.variables["again"] = False
    case.settle()
    assert case.ended
