from datetime import date

import pytest

from engine.errors import DefinitionInvalid
from tests.conformance.memory import Memory
from tests.engine.runtime.drawing import Drawing, awaited, sheet


def deployed(*drawings: tuple[str, Drawing]) -> Memory:
    memory = Memory()
    memory.deploy({f"{process_id}.bpmn": drawing.xml(process_id) for process_id, drawing in drawings})
    return memory


def open_in(memory: Memory) -> list[str]:
    return [token.element_id for instance in memory.instances.values() for token in instance.case.open_tokens()]


def test_a_timer_starts_a_process_as_often_as_its_cycle_says() -> None:
    drawing = Drawing().node("startEvent", "s", content=awaited("cycle", "R3/PT1H")).tasks("t").flow("s", "t")
    memory = deployed(("p", drawing))
    for hours in range(5):
        assert len(open_in(memory)) == min(hours, 3)
        memory.restart()
        memory.advance(3600)


@pytest.mark.parametrize(("kind", "text", "seconds"), [
    ("timeDuration", "PT90S", 90), ("timeDuration", "P1W", 7 * 86_400), ("timeDate", "2026-01-05T09:00:00Z", 3600),
    ("timeDuration", '=duration("PT1M")', 60), ("timeDate", "=day", 8 * 3600), ("timeCycle", "R/PT5M", 300),
])
def test_a_timer_is_due_at_the_second_its_text_says(kind: str, text: str, seconds: int) -> None:
    content = f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    drawing = sheet().node("intermediateCatchEvent", "wait", content=content).tasks("t").flow("s", "wait", "t", "e")
    memory = deployed(("p", drawing))
    memory.start("p", {"day": date(2026, 1, 6)})
    memory.advance(seconds - 1)
    assert open_in(memory) == []
    memory.restart()
    memory.advance(1)
    assert open_in(memory) == ["t"]


def test_a_called_process_runs_on_its_own_and_what_it_cannot_catch_reaches_the_caller() -> None:
    called = sheet().tasks("work").choice("g", "d").node("endEvent", "bad", content=awaited("error", "E1"))
    called.flow("s", "work", "g").flow("g", "bad", when="failed").flow("g", "e", flow_id="d")
    caller = sheet().node("callActivity", "c", attributes='calledElement="q"').tasks("after", "mend").flow("s", "c", "after", "e")
    caller.boundary("oops", "c", "error", text="E1").flow("oops", "mend")
    for failed, opened in ((True, ["mend"]), (False, ["after"])):
        memory = deployed(("p", caller), ("q", called))
        memory.start("p", {"failed": failed})
        memory.restart()
        assert open_in(memory) == ["work"]
        memory.complete("1", memory.instances["1"].case.open_tokens()[0].id, {})
        memory.restart()
        assert open_in(memory) == opened
        assert memory.instances["1"].case.ended


def test_a_message_goes_to_one_a_signal_to_all_and_both_start_processes() -> None:
    for kind, waiting_on in (("message", 1), ("signal", 0)):
        waits = sheet().node("intermediateCatchEvent", "wait", content=awaited(kind, "m")).tasks("t").flow("s", "wait", "t", "e")
        begins = Drawing().node("startEvent", "s", content=awaited(kind, "m")).tasks("new").flow("s", "new")
        throws = sheet().node("endEvent", "out", content=awaited(kind, "m")).choice("g", "d")
        throws.flow("s", "g").flow("g", "out", flow_id="d").flow("g", "e", when="never")
        memory = deployed(("w", waits), ("b", begins), ("t", throws))
        for process in ("w", "w", "t"):
            memory.start(process, {"never": False})
        memory.restart()
        assert sum(len(instance.case.waiting()) for instance in memory.instances.values()) == waiting_on
        assert open_in(memory) == (["t"] if kind == "message" else ["t", "t", "new"])


def test_a_drawing_that_is_not_executable_is_kept_and_not_started() -> None:
    xml = sheet().node("complexGateway", "odd").xml().replace(b'isExecutable="true"', b"")
    memory = Memory()
    assert memory.deploy({"p.bpmn": xml}) == ["p"]
    with pytest.raises(DefinitionInvalid):
        memory.start("p", {})
