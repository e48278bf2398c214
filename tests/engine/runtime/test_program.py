import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from random import Random

import pytest

from engine.bpmn.xml import parse_xml
from engine.errors import DefinitionInvalid
from engine.runtime import Case, Program, compile_program
from tests.engine.runtime.drawing import Drawing, Notebook, finish, fire, open_at, sheet


def straight(*ids: str) -> Drawing:
    return sheet().tasks(*ids).flow("s", *ids, "e")


@pytest.mark.parametrize(
    "odd", ["Start", "End", "p", "p.EndJoin", "x.BoundaryEventSplit", "x [child]", "安全检查", "root", "main"]
)
def test_ids_that_the_library_reserves_and_chinese_ids_work(odd: str) -> None:
    program = straight(odd, "x").program()
    notes = Notebook()
    case = Case.load(program, Case.start(program, hooks=notes).dump(), hooks=notes)
    assert open_at(case) == [odd]
    finish(case, odd, "x")
    assert case.ended
    assert notes.log == ["s", odd, "x", "e"]


def test_a_node_may_bear_the_name_of_the_sub_process_it_stands_in_with_a_suffix() -> None:
    inner = (
        Drawing("i")
        .node("startEvent", "is")
        .node("endEvent", "ie")
        .tasks("block.EndJoin")
        .flow("is", "block.EndJoin", "ie")
    )
    drawing = sheet().inside("block", inner).flow("s", "block", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "block.EndJoin")
    assert case.ended


def test_a_sub_process_may_bear_the_id_of_its_process() -> None:
    inner = Drawing("i").node("startEvent", "is").node("endEvent", "ie").tasks("x").flow("is", "x", "ie")
    drawing = sheet().inside("p", inner).tasks("t").flow("s", "t", "p", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "t", "x")
    assert case.ended


def test_a_parsed_tree_is_accepted_and_left_as_it_was() -> None:
    root = parse_xml(straight("t").xml())
    before = [(element.tag, dict(element.attrib)) for element in root.iter()]
    compile_program(root, "p")
    assert [(element.tag, dict(element.attrib)) for element in root.iter()] == before


def test_all_problems_are_told_at_once() -> None:
    drawing = straight("t")
    drawing.parts += [
        '<bpmn:callActivity id="first"/>',
        '<bpmn:transaction id="second"/>',
    ]
    with pytest.raises(DefinitionInvalid) as caught:
        drawing.program()
    assert {"first", "second"} <= {
        word.strip(":") for problem in caught.value.problems for word in problem.en.split()
    }


def test_a_process_of_more_than_a_thousand_nodes_is_refused() -> None:
    with pytest.raises(DefinitionInvalid, match="1000"):
        straight(*[f"t{number}" for number in range(1000)]).program()


def test_an_id_used_twice_a_choice_without_condition_and_a_missing_process_are_refused() -> None:
    for drawing in (straight("t").tasks("t"), straight("t").choice("g").flow("t", "g", "e").flow("g", "t")):
        with pytest.raises(DefinitionInvalid):
            drawing.program()
    with pytest.raises(DefinitionInvalid):
        compile_program(straight("t").xml(), "other")
    with pytest.raises(DefinitionInvalid):
        compile_program(straight("t").xml().replace(b'isExecutable="true"', b'isExecutable="false"'), "p")


def test_what_is_only_shown_is_accepted() -> None:
    drawing = straight("t")
    drawing.parts += [
        "<bpmn:documentation>text</bpmn:documentation>",
        '<bpmn:laneSet id="l"><bpmn:lane id="l1"/></bpmn:laneSet>',
        '<bpmn:textAnnotation id="n"/>',
        '<bpmn:dataObjectReference id="d"/>',
        '<bpmn:group id="g"/>',
    ]
    assert open_at(Case.start(drawing.program(), hooks=Notebook())) == ["t"]


def parallel_rework() -> Drawing:
    inner = Drawing("i").node("startEvent", "is").node("endEvent", "ie").tasks("x").flow("is", "x", "ie")
    return (
        sheet()
        .tasks("a", "b", "verdict")
        .choice("merge")
        .inside("sub", inner)
        .choice("again", "stop")
        .node("parallelGateway", "split", "join")
        .node("inclusiveGateway", "or_join")
        .boundary("alarm", "a", "conditional", text="never")
        .flow("s", "merge", "split", "a", "join")
        .flow("split", "b", "or_join")
        .flow("split", "sub", "or_join", "join")
        .flow("join", "verdict", "again")
        .flow("alarm", "e")
        .flow("again", "merge", when="again")
        .flow("again", "e", flow_id="stop")
    )


def work_through(program: Program, seed: int) -> int:
    """One instance with random order and reloads; returns how many tasks were finished."""
    dice, notes, finished = Random(seed), Notebook(again=True, never=False), 0
    case = Case.start(program, hooks=notes)
    while not case.ended:
        notes.variables["again"] = finished < seed % 30
        case.complete(dice.choice(case.open_tokens()).id)
        finished += 1
        case = Case.load(program, case.dump(), hooks=notes)
    return finished


def test_one_program_serves_eight_threads_and_never_changes() -> None:
    program = parallel_rework().program()
    before = fingerprint(program)
    alone = [work_through(program, seed) for seed in range(60)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda number: work_through(program, number % 60), range(480)))
    finally:
        sys.setswitchinterval(interval)
    assert together == alone * 8
    assert fingerprint(program) == before


def fingerprint(program: Program) -> list[str]:
    """Everything the specs hold, except references to each other."""
    return [
        f"{spec.name}/{node.name}: "
        + repr(
            {
                key: value
                for key, value in vars(node).items()
                if isinstance(value, str | int | list | tuple | dict | frozenset)
            }
        )
        for spec in program.specs
        for node in spec.task_specs.values()
    ]


def test_the_machine_s_clock_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("SpiffWorkflow.task.time", None)
    monkeypatch.setattr("SpiffWorkflow.bpmn.specs.event_definitions.timer.datetime", None)
    drawing = straight("t").boundary("late", "t", "timer").flow("late", "e")
    program, notes = drawing.program(), Notebook()
    case = Case.load(program, Case.start(program, hooks=notes).dump(), hooks=notes)
    fire(case, "late")
    assert case.ended


def test_the_library_is_the_one_whose_inner_parts_are_overridden() -> None:
    assert version("SpiffWorkflow") == "3.2.0"
