"""Completeness: which inputs no rule covers, which two rules cover together, which rule never gets its turn.

Works on pieces of columns (domains.py) and follows only the ways in which rules differ, within a bound; beyond it,
and where a column cannot be taken apart, it says that nothing is proven. Refuses to know what is made of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from operator import xor

from engine.dmn.cells import compile_result, constant_of
from engine.dmn.domains import Domain, Opaque, Trials, domain_of
from engine.dmn.model import ANY_VALUE, SINGLE_HIT, DecisionTable, Input
from engine.errors import Sentence
from engine.feel import equal, write_value

MAX_STEPS = 500_000
MAX_PAIRS = 300_000
MAX_TOLD = 20
"""Examples of one kind that are worth telling at once."""

Example = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An input that no rule covers: column title → value as text; columns that do not matter are left out."""

    example: Example


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (numbered from 1) that both cover the example."""

    first: int
    second: int
    example: Example


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is wrong with a table as a whole, and what could not be proven."""

    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    never: tuple[int, ...] = ()
    """Rules that no input meets: a cell without any allowed value, or in a FIRST table earlier rules always forestall them."""
    unproven: tuple[Sentence, ...] = ()


def in_words(example: Example) -> Sentence:
    """`影响人数 = 5，危害程度 = “严重”`."""
    if not example:
        return Sentence("任何输入", "any input")
    return Sentence("，".join(f"{title} = {_chinese(value)}" for title, value in example),
                    ", ".join(f"{title} = {value}" for title, value in example))


def _chinese(value: str) -> str:
    return f"“{value[1:-1]}”" if value.startswith('"') else {"true": "是", "false": "否", "null": "空"}.get(value, value)


def completeness(table: DecisionTable) -> Completeness:
    """Gaps of a single-hit table without default, forbidden overlaps, rules never reached; and what is not proven."""
    trials = Trials()
    try:
        domains = [domain_of(column, [rule.tests[place] for rule in table.rules], table.names, trials)
                   for place, column in enumerate(table.inputs)]
    except Opaque as opaque:
        return Completeness(unproven=(Sentence(
            f"单元格“{opaque.cell}”不是与固定值的比较，规则是否有遗漏、重叠未能证明",
            f"The cell {opaque.cell!r} is more than comparisons with constants: gaps and overlaps are not proven"),)
            if _wants_gaps(table) or _forbids_overlaps(table) else ())
    rules = [_masks(rule.tests, domains) for rule in table.rules]
    search = _Search(table.inputs, domains, rules,
                     [_transposed([rule[place] for rule in rules], domain) for place, domain in enumerate(domains)])
    found = _look(table, search)
    bound = (Sentence("规则组合过多，是否有遗漏、重叠未能全部证明",
                      "There are too many combinations: gaps and overlaps are not proven beyond a bound"),)
    return found if not search.exhausted else Completeness(found.gaps, found.overlaps, (), bound)


def _look(table: DecisionTable, search: _Search) -> Completeness:
    gaps = search.gaps() if _wants_gaps(table) else ()
    overlaps = search.overlaps(table) if _forbids_overlaps(table) else ()
    never = search.never(in_turn=table.hit_policy == "FIRST")
    return Completeness(gaps, overlaps, never)


def _wants_gaps(table: DecisionTable) -> bool:
    return table.hit_policy in SINGLE_HIT and not any(column.default for column in table.outputs)


def _forbids_overlaps(table: DecisionTable) -> bool:
    return table.hit_policy in ("UNIQUE", "ANY")


def _masks(tests: tuple[str, ...], domains: list[Domain]) -> tuple[int, ...]:
    return tuple(domain.masks[test] for test, domain in zip(tests, domains, strict=True))


def _transposed(masks: list[int], domain: Domain) -> list[int]:
    """For each piece the rules that hold on it, a bit per rule; works on where masks begin and end."""
    changes = [0] * (len(domain.samples) + 1)
    for rule, mask in enumerate(masks):
        edges = mask ^ mask << 1
        while edges:
            lowest = edges & -edges
            changes[lowest.bit_length() - 1] ^= 1 << rule
            edges ^= lowest
    return list(accumulate(changes, xor))


@dataclass(slots=True)
class _Search:
    """The rules as sets of pieces per column, the pieces as sets of rules, and how many steps a search may still take."""

    columns: tuple[Input, ...]
    domains: list[Domain]
    rules: list[tuple[int, ...]]
    pieces: list[list[int]]
    left: int = MAX_STEPS
    exhausted: bool = False
    seen: set[tuple[int, int]] = field(default_factory=set)

    def gaps(self) -> tuple[Gap, ...]:
        """One example for each way to miss every rule, as far as rules tell them apart."""
        everything = tuple(domain.masks[ANY_VALUE] for domain in self.domains)
        self.seen.clear()
        found: list[Gap] = []
        self._missed(0, (1 << len(self.rules)) - 1, everything, (), found)
        return tuple(found)

    def _missed(self, place: int, rules: int, within: tuple[int, ...], chosen: tuple[int | None, ...],
                found: list[Gap]) -> None:
        """Appends the gaps among these rules once the columns before `place` are chosen."""
        if not rules:
            found.append(Gap(self._example(chosen)))
            return
        if place == len(self.columns) or len(found) >= MAX_TOLD or (place, rules) in self.seen:
            return
        self.seen.add((place, rules))
        self.left -= 1 + len(self.pieces[place])
        self.exhausted = self.exhausted or self.left < 0
        if self.exhausted:
            return
        for matching, piece in self._groups(place, rules, within[place]).items():
            self._missed(place + 1, matching, within, (*chosen, piece if matching != rules else None), found)

    def _groups(self, place: int, rules: int, within: int) -> dict[int, int]:
        """Each set of rules that hold together somewhere, with one piece on which they do."""
        groups: dict[int, int] = {}
        for piece, holding in enumerate(self.pieces[place]):
            if within >> piece & 1:
                groups.setdefault(rules & holding, piece)
        return groups

    def overlaps(self, table: DecisionTable) -> tuple[Overlap, ...]:
        """Pairs of rules that cover something together; of an ANY table only those whose results differ."""
        count = len(self.rules)
        if count * (count - 1) // 2 > MAX_PAIRS:
            self.exhausted = True
            return ()
        found: list[Overlap] = []
        for second in range(count):
            for first in range(second):
                both = [a & b for a, b in zip(self.rules[first], self.rules[second], strict=True)]
                if all(both) and not (table.hit_policy == "ANY" and _same_results(table, first, second)):
                    pieces = tuple((mask & -mask).bit_length() - 1 for mask in both)
                    found.append(Overlap(first + 1, second + 1, self._example(self._telling(pieces, first, second))))
                if len(found) >= MAX_TOLD:
                    return tuple(found)
        return tuple(found)

    def _telling(self, pieces: tuple[int, ...], first: int, second: int) -> tuple[int | None, ...]:
        """Columns that neither rule asks about say nothing."""
        return tuple(None if self.rules[first][place] == self.rules[second][place] == self.domains[place].masks[ANY_VALUE]
                     else piece for place, piece in enumerate(pieces))

    def never(self, *, in_turn: bool) -> tuple[int, ...]:
        """Rules that hold on no piece; `in_turn`: on no piece that the rules before them leave."""
        found = []
        for rule, within in enumerate(self.rules):
            missed: list[Gap] = []
            self.seen.clear()
            if in_turn and all(within):
                self._missed(0, (1 << rule) - 1, within, (), missed)
            if not (missed if in_turn else all(within)) and not self.exhausted:
                found.append(rule + 1)
        return tuple(found)

    def _example(self, chosen: tuple[int | None, ...]) -> Example:
        return tuple((column.title, _written(domain.samples[piece])) for column, domain, piece in
                     zip(self.columns, self.domains, chosen, strict=False) if piece is not None)


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else write_value(value)


def _same_results(table: DecisionTable, first: int, second: int) -> bool:
    """Whether two rules certainly give the same: the same text, or constants that are equal."""
    return all(a == b or _equal_constants(a, b, table.names)
               for a, b in zip(table.rules[first].results, table.rules[second].results, strict=True))


def _equal_constants(first: str, second: str, names: tuple[str, ...]) -> bool:
    known, left = constant_of(compile_result(first, names))
    both, right = constant_of(compile_result(second, names))
    return known and both and equal(left, right) is True
