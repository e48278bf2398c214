"""Variables read before any way writes them, over the flow of all scopes at once.

For every element: what has been written on all ways to it (a parallel join brings together what its branches wrote). It
refuses to know values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from engine.definition.model import For, Request, Start
from engine.definition.problems import Problems
from engine.soundness.chart import Arrow, Chart, Element
from engine.soundness.facts import ANSWERS, find_tree, keys_read, known_when, names_handled
from engine.soundness.paths import said_of_elements
from engine.soundness.usage import Read, answered_on, may_write, reads_of, writes_of
from engine.soundness.walking import all_from, shortest

EVERYTHING = -1
"""The set of all keys, as bits: nothing is known yet of a point that nobody came to."""


class Knowledge:
    """What is known at each point: on arriving at an element (`a`), once it is done (`a/`)."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self._bits: dict[str, int] = {}
        self._into: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._onward: dict[str, list[str]] = defaultdict(list)
        self.roots = [start.id for start in chart.starts_of("")[0]]
        self.writers: dict[str, list[str]] = defaultdict(list)
        for element in chart.elements.values():
            for key in may_write(element):
                self.writers[key].append(element.id)
        self._connect()
        self._known = self._solve()
        self._points_before: dict[str, set[str]] = {}

    def _bit(self, key: str) -> int:
        return 1 << self._bits.setdefault(key, len(self._bits))

    def _mask(self, keys: frozenset[str]) -> int:
        mask = 0
        for key in keys:
            mask |= self._bit(key)
        return mask

    def _link(self, source: str, target: str, keys: frozenset[str] = frozenset()) -> None:
        self._into[target].append((source, self._mask(keys)))
        self._onward[source].append(target)

    # ------------------------------------------------------------ points and links

    def _connect(self) -> None:
        for element in self.chart.elements.values():
            if element.is_scope:
                self._connect_scope(element)
            else:
                self._link(element.id, f"{element.id}/", writes_of(element))
            if element.host:
                self._link(element.host, element.id)
            for arrow, keys in self._known_on_arrows(element):
                self._link(f"{element.id}/", arrow.target, keys)

    def _connect_scope(self, scope: Element) -> None:
        for start in self.chart.starts_of(scope.id)[0]:
            self._link(scope.id, start.id)
        last = [each for each in self.chart.members[scope.id]
                if not self.chart.out_of[each.id] and not each.is_event_scope and not each.is_compensation]
        for each in last:
            self._link(f"{each.id}/", f"{scope.id}/", writes_of(scope))
        if isinstance(scope.step, For):
            self._link(scope.id, f"{scope.id}/", writes_of(scope))
        if scope.is_event_scope:
            when = scope.step.when if isinstance(scope.step, Request) else None
            keys = known_when(when.compiled().tree, outcome=True) if when is not None else frozenset()
            for point in self._running(scope.scope):
                self._link(point, scope.id, keys)

    def _running(self, scope: str) -> Iterator[str]:
        """The points from which a scope is under way; a case is, once its start was filled in."""
        if scope:
            yield scope
            return
        for root in self.chart.starts_of("")[0]:
            has_form = isinstance(root.step, Start) and root.step.id in self.chart.elements
            yield f"{root.step.id if has_form and root.step is not None else root.id}/"

    def _known_on_arrows(self, element: Element) -> Iterator[tuple[Arrow, frozenset[str]]]:
        """Behind a choice, its condition is known to be true, and those before it to be false."""
        is_choice = element.kind == "exclusiveGateway"
        before: frozenset[str] = frozenset()
        for arrow in sorted(self.chart.out_of[element.id], key=lambda arrow: arrow.is_default):
            keys = answered_on(arrow.condition, element.step) if element.part == "action" else frozenset()
            condition = find_tree(arrow.condition) if arrow.condition is not None else None
            if condition is not None:
                yield arrow, keys | before | known_when(condition, outcome=True)
                before |= known_when(condition, outcome=False) if is_choice else frozenset()
            else:
                yield arrow, keys | before

    # ------------------------------------------------------------ what is known where

    def _solve(self) -> Mapping[str, int]:
        known: dict[str, int] = defaultdict(lambda: EVERYTHING)
        waiting = dict.fromkeys(self.roots)
        known.update(dict.fromkeys(self.roots, 0))
        while waiting:
            point = next(iter(waiting))
            del waiting[point]
            for following in self._onward[point]:
                found = self._joined(following, known)
                if found != known[following]:
                    known[following] = found
                    waiting[following] = None
        return known

    def _joined(self, point: str, known: Mapping[str, int]) -> int:
        together = point in self.chart.elements and self.chart.elements[point].kind == "parallelGateway"
        coming = [known[source] if known[source] == EVERYTHING else known[source] | keys for source, keys in self._into[point]]
        came = [each for each in coming if each != EVERYTHING]
        if not came:
            return EVERYTHING
        result = came[0]
        for each in came[1:]:
            result = result | each if together else result & each
        return result

    def is_written(self, key: str, point: str) -> bool:
        """Whether every way to the point writes the key. Nothing is said of points that nobody comes to."""
        return bool(self._known[point] & self._bit(key))

    def way_without(self, key: str, point: str) -> str:
        """A shortest way to the point on which nobody has written the key."""
        after = all_from([f"{writer}/" for writer in self.writers[key]], lambda here: self._onward[here])

        def onward(here: str) -> list[str]:
            return [each for each in self._onward[here] if not self.is_written(key, each) and self._tells(here, each, after)]

        way = shortest(self.roots, onward, lambda here: here == point)
        elements = [here for here in way if here in self.chart.elements]
        return said_of_elements(self.chart, elements)

    def _tells(self, source: str, target: str, after: set[str]) -> bool:
        """Of the branches that come together, the way is said along one in which the key might have been written."""
        if target not in self.chart.elements or self.chart.elements[target].kind != "parallelGateway":
            return True
        return source in after or not any(each in after for each, _ in self._into[target])

    def may_be_written(self, key: str, point: str) -> bool:
        """Whether some way to the point, or something that runs beside it, may have written the key."""
        before, reader = self._before(point), point.removesuffix("/")
        return any(f"{writer}/" in before or self._is_beside(writer, reader, before) for writer in self.writers[key])

    def _before(self, point: str) -> set[str]:
        if point not in self._points_before:
            self._points_before[point] = all_from([point], lambda here: [source for source, _ in self._into[here]])
        return self._points_before[point]

    def _is_beside(self, writer: str, reader: str, before: set[str]) -> bool:
        around = [set(self._event_scopes(each)) for each in (writer, reader)]
        if around[0] ^ around[1]:
            return True
        return any(self._parts_ways(here) for here in before & self._before(writer))

    def _event_scopes(self, element_id: str) -> Iterator[str]:
        yield from (scope for scope in self.chart.around(element_id) if scope and self.chart.elements[scope].is_event_scope)

    def _parts_ways(self, point: str) -> bool:
        element = self.chart.elements.get(point)
        if element is None:
            return False
        is_split = len(self.chart.out_of[point]) > 1 and element.kind not in ("exclusiveGateway", "eventBasedGateway")
        return is_split or any(not event.interrupting for event in self.chart.boundaries[point])


# ---------------------------------------------------------------- the check

def check_reads(knowledge: Knowledge, problems: Problems) -> None:
    """Every name that an expression of the flow reads has been written by then, or the expression bears with null."""
    for element in knowledge.chart.elements.values():
        for read in reads_of(element):
            _check_read(knowledge, read, f"{element.id}/" if read.is_done else element.id, problems)
        if element.kind in ("exclusiveGateway", "inclusiveGateway") and element.step is not None and element.part != "action":
            _check_cases(knowledge, element, problems)


def _check_cases(knowledge: Knowledge, element: Element, problems: Problems) -> None:
    """A case is asked when those before it were not true."""
    before: frozenset[str] = frozenset()
    for case in getattr(element.step, "cases", ()):
        if case.when is not None:
            _check_read(knowledge, Read(case.when, own=frozenset(key.removesuffix(ANSWERS) for key in before)), element.id, problems)
            before |= known_when(case.when.compiled().tree, outcome=False)


def _check_read(knowledge: Knowledge, read: Read, point: str, problems: Problems) -> None:
    handled = names_handled(read.expression) | read.own
    for key in sorted(keys_read(read.expression)):
        name = key.removesuffix(ANSWERS)
        if key not in knowledge.writers or knowledge.is_written(key, point):
            continue
        bears = name in handled or read.is_harmless
        if not knowledge.may_be_written(key, point):
            _tell_never(knowledge, read, key, bears=bears, problems=problems)
        elif not bears:
            way = knowledge.way_without(key, point)
            problems.add(read.expression.place, "read-before-write", zh=f"这里用到“{name}”，但走到这里时可能还没有人填写，例如：{way}",
                         en=f"{name!r} is used here, and may not have been written yet, e.g. {way}",
                         hint=(f"先判断 {name} != null，或改在写它之后再用", f"Ask whether {name} != null first, or use it later"),
                         severity="warning")


def _tell_never(knowledge: Knowledge, read: Read, key: str, *, bears: bool, problems: Problems) -> None:
    name = key.removesuffix(ANSWERS)
    writer = knowledge.chart.elements[knowledge.writers[key][0]].title
    problems.add(read.expression.place, "never-written", zh=f"走到这里时不可能有“{name}”：写它的“{writer}”总在后面",
                 en=f"{name!r} can never have been written here: {writer!r}, which writes it, only comes later",
                 hint=("改用前面步骤写的变量", "Use what an earlier step writes"), severity="warning" if bears else "error")
