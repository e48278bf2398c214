"""Every move from everywhere to everywhere of one drawing, held against the table of borders.

What is expected is worked out from where the places stand in the drawing, said once below, and not from the flows. What is
refused has moved nothing; what is moved stands where the table says, is the same after a reload, and runs to its end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from engine.runtime import BORDERS, CannotMove, Case
from tests.engine.runtime.drawing import Drawing, Notebook, again, awaited, finish, finish_all, fire, open_at, sheet

MANY = ("<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>n</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>")
Nest = tuple[tuple[str, str], ...]
"""What stands around a place, the outermost first: (kind, name); of a block `fork/0` is its first branch."""


def specimen() -> Drawing:
    """a; b with a way beside it; two branches, the second with a group; a loop of steps; a loop of one task; z. Two event
    sub-processes: one interrupts (h1, h2), one does not (k1, k2)."""
    group = Drawing("g").node("startEvent", "gs").tasks("x", "y").node("endEvent", "ge").flow("gs", "x", "y", "ge")
    group.node("parallelGateway", "inner_fork", "inner_join").tasks("u", "v")
    group.parts = [part for part in group.parts if 'sourceRef="y"' not in part]
    group.flow("y", "inner_fork", "u", "inner_join", "ge").flow("inner_fork", "v", "inner_join")
    loop = Drawing("l").node("startEvent", "ls").tasks("m", "n").node("endEvent", "le").flow("ls", "m", "n", "le")
    drawing = sheet().tasks("a", "b", "side", "late", "p1", "p2", "q1", "q2", "z").node("userTask", "vote", content=MANY)
    drawing.boundary("beside", "b", "timer", cancels=False).boundary("missed", "b", "timer").node("endEvent", "side_end")
    drawing.node("parallelGateway", "fork", "join").node("exclusiveGateway", "meet")
    drawing.inside("group", group).node("subProcess", "loop", content=MANY + loop.body())
    drawing.flow("s", "a", "b", "meet", "fork", "p1", "p2", "join", "loop", "vote", "z", "e").flow("fork", "q1", "group", "q2", "join")
    drawing.flow("beside", "side", "side_end").flow("missed", "late", "meet")
    for scope, cancels, first, second in (("stop", True, "h1", "h2"), ("remark", False, "k1", "k2")):
        handler = Drawing(f"{scope}_").node("startEvent", f"{scope}_s", attributes=f'isInterrupting="{str(cancels).lower()}"',
                                            content=awaited("message", scope))
        drawing.scope(scope, handler.tasks(first, second).node("endEvent", f"{scope}_e").flow(f"{scope}_s", first, second, f"{scope}_e"))
    return drawing


PROGRAM = specimen().program()


@dataclass(frozen=True)
class Place:
    """Where a step stands, and what was done until the case came there."""

    nest: Nest
    done: tuple[str, ...] = ()
    fired: str = ""
    """A message, or the event beside b, that brings the token there."""
    then: tuple[str, ...] = ()


FORKED = ("a", "b")
JOINED = (*FORKED, "p1", "p2", "q1", "x", "y", "u", "v", "q2")
IN_GROUP: Nest = (("branch", "fork/1"), ("group", "group"))
PLACES = {
    "a": Place(()), "b": Place((), ("a",)), "late": Place((), ("a",), "missed"),
    "z": Place((), (*JOINED, "m", "n", "m", "n", "vote", "vote")),
    "side": Place((("beside", "beside"),), ("a",), "beside"),
    "p1": Place((("branch", "fork/0"),), FORKED), "p2": Place((("branch", "fork/0"),), (*FORKED, "p1")),
    "q1": Place((("branch", "fork/1"),), FORKED), "q2": Place((("branch", "fork/1"),), (*FORKED, "q1", "x", "y", "u", "v")),
    "x": Place(IN_GROUP, (*FORKED, "q1")), "y": Place(IN_GROUP, (*FORKED, "q1", "x")),
    "u": Place((*IN_GROUP, ("branch", "inner/0")), (*FORKED, "q1", "x", "y")),
    "v": Place((*IN_GROUP, ("branch", "inner/1")), (*FORKED, "q1", "x", "y")),
    "m": Place((("loop", "loop"),), JOINED), "n": Place((("loop", "loop"),), (*JOINED, "m", "m")),
    "vote": Place((("loop", "vote"),), (*JOINED, "m", "n", "m", "n")),
    "h1": Place((("interruption", "stop"),), FORKED, "stop"), "h2": Place((("interruption", "stop"),), FORKED, "stop", ("h1",)),
    "k1": Place((("side", "remark"),), FORKED, "remark"), "k2": Place((("side", "remark"),), FORKED, "remark", ("k1",)),
}
TARGETS = {**{name: place.nest for name, place in PLACES.items()},
           "vote": (), "loop": (), "group": (("branch", "fork/1"),), "fork": (), "e": ()}
"""A loop or a group as a target stands outside itself."""
LEAVES = {"branch": "out of a branch", "group": "out of a group", "loop": "out of a loop", "interruption": "out of an interruption",
          "side": "out of a side scope", "beside": "out of a side scope"}
ENTERS = {"branch": "into a branch", "group": "into a group", "loop": "into an item", "interruption": "into a scope",
          "side": "into a scope", "beside": "into a scope"}


def brought_to(name: str) -> Case:
    """A case that rests at this place."""
    place = PLACES[name]
    case = Case.start(PROGRAM, hooks=Notebook(n=2))
    finish(case, *place.done)
    if place.fired in ("stop", "remark"):
        assert case.deliver("message", place.fired)
    elif place.fired:
        fire(case, place.fired)
    finish(case, *place.then)
    return again(case)


def expected(here: Nest, there: Nest) -> set[str]:
    """The borders between two places: out of what is around the one and not the other, into what is around the other."""
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    left, entered = here[same:], there[same:]
    crossed = set()
    if left and entered and left[0][0] == entered[0][0] == "branch" and left[0][1].split("/")[0] == entered[0][1].split("/")[0]:
        crossed.add("across branches")
        left, entered = left[1:], entered[1:]
    for kind, _ in left:
        crossed.add(LEAVES[kind])
        if kind != "branch":
            break  # with a group goes whatever is in it
    crossed |= {ENTERS[kind] for kind, _ in entered}
    if here[:same] and here[same - 1][0] == "beside":
        crossed.add("beside a step")
    return crossed or {"within"}


def refused(crossed: set[str]) -> set[str]:
    return {border for border in crossed if BORDERS[border].is_refused}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", PLACES)
def test_a_move_crosses_the_borders_between_its_places_and_does_what_their_rows_say(source: str, target: str) -> None:
    case = brought_to(source)
    crossed = expected(PLACES[source].nest, TARGETS[target])
    token_id = next(token.id for token in case.open_tokens() if token.element_id == source)
    before = case.dump()
    if refused(crossed):
        with pytest.raises(CannotMove) as told:
            case.move(token_id, target)
        assert told.value.border.id in crossed
        assert case.dump() == before
        return
    plan = case.plan_move(token_id, target)
    assert case.dump() == before
    open_before = Counter(open_at(case))
    move = case.move(token_id, target)
    assert move == plan
    assert (set(move.borders), move.source, move.target) == (crossed, source, target)
    assert source in move.withdrawn
    case = again(case)
    assert_stands(case, open_before, source, target, crossed)
    finish_all(case)


STANDS = {"loop": ["m", "m"], "vote": ["vote", "vote"], "group": ["x"], "fork": ["p1", "q1"], "e": []}


def assert_stands(case: Case, before: Counter[str], source: str, target: str, crossed: set[str]) -> None:
    """Siblings are where the rows say: they stay, or are withdrawn with what they stand in."""
    left = before.copy()
    left[source] -= 1
    if crossed & {"out of a loop"}:
        left[source] = 0
    if "across branches" in crossed or "out of a branch" in crossed or "out of a group" in crossed:
        for name in list(left):
            if is_withdrawn(name, PLACES[source].nest, TARGETS[target]):
                del left[name]
    expected_now = +left + Counter(STANDS.get(target, [target]))
    assert Counter(open_at(case)) == expected_now
    assert sorted(token.element_id for token in case.waiting()) == waiting_after(case, expected_now, target, crossed)
    assert bool(case.hooks.locals.data) == bool({"m", "n", "vote"} & expected_now.keys())


def waiting_after(case: Case, now: Counter[str], target: str, crossed: set[str]) -> list[str]:
    """The events that wait after a move: those of b if it is open, and both event sub-processes unless one interrupted."""
    if case.ended or {"h1", "h2"} & now.keys():
        return []
    beside = ["beside", "missed"] if target == "b" else ["missed"] if "b" in now else []
    return sorted([*beside, "remark", "stop"])


def is_withdrawn(name: str, here: Nest, there: Nest) -> bool:
    """Whether a task stood in what the move leaves: in a block or group around the source and not around the target, or in
    the branch that is gone to."""
    nest = PLACES[name].nest
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    if len(here) == same or nest[:same] != here[:same] or len(nest) == same:
        return False
    if here[same][0] != "branch":
        return nest[same] == here[same]
    if nest[same][0] != "branch" or nest[same][1].split("/")[0] != here[same][1].split("/")[0]:
        return False
    crosses = len(there) > same and there[same][0] == "branch"
    return not crosses or nest[same] in (here[same], there[same])


@pytest.mark.parametrize("target", ["join", "s", "beside", "stop", "remark", "gs", "inner_join"])
def test_what_is_no_step_is_no_target(target: str) -> None:
    case = brought_to("a")
    before = case.dump()
    with pytest.raises(CannotMove) as told:
        case.move(case.open_tokens()[0].id, target)
    assert (told.value.border.id, case.dump()) == ("no step", before)


def test_what_is_no_position_is_not_moved() -> None:
    case = brought_to("x")
    hosts = [token.id for token in case.waiting()]
    for token_id in hosts:
        with pytest.raises(CannotMove) as told:
            case.move(token_id, "a")
        assert told.value.border.id == "no position"


def test_every_row_of_the_table_is_met_by_some_move() -> None:
    """A row that no test meets says nothing that is known to be true."""
    met = {border for source in PLACES for target in TARGETS for border in expected(PLACES[source].nest, TARGETS[target])}
    met |= {"out of a late branch", "into a choice", "tangled", "undoing", "into an unordered group", "no step", "no position"}
    assert met == BORDERS.keys()
