"""Small BPMN documents drawn in a few words, and hooks that keep a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from engine.bpmn.xml import ANLIU, BPMN
from engine.errors import EngineError
from engine.runtime import Case, Event, Locals, Loop, Program, compile_program


class Drawing:
    """One level of nodes and flows; `inside` and `request` draw another level in it."""

    def __init__(self, prefix: str = "f") -> None:
        self.parts: list[str] = []
        self._prefix = prefix
        self._flows = 0

    def node(self, kind: str, *ids: str, attributes: str = "", content: str = "") -> Drawing:
        self.parts += [f'<bpmn:{kind} id="{each}" {attributes}>{content}</bpmn:{kind}>' for each in ids]
        return self

    def tasks(self, *ids: str) -> Drawing:
        return self.node("userTask", *ids)

    def choice(self, element_id: str, default: str | None = None) -> Drawing:
        return self.node("exclusiveGateway", element_id, attributes=f'default="{default}"' if default else "")

    def boundary(
        self, element_id: str, host: str, kind: str, *, cancels: bool = True, text: str = "PT1H"
    ) -> Drawing:
        attributes = f'attachedToRef="{host}" cancelActivity="{str(cancels).lower()}"'
        return self.node("boundaryEvent", element_id, attributes=attributes, content=awaited(kind, text))

    def inside(self, element_id: str, level: Drawing) -> Drawing:
        return self.node("subProcess", element_id, content=level.body())

    def scope(self, element_id: str, level: Drawing) -> Drawing:
        """An event sub-process; its start event says what starts it."""
        return self.node("subProcess", element_id, attributes='triggeredByEvent="true"', content=level.body())

    def request(self, element_id: str, level: Drawing) -> Drawing:
        """An event sub-process that people start."""
        mark = "<bpmn:extensionElements><anliu:request/></bpmn:extensionElements>"
        return self.node("subProcess", element_id, attributes='triggeredByEvent="true"', content=mark + level.body())

    def flow(
        self, source: str, *targets: str, when: str | None = None, flow_id: str | None = None
    ) -> Drawing:
        """A chain of flows; condition and id belong to its first one."""
        for target in targets:
            self._flows += 1
            condition = f"<bpmn:conditionExpression>= {when}</bpmn:conditionExpression>" if when else ""
            name = flow_id or f"{self._prefix}{self._flows}"
            self.parts.append(
                f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">'
                f"{condition}</bpmn:sequenceFlow>"
            )
            source, when, flow_id = target, None, None
        return self

    def body(self) -> str:
        return "\n".join(self.parts)

    def xml(self, process_id: str = "p") -> bytes:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:anliu="{ANLIU}">'
            f'<bpmn:process id="{process_id}" isExecutable="true">\n{self.body()}\n'
            f"</bpmn:process></bpmn:definitions>"
        ).encode()

    def program(self) -> Program:
        return compile_program(self.xml(), "p")


def awaited(kind: str, text: str = "PT1H") -> str:
    """An event definition: timer, cycle, conditional; or message, signal, error, escalation, whose name stands for
    the element that would declare it.
    """
    if kind in ("message", "signal", "error", "escalation"):
        return f'<bpmn:{kind}EventDefinition {kind}Ref="{text}"/>'
    if kind == "conditional":
        return (
            f"<bpmn:conditionalEventDefinition><bpmn:condition>= {text}</bpmn:condition>"
            "</bpmn:conditionalEventDefinition>"
        )
    part = "timeCycle" if kind == "cycle" else "timeDuration"
    return f"<bpmn:timerEventDefinition><bpmn:{part}>{text}</bpmn:{part}></bpmn:timerEventDefinition>"


def sheet() -> Drawing:
    """A drawing with a start `s` and an end `e`."""
    return Drawing().node("startEvent", "s").node("endEvent", "e")


class Refused(EngineError):
    """An effect that failed."""


class Notebook:
    """Hooks that look conditions up in `variables`, apply `effects`, fail where told, and write it down."""

    def __init__(self, **variables: object) -> None:
        self.variables: dict[str, object] = variables
        self.effects: dict[str, Callable[[], None]] = {}
        self.failing: set[str] = set()
        self.closed: set[str] = set()
        self.log: list[str] = []
        self.asked: list[str] = []
        self.visits: Counter[str] = Counter()
        self.sent: list[tuple[str, str]] = []
        self.outside: set[str] = set()
        self.locals = Locals()

    def evaluate(
        self,
        expression: str,
        element_id: str,
        loop_id: str = "",
        names: Mapping[str, object] | None = None,
    ) -> object:
        self.asked.append(expression)
        if expression in self.failing:
            raise Refused(expression)
        known = {**self.locals.seen(loop_id, self.variables), **(names or {})}
        name, _, least = expression.partition(" >= ")
        return int(str(known[name])) >= int(least) if least else known.get(expression)

    def completed(self, element_id: str, loop_id: str = "") -> None:
        if element_id in self.failing:
            raise Refused(element_id)
        self.log.append(element_id)
        if element_id in self.effects:
            self.effects[element_id]()

    def entered(self, element_id: str, token_id: str, loop_id: str = "") -> None:
        if element_id in self.closed:
            raise Refused(element_id)
        self.visits[element_id] += 1

    def thrown(self, event: Event, element_id: str, loop_id: str = "") -> None:
        self.sent.append((event.kind, event.name))

    def escaped(self, event: Event, element_id: str, loop_id: str = "") -> bool:
        self.sent.append((event.kind, event.name))
        return event.name in self.outside

    def loop_began(self, loop: Loop, host_id: str, loop_id: str = "") -> int:
        found = self.evaluate(loop.collection or loop.cardinality, loop.element_id, loop_id)
        return self.locals.begin(host_id, found if isinstance(found, list) else range(int(str(found))))

    def instance_began(
        self, loop: Loop, host_id: str, instance_id: str, *, index: int, outer: str
    ) -> None:
        self.locals.begin_instance(loop, host_id, instance_id, index=index, outer=outer)

    def instance_ended(self, loop: Loop, host_id: str, instance_id: str, *, index: int) -> None:
        if loop.element_id in self.failing:
            raise Refused(loop.element_id)
        result = self.evaluate(loop.output, loop.element_id, instance_id) if loop.output else None
        self.locals.end_instance(host_id, instance_id, index=index, result=result)

    def loop_ended(self, loop: Loop, host_id: str, loop_id: str = "") -> None:
        if loop.results:
            self.variables[loop.results] = self.locals.results(host_id)
        self.locals.end(host_id)

    def loop_cancelled(self, host_id: str) -> None:
        self.locals.end(host_id)


def again(case: Case) -> Case:
    """The same case, put away as text and read back."""
    return Case.load(case.program, case.dump(), hooks=case.hooks)


def open_at(case: Case) -> list[str]:
    """The elements with open tasks, oldest first."""
    return [token.element_id for token in case.open_tokens()]


def finish(case: Case, *element_ids: str) -> None:
    """Complete the oldest open task of each element in turn."""
    for element_id in element_ids:
        case.complete(next(token.id for token in case.open_tokens() if token.element_id == element_id))


def fire(case: Case, element_id: str) -> None:
    """Trigger the oldest waiting event of an element."""
    case.trigger(next(token.id for token in case.waiting() if token.element_id == element_id))


def finish_all(case: Case) -> None:
    """Do whatever is open, the oldest first, until the case ends: it must end."""
    for _ in range(60):
        if case.ended:
            return
        assert open_at(case), f"stuck: {case.dump()}"
        finish(case, open_at(case)[0])
        case = again(case)
    raise AssertionError("the case runs for ever")
