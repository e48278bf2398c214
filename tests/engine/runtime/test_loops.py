import pytest

from engine.bpmn.xml import ZEEBE
from engine.runtime import Case, compile_program
from tests.engine.runtime.drawing import Drawing, Notebook, again, finish, fire, open_at, sheet


def each(*, one_by_one: bool = False, until: str = "", number: str = "") -> str:
    """Loop characteristics over the list `people`, one called `who`, giving `opinion` into `opinions`."""
    over = (
        f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"
        if number
        else f'<bpmn:extensionElements><z:loopCharacteristics xmlns:z="{ZEEBE}" inputCollection="= people" '
        'inputElement="who" outputElement="= opinion" outputCollection="opinions"/></bpmn:extensionElements>'
    )
    enough = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}">{over}{enough}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def countersigned(loop: str) -> Drawing:
    return sheet().node("userTask", "sign", content=loop).tasks("after").flow("s", "sign", "after", "e")


def sign(case: Case, place: int, opinion: str) -> None:
    """The open instance at this place gives its opinion."""
    token = case.open_tokens()[place]
    case.hooks.locals.keep(token.loop_id, "opinion", opinion)
    case.complete(token.id)


def test_instances_at_once_have_their_own_item_and_their_results_come_in_the_order_of_the_items() -> None:
    notes = Notebook(people=["ana", "bo", "cy"])
    case = Case.start(countersigned(each()).program(), hooks=notes)
    assert open_at(case) == ["sign", "sign", "sign"]
    seen = [notes.evaluate("who", "sign", token.loop_id) for token in case.open_tokens()]
    assert seen == ["ana", "bo", "cy"]
    for place, opinion in ((2, "no"), (0, "yes"), (0, "perhaps")):
        case = again(case)
        sign(case, place, opinion)
    assert open_at(case) == ["after"]
    assert notes.variables["opinions"] == ["yes", "perhaps", "no"]
    assert notes.locals.data == {}
    assert "who" not in notes.variables


SEVEN = 'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:collection="${people}" c:elementVariable="who"'
FLOWABLE = 'xmlns:f="http://flowable.org/bpmn" f:collection="people" f:elementVariable="who"'
PLAIN = """<bpmn:loopDataInputRef>list</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>opinions</bpmn:loopDataOutputRef>
<bpmn:inputDataItem id="i" name="who"/><bpmn:outputDataItem id="o" name="opinion"/>"""


@pytest.mark.parametrize(("attributes", "content"), [(SEVEN, ""), (FLOWABLE, ""), ("", PLAIN)])
def test_what_a_loop_runs_over_may_be_said_as_other_engines_do_or_as_bpmn_does(attributes: str, content: str) -> None:
    loop = f"<bpmn:multiInstanceLoopCharacteristics {attributes}>{content}</bpmn:multiInstanceLoopCharacteristics>"
    drawing = countersigned(loop).node("dataObjectReference", "list", attributes='name="people"')
    notes = Notebook(people=["ana", "bo"])
    case = again(Case.start(drawing.program(), hooks=notes))
    assert [notes.evaluate("who", "sign", token.loop_id) for token in case.open_tokens()] == ["ana", "bo"]
    sign(case, 1, "no")
    sign(case, 0, "yes")
    assert open_at(case) == ["after"]
    assert notes.variables.get("opinions", ["yes", "no"]) == ["yes", "no"]


def test_instances_one_by_one_follow_each_other() -> None:
    notes = Notebook(people=["ana", "bo"])
    case = Case.start(countersigned(each(one_by_one=True)).program(), hooks=notes)
    for name in ("ana", "bo"):
        case = again(case)
        (token,) = case.open_tokens()
        assert notes.evaluate("who", "sign", token.loop_id) == name
        notes.variables["people"] = []  # the items are those of the beginning
        sign(case, 0, name.upper())
    assert open_at(case) == ["after"]
    assert notes.variables["opinions"] == ["ANA", "BO"]


def test_enough_instances_end_the_loop_and_take_the_others_away() -> None:
    notes = Notebook(people=["ana", "bo", "cy"])
    case = Case.start(countersigned(each(until="numberOfCompletedInstances >= 2")).program(), hooks=notes)
    sign(case, 2, "yes")
    assert open_at(case) == ["sign", "sign"]
    case = again(case)
    sign(case, 1, "no")
    assert open_at(case) == ["after"]
    assert notes.variables["opinions"] == ["no", "yes"]


def test_a_loop_entered_again_begins_afresh() -> None:
    drawing = (
        sheet()
        .node("userTask", "sign", content=each())
        .choice("m")
        .choice("g", "out")
        .flow("s", "m", "sign", "g")
        .flow("g", "m", when="rework")
        .flow("g", "e", flow_id="out")
    )
    notes = Notebook(people=["ana", "bo"], rework=True)
    case = Case.start(drawing.program(), hooks=notes)
    sign(case, 0, "1")
    sign(case, 0, "2")
    assert open_at(case) == ["sign", "sign"]
    notes.variables["rework"] = False
    sign(case, 1, "4")
    sign(again(case), 0, "3")
    assert notes.variables["opinions"] == ["3", "4"]


def test_nothing_to_do_is_done_at_once_and_no_list_or_too_many_is_a_failure() -> None:
    notes = Notebook(people=[])
    case = Case.start(countersigned(each()).program(), hooks=notes)
    assert open_at(case) == ["after"]
    assert notes.variables["opinions"] == []
    case = Case.start(countersigned(each(number="n")).program(), hooks=Notebook(n=10_001))
    assert [failure.element_id for failure in case.failures] == ["sign"]
    case.hooks.variables["n"] = 1
    case = again(case)
    case.settle()
    assert open_at(case) == ["sign"]


def test_what_an_instance_gives_is_not_lost_when_it_cannot_be_collected_yet() -> None:
    notes = Notebook(people=["ana", "bo"])
    notes.failing.add("opinion")
    case = Case.start(countersigned(each()).program(), hooks=notes)
    sign(case, 0, "yes")
    assert [failure.element_id for failure in case.failures] == ["sign"]
    assert open_at(case) == ["sign"]
    case = again(case)
    sign(case, 0, "no")
    assert not case.ended
    notes.failing.clear()
    case = again(case)
    case.settle()
    assert open_at(case) == ["after"]
    assert notes.variables["opinions"] == ["yes", "no"]


def inner(*ids: str, prefix: str = "i") -> Drawing:
    start, end = f"{prefix}s", f"{prefix}e"
    return Drawing(prefix).node("startEvent", start).node("endEvent", end).tasks(*ids).flow(start, *ids, end)


def looped(element_id: str, loop: str, level: Drawing) -> Drawing:
    return sheet().node("subProcess", element_id, content=loop + level.body()).flow("s", element_id, "e")


def test_a_boundary_event_of_a_looped_sub_process_interrupts_every_instance() -> None:
    drawing = looped("sub", each(), inner("x", "y")).boundary("late", "sub", "timer").tasks("t").flow("late", "t")
    notes = Notebook(people=["ana", "bo", "cy"])
    case = Case.start(drawing.program(), hooks=notes)
    finish(case, "x")
    assert open_at(case) == ["x", "x", "y"]
    case = again(case)
    fire(case, "late")
    assert open_at(case) == ["t"]
    assert notes.locals.data == {}
    finish(case, "t")
    assert case.ended


def test_a_loop_in_a_loop_sees_both_items() -> None:
    level = Drawing("i").node("startEvent", "is").node("endEvent", "ie")
    level.node("userTask", "x", content=each(number="two")).flow("is", "x", "ie")
    notes = Notebook(people=["ana", "bo"], two=2)
    case = again(Case.start(looped("sub", each(), level).program(), hooks=notes))
    tokens = case.open_tokens()
    assert [notes.evaluate("who", "x", token.loop_id) for token in tokens] == ["ana", "ana", "bo", "bo"]
    assert [notes.evaluate("loopCounter", "x", token.loop_id) for token in tokens] == [1, 2, 1, 2]
    finish(case, "x", "x", "x", "x")
    assert case.ended


def repeated(*, attributes: str = "", condition: str = "more") -> Drawing:
    asked = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    loop = f"<bpmn:standardLoopCharacteristics {attributes}>{asked}</bpmn:standardLoopCharacteristics>"
    return sheet().node("userTask", "t", content=loop).flow("s", "t", "e")


def test_a_standard_loop_runs_once_at_least_and_while_its_condition_holds() -> None:
    notes = Notebook(more=True)
    case = Case.start(repeated().program(), hooks=notes)
    for _ in range(3):
        finish(case, "t")
        case = again(case)
        assert open_at(case) == ["t"]
    notes.variables["more"] = False
    finish(case, "t")
    assert case.ended


def test_a_standard_loop_may_ask_first_and_stops_at_its_maximum() -> None:
    assert Case.start(repeated(attributes='testBefore="true"').program(), hooks=Notebook(more=False)).ended
    case = Case.start(repeated(attributes='loopMaximum="2"', condition="").program(), hooks=Notebook())
    finish(case, "t", "t")
    assert case.ended


def test_enough_may_be_said_in_the_words_of_other_engines() -> None:
    case = Case.start(countersigned(each(until="nrOfCompletedInstances >= 1")).program(), hooks=Notebook(people=[1, 2]))
    sign(case, 1, "yes")
    assert open_at(case) == ["after"]


@pytest.mark.parametrize(("behavior", "sent"), [("None", 2), ("One", 1), ("All", 0)])
def test_a_loop_may_throw_an_event_when_instances_complete_and_its_boundary_event_lets_it_run_on(
    behavior: str, sent: int
) -> None:
    loop = each(number="two").replace(
        "<bpmn:multiInstanceLoopCharacteristics",
        f'<bpmn:multiInstanceLoopCharacteristics behavior="{behavior}" {behavior.lower()}BehaviorEventRef="thrown"',
    )
    drawing = countersigned(loop).boundary("told", "sign", "signal", text="done").tasks("t").flow("told", "t")
    definition = b'<bpmn:signalEventDefinition id="thrown" signalRef="done"/><bpmn:process'
    program = compile_program(drawing.xml().replace(b"<bpmn:process", definition), "p")
    case = Case.start(program, hooks=Notebook(two=2))
    finish(case, "sign", "sign")
    assert open_at(case).count("t") == sent
    assert "after" in open_at(case)


def test_a_message_that_a_looped_receive_task_waits_for_comes_once_per_instance() -> None:
    drawing = sheet().node("receiveTask", "get", attributes='messageRef="m"', content=each()).flow("s", "get", "e")
    case = again(Case.start(drawing.program(), hooks=Notebook(people=["ana", "bo"])))
    assert case.deliver("message", "m")
    assert not case.ended
    case = again(case)
    assert case.deliver("message", "m")
    assert case.ended
    assert not case.deliver("message", "m")

