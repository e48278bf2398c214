"""A small engine in memory on the real runtime: instances, messages between them, timers on a clock moved by hand.

It is what the verbs are to the product, without people and records; every instance can be put away as text and read
back. What it cannot do it refuses when a file is deployed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.xml import Element, name, parse_xml
from engine.errors import DefinitionInvalid, EngineError, Place, Problem
from engine.feel import FeelSyntaxError, compile_expression
from engine.runtime import Case, Event, Program, compile_program
from engine.runtime.reading import feel_text, is_set
from tests.conformance.instances import Instance
from tests.conformance.moments import Due, first_due, next_due

_EXPRESSIONS = ("conditionExpression", "condition", "loopCondition", "loopCardinality", "completionCondition",
                "activationCondition", "script")
_RAISES = re.compile(r"raise BpmnError\('(\w+)'\)")


class Memory:
    """Everything deployed and everything that runs."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)
        self.programs: dict[str, Program] = {}
        self.drafts: set[str] = set()
        self.failing: dict[str, str] = {}
        self.instances: dict[str, Instance] = {}
        self.trace: list[str] = []
        self.queue: deque[tuple[Any, ...]] = deque()
        self.titles: dict[str, str] = {}
        self.message_names: dict[str, str] = {}
        self.starts: dict[tuple[str, str], Due] = {}

    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        """The processes of all files; raises DefinitionInvalid. One not marked as executable is kept as a draft."""
        roots = [parse_xml(text, file) for file, text in files.items()]
        found = [process for root in roots for process in root.iter(name("process"))]
        ids = [process.get("id") or "" for process in found]
        for root in roots:
            self._play_raising_scripts(root)
            self.titles |= {each.get("id") or "": each.get("name") or "" for each in root.iter("*")}
            self.message_names |= {each.get("id") or "": each.get("name") or each.get("id") or ""
                                   for kind in ("message", "signal") for each in root.iter(name(kind))}
        for process in found:
            try:
                self.programs[process.get("id") or ""] = self._compile(process, ids)
            except DefinitionInvalid:
                if is_set(process, "isExecutable"):
                    raise
                self.drafts.add(process.get("id") or "")
        self._plan_starts()
        return ids

    def _plan_starts(self) -> None:
        """Timers that start processes run from the deployment on."""
        for process_id, program in self.programs.items():
            for start_id, event in program.starts.items():
                if event is not None and event.kind == "timer":
                    self.starts[process_id, start_id] = first_due(event.timing, self._time_of(event), self.now)

    def _time_of(self, event: Event) -> object:
        text = event.text
        return compile_expression(text[1:]).evaluate({}, moment=self.now) if text.startswith("=") else text

    def _compile(self, process: Element, ids: list[str]) -> Program:
        program = compile_program(process.getroottree().getroot(), process.get("id") or "")
        problems = [*_unreadable(process), *_unplayed(process)]
        problems += [_problem(process, f"{element} calls {called}, which is no process of the deployment")
                     for element, called in program.called.items() if called not in ids]
        if problems:
            raise DefinitionInvalid(problems)
        return program

    def _play_raising_scripts(self, root: Element) -> None:
        """The suite's one script without a FEEL form ends in a business error: an outside program, played here, does too."""
        for script in list(root.iter(name("scriptTask"))):
            raises = _RAISES.fullmatch((script.findtext(name("script")) or "").strip())
            if raises is not None and script.get("scriptFormat") == "python":
                script.tag = name("serviceTask")
                script.remove(script.find(name("script")))
                self.failing[script.get("id") or ""] = raises[1]

    def start(self, process_id: str, variables: Mapping[str, object], *, start_id: str | None = None,
              parent: tuple[str, str] | None = None) -> None:
        if process_id in self.drafts:
            raise DefinitionInvalid([Problem(Place(process_id), "draft", "草稿不能执行", f"{process_id} is a draft")])
        instance = Instance(self, str(len(self.instances)), self.programs[process_id], parent)
        self.instances[instance.id] = instance
        instance.variables = dict(variables)
        instance.case = Case.start(instance.program, start_id=start_id, hooks=instance)
        self._after(instance)

    def complete(self, instance_id: str, token_id: str, variables: Mapping[str, object]) -> None:
        instance = self.instances[instance_id]
        token = next((each for each in instance.case.open_tokens() if each.id == token_id), None)
        instance.write(variables, token.loop_id if token is not None else "")
        instance.case.complete(token_id)
        self._after(instance)

    def advance(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while True:
            due = [(timer.at, instance.id, token_id) for instance in self.instances.values()
                   for token_id, timer in instance.timers.items() if timer.at <= until]
            due += [(timer.at, *place) for place, timer in self.starts.items() if timer.at <= until]
            if not due:
                break
            self.now, owner, subject = min(due)
            if (owner, subject) in self.starts:
                self._start_by_time(owner, subject)
            else:
                self.instances[owner].trigger_timer(subject)
                self._after(self.instances[owner])
        self.now = until

    def _start_by_time(self, process_id: str, start_id: str) -> None:
        event, due = self.programs[process_id].starts[start_id], self.starts.pop((process_id, start_id))
        if event is not None and event.may_repeat and due.left != 1:
            self.starts[process_id, start_id] = next_due(self._time_of(event), due)
        self.start(process_id, {}, start_id=start_id)

    def message(self, message: str, variables: Mapping[str, object]) -> bool:
        """To the first that waits for it, else to a process that it starts."""
        for instance in list(self.instances.values()):
            if any((token.kind, token.event.name) == ("message", message) for token in instance.case.waiting()):
                instance.write(variables)
                instance.case.deliver("message", message)
                self._after(instance)
                return True
        return self._start_by("message", message, variables)

    def signal(self, signal: str, variables: Mapping[str, object], *, but: str = "") -> None:
        """To all that wait for it, and to every process that it starts."""
        for instance in [each for each in self.instances.values() if each.id != but]:
            if any((token.kind, token.event.name) == ("signal", signal) for token in instance.case.waiting()):
                instance.write(variables)
                instance.case.deliver("signal", signal)
                self._after(instance)
        self._start_by("signal", signal, variables)

    def restart(self) -> None:
        """Everything that runs is put away as text and read back."""
        texts = {instance_id: instance.dump() for instance_id, instance in self.instances.items()}
        self.instances = {instance_id: Instance.load(self, instance_id, text) for instance_id, text in texts.items()}

    def _start_by(self, kind: str, event_name: str, variables: Mapping[str, object]) -> bool:
        started = False
        for process_id, program in self.programs.items():
            for start_id, event in program.starts.items():
                if event is not None and (event.kind, event.name) == (kind, event_name):
                    self.start(process_id, variables, start_id=start_id)
                    started = True
        return started

    def _after(self, instance: Instance) -> None:
        """What one instance brought about in others, one thing after the other."""
        instance.look()
        if instance.case.ended and instance.parent is not None:
            self.queue.append(("return", *instance.parent, instance.variables))
        while self.queue:
            kind, instance_id, subject, more = self.queue.popleft()
            _ACTS[kind](self, self.instances[instance_id], subject, more)

    def _call(self, caller: Instance, token_id: str, process_id: str) -> None:
        self.start(process_id, dict(caller.variables), parent=(caller.id, token_id))

    def _return(self, caller: Instance, token_id: str, variables: Mapping[str, object]) -> None:
        if any(token.id == token_id for token in caller.case.open_tokens("call")):
            caller.write(variables)
            caller.case.complete(token_id)
            self._after(caller)

    def _escape(self, caller: Instance, token_id: str, event: Event) -> None:
        if any(token.id == token_id for token in caller.case.open_tokens("call")):
            caller.case.throw(token_id, event)
            self._after(caller)

    def _fail(self, instance: Instance, token_id: str, code: str) -> None:
        instance.case.throw(token_id, Event("error", code))
        self._after(instance)

    def _pass_message(self, sender: Instance, message: str, _: object) -> None:
        self.message(message, {})

    def _pass_signal(self, sender: Instance, signal: str, _: object) -> None:
        self.signal(signal, {}, but=sender.id)


_ACTS: dict[str, Any] = {"call": Memory._call, "return": Memory._return, "escape": Memory._escape, "fail": Memory._fail,
                         "message": Memory._pass_message, "signal": Memory._pass_signal}


def _problem(element: Element, sentence: str) -> Problem:
    return Problem(Place(line=element.sourceline or 1), "bpmn-not-executable", sentence, sentence)


def _unreadable(process: Element) -> list[Problem]:
    """Expressions that do not read."""
    found = []
    for kind in _EXPRESSIONS:
        for element in process.iter(name(kind)):
            text = feel_text(element)
            try:
                if text:
                    compile_expression(text)
            except FeelSyntaxError as error:
                found.append(_problem(element, f"{kind} of {element.getparent().get('id')}: {error}"))
    return found


def _unplayed(process: Element) -> list[Problem]:
    """Decisions belong to another room; nobody takes them here."""
    return [_problem(task, f"businessRuleTask {task.get('id')}: decisions are not taken in this engine")
            for task in process.iter(name("businessRuleTask"))]


__all__ = ["EngineError", "Memory"]
