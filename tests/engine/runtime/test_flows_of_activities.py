import pytest

from engine.bpmn.xml import name, parse_xml
from engine.runtime import Case, compile_program
from engine.runtime.inspection import find_problems
from tests.engine.runtime.drawing import Drawing, Notebook, again, finish, fire, open_at, sheet


@pytest.mark.parametrize(
    ("true", "opened"), [(set(), ["c", "d"]), ({"x"}, ["a", "d"]), ({"x", "y"}, ["a", "b", "d"])]
)
def test_a_task_takes_every_flow_whose_condition_holds_and_the_default_if_none_does(
    true: set[str], opened: list[str]
) -> None:
    drawing = sheet().node("userTask", "t", attributes='default="else"').tasks("a", "b", "c", "d").flow("s", "t")
    drawing.flow("t", "a", "e", when="x").flow("t", "b", "e", when="y").flow("t", "c", "e", flow_id="else").flow("t", "d", "e")
    case = Case.start(drawing.program(), hooks=Notebook(x="x" in true, y="y" in true))
    finish(case, "t")
    assert sorted(open_at(again(case))) == opened


def test_a_task_none_of_whose_conditions_holds_is_a_failure_and_its_effect_is_not_repeated() -> None:
    drawing = sheet().tasks("t", "a").flow("s", "t").flow("t", "a", "e", when="x")
    notes = Notebook(x=False)
    case = Case.start(drawing.program(), hooks=notes)
    finish(case, "t")
    assert [failure.element_id for failure in case.failures] == ["t"]
    notes.variables["x"] = True
    case = again(case)
    case.settle()
    assert open_at(case) == ["a"]
    assert notes.log.count("t") == 1


def test_several_flows_into_a_task_bring_it_once_each() -> None:
    drawing = sheet().tasks("t", "u", "v").flow("s", "t", "u", "v", "e").flow("t", "v")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "t")
    assert open_at(case) == ["u", "v"]
    finish(case, "u", "v", "v")
    assert case.ended


def test_quantities_multiply_and_gather_tokens() -> None:
    drawing = sheet().node("userTask", "one", attributes='completionQuantity="4"')
    drawing.node("userTask", "two", attributes='startQuantity="2"').flow("s", "one", "two", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "one")
    assert open_at(again(case)) == ["two", "two"]
    drawing = sheet().tasks("a").node("userTask", "two", attributes='startQuantity="2"').choice("m").flow("s", "m", "a", "two", "e")
    drawing.boundary("more", "a", "message", cancels=False).flow("more", "m")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "a")
    assert open_at(case) == []
    assert not again(case).ended


def some(needed: int) -> Drawing:
    """Three tasks of which `needed` are enough, in a loop."""
    enough = f"<bpmn:activationCondition>= activationCount &gt;= {needed}</bpmn:activationCondition>"
    drawing = sheet().node("parallelGateway", "fork").node("complexGateway", "enough", content=enough)
    drawing.tasks("a", "b", "c", "after").choice("m").choice("g", "out").flow("s", "m", "fork")
    for task in ("a", "b", "c"):
        drawing.flow("fork", task, "enough")
    return drawing.flow("enough", "after", "g").flow("g", "m", when="again").flow("g", "e", flow_id="out")


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_a_complex_gateway_goes_on_when_enough_have_come_and_swallows_the_late_ones(needed: int) -> None:
    case = Case.start(some(needed).program(), hooks=Notebook(again=False))
    for number, task in enumerate(("c", "a", "b"), 1):
        case = again(case)
        finish(case, task)
        assert open_at(case).count("after") == (number >= needed)
    finish(case, "after")
    assert case.ended


def test_a_complex_gateway_is_reset_when_no_late_token_can_come() -> None:
    notes = Notebook(again=True)
    case = Case.start(some(2).program(), hooks=notes)
    finish(case, "a", "b", "c", "after")
    case = again(case)
    assert open_at(case) == ["a", "b", "c"]
    finish(case, "a")
    assert open_at(case) == ["b", "c"]
    finish(case, "b")
    assert open_at(case) == ["c", "after"]


def test_the_rest_of_n_of_m_is_withdrawn_by_a_terminate_end_in_a_sub_process() -> None:
    enough = "<bpmn:activationCondition>= activationCount &gt;= 2</bpmn:activationCondition>"
    level = Drawing("i").node("startEvent", "is").node("parallelGateway", "fork").tasks("a", "b", "c")
    level.node("complexGateway", "enough", content=enough).node("endEvent", "ie", content="<bpmn:terminateEventDefinition/>")
    level.flow("is", "fork").flow("enough", "ie")
    for task in ("a", "b", "c"):
        level.flow("fork", task, "enough")
    case = again(Case.start(sheet().inside("sub", level).tasks("t").flow("s", "sub", "t", "e").program(), hooks=Notebook()))
    finish(case, "b", "c")
    assert open_at(case) == ["t"]


def ad_hoc(kind: str, attributes: str = "", condition: str = "") -> Drawing:
    asked = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    level = Drawing().node(kind, "a", "b", "c")
    drawing = sheet().node("adHocSubProcess", "sub", attributes=attributes, content=level.body() + asked)
    return drawing.tasks("after").flow("s", "sub", "after", "e")


def test_an_ad_hoc_sub_process_offers_all_and_is_over_when_all_are_done_or_its_condition_holds() -> None:
    case = again(Case.start(ad_hoc("userTask").program(), hooks=Notebook()))
    finish(case, "c", "a")
    assert open_at(again(case)) == ["b"]
    finish(case, "b")
    assert open_at(case) == ["after"]
    notes = Notebook(enough=False)
    case = Case.start(ad_hoc("userTask", condition="enough").program(), hooks=notes)
    finish(case, "b")
    assert open_at(case) == ["a", "c"]
    notes.variables["enough"] = True
    case = again(case)
    finish(case, "c")
    assert open_at(case) == ["after"]


def test_a_sequential_ad_hoc_sub_process_runs_automatic_steps_one_by_one() -> None:
    notes = Notebook()
    case = Case.start(ad_hoc("scriptTask", 'ordering="Sequential"').program(), hooks=notes)
    assert notes.log == ["s", "a", "b", "c", "sub"]
    assert open_at(case) == ["after"]


def test_a_process_without_a_start_event_begins_wherever_no_flow_leads_to() -> None:
    drawing = Drawing().tasks("a", "b", "c").node("endEvent", "e").flow("a", "c", "e").flow("b", "e")
    case = again(Case.start(drawing.program(), hooks=Notebook()))
    assert open_at(case) == ["a", "b"]
    finish(case, "a", "b", "c")
    assert case.ended


def test_a_receive_task_may_begin_a_process() -> None:
    drawing = Drawing().node("receiveTask", "get", attributes='instantiate="true" messageRef="m"').tasks("t")
    program = drawing.flow("get", "t").program()
    assert [(start_id, event.kind, event.name) for start_id, event in program.starts.items()] == [("get", "message", "m")]
    assert open_at(Case.start(program, start_id="get", hooks=Notebook())) == ["t"]


def test_a_condition_behind_a_parallel_gateway_is_ignored_with_a_warning() -> None:
    drawing = sheet().node("parallelGateway", "g").tasks("a", "b").flow("s", "g").flow("g", "a", "e", when="x").flow("g", "b", "e")
    process = parse_xml(drawing.xml()).find(name("process"))
    assert [problem.severity for problem in find_problems(process, "p.bpmn")] == ["warning"]
    assert open_at(Case.start(compile_program(drawing.xml(), "p"), hooks=Notebook(x=False))) == ["a", "b"]


def test_two_tokens_from_one_task_may_meet_in_one_gathering_task() -> None:
    drawing = sheet().node("userTask", "one", attributes='completionQuantity="2"').tasks("after")
    drawing.node("userTask", "two", attributes='startQuantity="2"').flow("s", "one", "two", "after", "e")
    drawing.boundary("late", "two", "timer").flow("late", "after")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "one")
    case = again(case)
    fire(case, "late")
    assert open_at(case) == ["after"]
