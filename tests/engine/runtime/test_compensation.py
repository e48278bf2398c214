from engine.runtime import Case
from tests.engine.runtime.drawing import Drawing, Notebook, again, awaited, finish, open_at, sheet

UNDO = "<bpmn:compensateEventDefinition/>"


def undoable(drawing: Drawing, *ids: str) -> Drawing:
    """Each task gets a handler `undo_<id>`, a task as well."""
    for element_id in ids:
        drawing.node("boundaryEvent", f"c_{element_id}", attributes=f'attachedToRef="{element_id}"', content=UNDO)
        drawing.node("userTask", f"undo_{element_id}", attributes='isForCompensation="true"')
        drawing.parts.append(f'<bpmn:association id="as_{element_id}" sourceRef="c_{element_id}" targetRef="undo_{element_id}"/>')
    return drawing


def test_what_was_completed_is_undone_last_first_and_the_thrower_waits() -> None:
    drawing = undoable(sheet().tasks("a", "b", "c", "after"), "a", "b", "c")
    drawing.node("intermediateThrowEvent", "throw", content=UNDO).flow("s", "a", "b", "throw", "after", "c", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "a")
    assert case.waiting() == ()
    case = again(case)
    finish(case, "b")
    for handler in ("undo_b", "undo_a"):
        case = again(case)
        assert open_at(case) == [handler]
        finish(case, handler)
    assert open_at(case) == ["after"]
    finish(case, "after", "c")
    assert case.ended


def test_an_activity_is_undone_once_for_each_time_it_was_done_and_not_twice() -> None:
    drawing = undoable(sheet().tasks("a", "b"), "a").choice("m").choice("g", "out")
    drawing.node("intermediateThrowEvent", "throw", content=UNDO)
    drawing.flow("s", "m", "a", "g").flow("g", "m", when="again").flow("g", "throw", "b", "e", flow_id="out")
    notes = Notebook(again=True)
    case = Case.start(drawing.program(), hooks=notes)
    finish(case, "a")
    notes.variables["again"] = False
    case = again(case)
    finish(case, "a")
    finish(case, "undo_a", "undo_a")
    assert open_at(case) == ["b"]


def test_one_activity_may_be_named() -> None:
    drawing = undoable(sheet().tasks("a", "b", "after"), "a", "b")
    drawing.node("intermediateThrowEvent", "throw", content='<bpmn:compensateEventDefinition activityRef="a"/>')
    case = Case.start(drawing.flow("s", "a", "b", "throw", "after", "e").program(), hooks=Notebook())
    finish(case, "a", "b")
    assert open_at(case) == ["undo_a"]
    finish(case, "undo_a")
    assert open_at(case) == ["after"]


def inside_undoable() -> Drawing:
    level = Drawing("i").node("startEvent", "is").node("endEvent", "ie").tasks("x", "y").flow("is", "x", "y", "ie")
    return undoable(level, "x", "y")


def test_a_completed_sub_process_is_undone_from_inside() -> None:
    drawing = sheet().inside("sub", inside_undoable()).tasks("after")
    drawing.node("intermediateThrowEvent", "throw", content=UNDO).flow("s", "sub", "after", "throw", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "x", "y")
    case = again(case)
    assert open_at(case) == ["after"]
    finish(case, "after")
    case = again(case)
    finish(case, "undo_y")
    case = again(case)
    finish(case, "undo_x")
    assert case.ended


def test_what_is_not_completed_is_not_undone() -> None:
    drawing = sheet().inside("sub", inside_undoable()).tasks("after").boundary("late", "sub", "message", text="stop")
    drawing.node("intermediateThrowEvent", "throw", content=UNDO).flow("s", "sub", "e").flow("late", "throw", "after", "e")
    case = Case.start(drawing.program(), hooks=Notebook())
    finish(case, "x")
    case.deliver("message", "stop")
    assert open_at(again(case)) == ["after"]


def test_a_cancelled_transaction_undoes_what_it_did_and_is_left_by_its_cancel_event() -> None:
    level = undoable(Drawing("i").node("startEvent", "is").tasks("x", "y"), "x")
    level.node("parallelGateway", "fork").node("endEvent", "stop", content="<bpmn:cancelEventDefinition/>").node("endEvent", "ie")
    level.tasks("decide").flow("is", "x", "fork", "y", "ie").flow("fork", "decide", "stop")
    drawing = sheet().node("transaction", "sub", content=level.body()).tasks("after", "instead").flow("s", "sub", "after", "e")
    drawing.node("boundaryEvent", "cancelled", attributes='attachedToRef="sub"', content="<bpmn:cancelEventDefinition/>")
    case = Case.start(drawing.flow("cancelled", "instead", "e").program(), hooks=Notebook())
    finish(case, "x", "decide")
    case = again(case)
    assert open_at(case) == ["undo_x"]
    finish(case, "undo_x")
    assert open_at(case) == ["instead"]
    finish(case, "instead")
    assert case.ended


def test_an_event_sub_process_may_undo_the_work_around_it_in_its_own_way() -> None:
    level = inside_undoable()
    handler = Drawing("h").node("startEvent", "hs", content=UNDO).tasks("ask").node("endEvent", "he")
    level.scope("undo_all", handler.node("intermediateThrowEvent", "rest", content=UNDO).flow("hs", "ask", "rest", "he"))
    drawing = sheet().inside("sub", level).tasks("t", "after").node("intermediateThrowEvent", "throw", content=UNDO)
    case = Case.start(drawing.flow("s", "sub", "t", "throw", "after", "e").program(), hooks=Notebook())
    finish(case, "x", "y", "t")
    for handler_id in ("ask", "undo_y", "undo_x"):
        case = again(case)
        assert open_at(case) == [handler_id]
        finish(case, handler_id)
    assert open_at(case) == ["after"]


def test_an_error_handler_may_undo_what_was_done_before_the_error() -> None:
    level = inside_undoable().node("endEvent", "oops", content=awaited("error", "E1"))
    level.parts = [part for part in level.parts if 'targetRef="ie"' not in part]
    level.flow("y", "oops")
    handler = Drawing("h").node("startEvent", "hs", content=awaited("error", "E1")).node("endEvent", "he", content=UNDO)
    level.scope("on_error", handler.flow("hs", "he"))
    level.parts = [part for part in level.parts if 'id="ie"' not in part]
    case = Case.start(sheet().inside("sub", level).tasks("after").flow("s", "sub", "after", "e").program(), hooks=Notebook())
    finish(case, "x", "y")
    for handler_id in ("undo_y", "undo_x"):
        assert open_at(again(case)) == [handler_id]
        finish(case, handler_id)
    assert open_at(case) == ["after"]
