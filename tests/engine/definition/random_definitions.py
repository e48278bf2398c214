"""Definitions by chance, of every construct of the language and as only a reader could have made them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import TypeVar

from engine.definition import model as m
from engine.worktime.every import Every
from engine.worktime.limit import Limit

T = TypeVar("T")
TEXTS = ("审核", "a: b", "'quoted'", '"said"', "#1", "yes", "12", "null", "两行\n文字", "- x", "{brace", "a, b]", "end:", "*x", "tab\there",
         "back\\slash", "50%", "〇", "x #y", "?", "|", "是：“否”", "it's", "@home", "true", "0.50", "—")
EXPRESSIONS = ("x > 1", 'a.b = "c: d"', "every f in list satisfies f > 1", "{a: 1}.a", "[1, 2]", "if a then b else c", "甲 + 1", "x.y",
               '"#"', "date(\"2026-01-01\")", "today()", "not(x)", "x in (1..2]")
BASES = (("A-1",), ("A-2",), ("A-1", "A-2"), ("proposed",))
PARAMETERS = (m.Parameter("span", Limit(3, "working days"), ("A-2",)), m.Parameter("most", Decimal("3"), ("proposed",), "最多"),
              m.Parameter("word", "停用", ("A-1",)))


class Chance:
    """One definition, all of it decided by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._count = 0

    def definition(self) -> m.Definition:
        basis = self.pick(BASES)
        steps = self.steps(basis, 4)
        return m.Definition(
            "chance", self.text(), "test", basis, self.either(), PARAMETERS, self.some(lambda: self.start(basis), 2, 1), steps,
            self.some(lambda: self.deadline(basis), 2),
            self.some(lambda: self.request(basis, 2), 2), self.maybe(self.text), self.maybe(self.text),
            event_starts=self.some(lambda: self.event_start(basis), 2, 0), events=self.some(lambda: self.event(basis, 2), 2),
            returns=self.named())

    # ---- small things

    def pick(self, items: tuple[T, ...]) -> T:
        return self.random.choice(items)

    def yes(self) -> bool:
        return self.random.random() < 0.4

    def perhaps(self, make: Callable[[], T]) -> T | None:
        return make() if self.yes() else None

    def maybe(self, make: Callable[[], str]) -> str:
        return make() if self.yes() else ""

    def some(self, make: Callable[[], T], most: int, least: int = 0) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.random.randint(least, most)))

    def id(self) -> str:
        self._count += 1
        return f"{self.pick(('s', '步', 'x_'))}{self._count}"

    def text(self) -> str:
        return self.pick(TEXTS)

    def expression(self) -> m.Expression:
        return m.Expression(self.pick(EXPRESSIONS))

    def either(self) -> m.Expression | str:
        return self.expression() if self.yes() else self.text()

    def value(self, depth: int = 2) -> m.Value:
        made = (self.expression, self.text, lambda: Decimal(self.pick(("1", "-2", "0.50", "12345678901234567890"))), lambda: True,
                lambda: None, lambda: "", lambda: "  blanks  ")
        return self.some(lambda: self.value(depth - 1), 3) if depth and self.yes() and self.yes() else self.pick(made)()

    def named(self) -> m.Named:
        return tuple((f"n{number}", self.value()) for number in range(self.random.randint(0, 3)))

    def limit(self) -> Limit:
        """A limit, or that of the parameter."""
        return m.NamedLimit(3, "working days", False, "span") if self.yes() else Limit(
            self.random.randint(1, 90), self.pick(("minutes", "hours", "calendar days", "working days", "weeks", "months", "years")))

    def cited(self, limit: Limit | None, own: tuple[str, ...]) -> tuple[str, ...]:
        """What a limit cites: its own clauses, its parameter's, those of the step."""
        if self.yes() or (not own and not isinstance(limit, m.NamedLimit) and limit is not None):
            return self.pick(BASES)
        return ("A-2",) if isinstance(limit, m.NamedLimit) else own

    # ---- people and what steps carry

    def rule(self, depth: int = 2) -> m.Rule:
        if depth and self.yes():
            return self.pick((m.FirstRule, m.AnyRule))(self.some(lambda: self.rule(depth - 1), 3, 1))
        return self.pick((m.RoleRule("centre_head"), m.RoleRule("unit_head", self.expression(), self.yes()), m.DutyRule("centre_duty"),
                          m.DutyRule("unit_head", self.expression()), m.RoleRule("unit_head", "own"),
                          m.PersonRule(self.expression()), m.EveryoneRule()))

    def who(self, own: tuple[str, ...]) -> m.Who:
        return m.Who(self.rule(), self.some(self.expression, 2), self.some(lambda: self.widen(own), 2))

    def widen(self, own: tuple[str, ...]) -> m.Widen:
        after = self.limit()
        return m.Widen(after, self.rule(), self.cited(after, own))

    def due(self, own: tuple[str, ...]) -> m.Due:
        within = None if self.yes() else self.limit()
        return m.Due(within, self.cited(within, own), self.perhaps(self.expression), self.reminders(), self.some(self.rule, 2), self.yes(),
                     self.expression() if within is None else None)

    def stage(self, own: tuple[str, ...]) -> m.Stage:
        within = None if self.yes() else self.limit()
        return m.Stage(within, self.text(), self.cited(within, own), self.reminders(), self.some(self.rule, 2),
                       self.expression() if within is None else None)

    def deadline(self, inherited: tuple[str, ...]) -> m.Deadline:
        own = self.pick(((), *BASES))
        own = () if own == inherited else own
        return m.Deadline(self.id(), self.text(), (("a", self.expression()),), self.expression(), self.some(lambda: self.stage(own), 3, 1),
                          self.perhaps(self.expression), self.perhaps(self.expression), self.pick(("按时", "及时")), None, own or inherited)

    def reminders(self) -> tuple[m.Remind, ...]:
        made = (m.Remind(fraction=Decimal("0.5")), m.Remind(fraction=Decimal("0.125")), m.Remind(before=Limit(5, "minutes", before=True)))
        return self.some(lambda: self.pick(made), 2)

    def gates(self, basis: tuple[str, ...]) -> tuple[m.Gate, ...]:
        return self.some(lambda: m.Gate(self.expression(), self.text(), self.pick((basis, *BASES)), self.yes()), 2)

    def effects(self, basis: tuple[str, ...], *, ends: bool = True) -> m.Effects:
        numbers = (m.NumberIssue(self.id(), "N-[year]-[000]"),) if self.yes() else ()
        record = self.some(lambda: m.RegisterWrite("systems", self.expression(), self.named(), self.pick((basis, *BASES))), 2)
        notify = self.some(lambda: m.Notify(self.rule(), self.either()), 2)
        return m.Effects(numbers, self.named(), record, notify, self.perhaps(self.text) if ends else None)

    def trigger(self) -> m.Trigger:
        return self.pick((m.TimerTrigger(self.limit()), m.TimerTrigger(at=self.expression()), m.ConditionTrigger(self.expression()),
                          m.MessageTrigger("news", self.perhaps(self.expression), self.pick(((), ("a",), ("a", "b")))),
                          m.SignalTrigger("alarm")))

    def inner_trigger(self) -> m.Trigger:
        return self.pick((self.trigger(), m.ErrorTrigger("bad"), m.ErrorTrigger(), m.EscalationTrigger("up"), m.EscalationTrigger(),
                          m.TimerTrigger(self.limit(), repeat=True)))

    def of_trigger(self, trigger: m.Trigger, own: tuple[str, ...]) -> tuple[str, ...]:
        return self.cited(trigger.after, own) if isinstance(trigger, m.TimerTrigger) else self.pick((own, *BASES))

    def interrupts(self, trigger: m.Trigger) -> bool:
        if isinstance(trigger, m.TimerTrigger) and trigger.repeat:
            return False
        return trigger.kind == "error" or self.yes()

    # ---- beside the flow

    def start(self, basis: tuple[str, ...]) -> m.Start:
        own = self.pick(BASES)
        own = () if own == basis else own
        counts = own or basis
        return m.Start(self.id(), self.text(), m.Who(self.rule()), "request", counts, self.gates(counts), self.effects(counts, ends=False),
                       self.perhaps(lambda: self.due(own)), None, self.maybe(self.text))

    def event_start(self, basis: tuple[str, ...]) -> m.EventStart:
        trigger = self.pick((m.ScheduleTrigger(Every("week", 2)), m.ScheduleTrigger(Every("day"), "systems", self.expression()),
                             m.EntryTrigger("systems", None, self.perhaps(self.expression)), m.MessageTrigger("news", None, ("a",)),
                             m.SignalTrigger("alarm"), m.CalledTrigger(("a", "b")), m.CalledTrigger()))
        counts = self.pick((basis, *BASES))
        return m.EventStart(self.id(), trigger, counts, self.maybe(self.text), self.effects(counts, ends=False))

    def event(self, inherited: tuple[str, ...], depth: int) -> m.Event:
        trigger = self.pick((self.inner_trigger(), m.EntryTrigger("systems", self.perhaps(self.expression), self.perhaps(self.expression))))
        basis = self.of_trigger(trigger, inherited)
        return m.Event(self.id(), trigger, self.steps(basis, depth - 1), self.maybe(self.text), self.interrupts(trigger), basis)

    def request(self, inherited: tuple[str, ...], depth: int) -> m.Request:
        own = self.pick(((), *BASES))
        own = () if own == inherited else own
        basis = own or inherited
        who = m.Who(self.rule(), self.some(self.expression, 2))
        return m.Request(self.id(), self.text(), who, "opinion", self.steps(basis, depth - 1), basis, self.perhaps(self.expression),
                         self.yes(), self.yes(), self.gates(basis), self.effects(basis), self.maybe(self.text))

    def boundaries(self, step_id: str, own: tuple[str, ...], inherited: tuple[str, ...], depth: int) -> tuple[m.Boundary, ...]:
        return tuple(self.boundary(f"{step_id}_on_{number}", own, inherited, depth) for number in range(1, self.random.randint(1, 3)))

    def boundary(self, default: str, own: tuple[str, ...], inherited: tuple[str, ...], depth: int) -> m.Boundary:
        trigger = self.inner_trigger()
        basis = self.of_trigger(trigger, own)
        steps = self.steps(basis or inherited, depth - 1) if depth > 0 and self.yes() else ()
        return m.Boundary(self.pick((default, self.id())), trigger, self.maybe(self.text), None, steps, self.interrupts(trigger), basis)

    # ---- steps

    def steps(self, inherited: tuple[str, ...], depth: int) -> tuple[m.Step, ...]:
        found: list[m.Step] = []
        for _ in range(self.random.randint(1, 3)):
            own = self.pick(((), *BASES))
            own = () if own == inherited else own
            found.insert(0, self.step(own, inherited, max(depth, 0), tuple(step.id for step in found)))
        return tuple(found)

    def step(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, after: tuple[str, ...]) -> m.Step:
        """One step; `after` are the steps it may lead to."""
        flat = (self.task, self.wait, self.listen, self.automatic, self.plain)
        made = self.pick((*flat, self.group, self.fork) if depth > 0 else flat)
        return made(own, inherited, depth, self.pick((None, *after)))

    def task(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        task_id, basis = self.id(), own or inherited
        actions = self.pick(((m.Action("complete"),), (m.Action("approve"), m.Action("return", then or "end",
            "退回: 改"), m.Action("reject"))))
        return m.Task(task_id, self.text(), self.who(own), "opinion", actions, basis,
            self.perhaps(lambda: self.due(own)), self.gates(basis),
                      self.effects(basis), self.boundaries(task_id, own, inherited, depth), then, note=self.maybe(self.text))

    def wait(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        trigger = self.pick((m.TimerTrigger(self.limit()), m.TimerTrigger(at=self.expression()), m.ConditionTrigger(self.expression())))
        basis = own or inherited
        if trigger.kind == "timer" and trigger.after is not None:
            basis = own or (("A-2",) if isinstance(trigger.after, m.NamedLimit) else self.pick(BASES))
        return m.Wait(self.id(), trigger, self.maybe(self.text), self.effects(basis), then, basis)

    def listen(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        step_id, basis, ways = self.id(), own or inherited, []
        for number in range(1, self.random.randint(2, 4)):
            trigger = self.trigger()
            ways.append(m.Way(f"{step_id}_on_{number}", trigger, self.pick((None, then)),
                self.maybe(self.text), self.of_trigger(trigger, own)))
        if len(ways) == 1:
            ways = [m.Way(step_id, ways[0].trigger, ways[0].then, ways[0].title, ways[0].basis)]
        return m.Listen(step_id, tuple(ways), self.maybe(self.text), self.effects(basis), then, basis)

    def automatic(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        step_id, basis, title = self.id(), own or inherited, self.maybe(self.text)
        effects, on = self.effects(basis), self.boundaries(step_id, own, inherited, depth)
        raises = self.pick(("error", "escalation", "signal", "message"))
        return self.pick((
            m.Call(step_id, "other", self.named(), self.yes(), title, effects, on, then, basis),
            m.Service(step_id, "scan", self.named(), title, effects, on, then, basis),
            m.Decide(step_id, "level", self.named(), title, effects, then, basis),
            m.Raise(step_id, raises, "name", self.expression() if raises == "message" else None, self.named(), title, then, basis)))

    def plain(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        basis = own or inherited
        cases = (m.Case(self.expression(), then or "end", own), m.Case(None, "end"))
        return self.pick((m.Switch(self.id(), cases, self.maybe(self.text), basis), m.EndStep(self.id(), self.text(), self.yes(), basis),
                          m.SetStep(self.id(), m.Effects(set=(("n", self.value()),)), self.maybe(self.text), basis, then)))

    def fork(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        join = self.pick(("all", "any", 2))
        branches = tuple(m.Branch(f"b{number}", self.steps(inherited, depth - 1), self.perhaps(self.expression) if join == "all" else None)
                         for number in range(self.random.randint(2, 3)))
        return m.Fork(self.id(), branches, self.maybe(self.text), then, own or inherited, join=join)

    def group(self, own: tuple[str, ...], inherited: tuple[str, ...], depth: int, then: str | None) -> m.Step:
        step_id, basis = self.id(), own or inherited
        steps, on = self.steps(basis, depth - 1), self.boundaries(step_id, own, inherited, depth - 1)
        if self.yes():
            return m.For(step_id, "each_one", self.expression(), steps, self.pick(("", "number_of")),
                self.perhaps(self.expression), self.yes(),
                         self.maybe(self.text), on, then, basis,
                         collect=self.some(lambda: (self.id(), self.value()), 2))
        return m.Do(step_id, steps, self.maybe(self.text), self.leading_out(on, inherited),
                    self.some(lambda: self.event(own or inherited, depth - 1), 1),
                    self.some(lambda: self.request(own or inherited, depth - 1), 1), then, basis)

    def leading_out(self, on: tuple[m.Boundary, ...], inherited: tuple[str, ...]) -> tuple[m.Boundary, ...]:
        """At a group, what has steps of its own is an event inside it."""
        return tuple(boundary for boundary in on if not boundary.steps)
