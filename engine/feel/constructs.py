"""The constructs an expression may begin with: ranges, lists, contexts, `if`, `for`, `function`.

Each method stands on its first token and leaves behind its last. Knows no operators: whoever completes the
class says what an expression is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from engine.feel import tree
from engine.feel.complaints import complain
from engine.feel.errors import FeelSyntaxError
from engine.feel.scanner import Scanner
from engine.feel.temporal import parse_temporal
from engine.feel.typenames import read_type

OR, AND, COMPARISON, SUM, PRODUCT, POWER, SIGN, INSTANCE, POSTFIX = range(10, 100, 10)
TEST_OPERATORS = frozenset({"<", "<=", ">", ">=", "=", "!="})
LOOK_AHEAD = 200


class Constructs(Scanner, ABC):
    """What stands where an operand may stand."""

    @abstractmethod
    def expression(self, power: int = 0, *, in_range: bool = False) -> tree.Node:
        """An expression whose operators all bind more tightly than `power`."""

    def temporal(self) -> tree.Node:
        start = self.advance().start
        if self.token.sort != "string":
            raise complain(self, "begin")
        value = parse_temporal(self.token.text)
        if value is None:
            raise FeelSyntaxError(f"“{self.token.text}”不是日期、时间或时长", f'"{self.token.text}" is no date, time or duration',
                                  self.token.start, hint_zh='例如 @"2026-01-01"、@"PT30M"',
                                  hint_en='For example @"2026-01-01", @"PT30M"')
        self.advance()
        return tree.Literal(start, value)

    def negation(self) -> tree.Node:
        start = self.advance().start
        return tree.Negate(start, self.expression(SIGN))

    def parenthesis(self) -> tree.Node:
        start = self.advance().start
        if self.stands(*TEST_OPERATORS):
            node: tree.Node = self.test()
            self.expect(")")
            return node
        node = self.expression()
        if self.stands(".."):
            return self.range_after(start, node, included=False)
        self.expect(")")
        return node

    def bracket(self) -> tree.Node:
        start = self.advance().start
        if self.accept("]"):
            return tree.ListOf(start, ())
        items = [self.expression()]
        if self.stands(".."):
            return self.range_after(start, items[0], included=True)
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return tree.ListOf(start, tuple(items))

    def open_range(self) -> tree.Node:
        start = self.advance().start
        node = self.expression(COMPARISON)
        if not self.stands(".."):
            raise complain(self, "range")
        return self.range_after(start, node, included=False)

    def range_after(self, start: int, low: tree.Node, *, included: bool) -> tree.Node:
        self.advance()
        high = self.expression(COMPARISON, in_range=True)
        if not self.stands("]", ")", "["):
            raise complain(self, "range")
        return tree.Interval(start, low, high, included, self.advance().text == "]")

    def filter_ahead(self) -> bool:
        """Whether `[` after a range's end opens a filter: only if its `]` is followed by the range's own."""
        nesting = 0
        for index in range(self.position, min(self.position + LOOK_AHEAD, len(self.tokens) - 1)):
            text = self.tokens[index].text if self.tokens[index].sort == "mark" else ""
            nesting += (text in ("[", "(", "{")) - (text in ("]", ")", "}"))
            if nesting == 0:
                return text == "]" and self.tokens[index + 1].text in ("]", ")", "[", ".")
        return False

    def context(self) -> tree.Node:
        start = self.advance().start
        entries: list[tuple[str, tree.Node]] = []
        while not self.stands("}"):
            key = self.key()
            self.expect(":")
            entries.append((key, self.expression()))
            if not self.accept(","):
                break
        self.expect("}")
        return tree.ContextOf(start, tuple(entries))

    def key(self) -> str:
        """An entry's name: a string, or everything up to the colon."""
        if self.token.sort == "string":
            key = self.advance().text
        else:
            start = self.token.start
            while self.token.text not in (":", "{", "}", "[", ",", "") and self.tokens[self.position + 1].text != ":":
                self.advance()
            if self.token.sort not in ("name", "number", "mark") or self.token.text in (":", "}", "{", ","):
                raise complain(self, "key")
            key = self.text_from(start, self.advance().end)
        self.vocabulary.learn(key)
        return key

    def conditional(self) -> tree.Node:
        start = self.advance().start
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return tree.If(start, condition, then, self.expression())

    def loop(self) -> tree.Node:
        start = self.advance().start
        iterations = self.iterations()
        self.expect_word("return")
        return tree.For(start, iterations, self.expression())

    def quantified(self) -> tree.Node:
        word = self.advance()
        iterations = self.iterations()
        self.expect_word("satisfies")
        return tree.Quantified(word.start, word.text, iterations, self.expression())

    def iterations(self) -> tuple[tree.Iteration, ...]:
        found = [self.iteration()]
        while self.accept(","):
            found.append(self.iteration())
        return tuple(found)

    def iteration(self) -> tree.Iteration:
        name = self.new_name(("in",))
        self.expect_word("in")
        source = self.expression()
        if self.stands(".."):
            self.advance()
            return tree.Iteration(name, source, self.expression())
        return tree.Iteration(name, source)

    def new_name(self, closers: tuple[str, ...]) -> str:
        """A name that is introduced here: words up to one of the closers."""
        start = self.token.start
        if self.token.sort != "name":
            raise complain(self, "name")
        while self.tokens[self.position + 1].sort == "name" and self.tokens[self.position + 1].text not in closers:
            self.advance()
        name = self.text_from(start, self.advance().end)
        self.vocabulary.learn(name)
        return name

    def definition(self) -> tree.Node:
        """`function(a: number, b) body`."""
        start = self.advance().start
        self.expect("(")
        parameters: list[tuple[str, tree.TypeName | None]] = []
        while not self.stands(")"):
            name = self.new_name((":", ",", ")"))
            parameters.append((name, read_type(self) if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        if self.token.text == "external":
            self.advance()
            self.expression()
            return tree.Literal(start, None)
        return tree.FunctionOf(start, tuple(parameters), self.expression())

    def tests(self) -> tuple[tree.Node, ...]:
        found = [self.test()]
        while self.accept(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> tree.Node:
        token = self.token
        if token.sort == "mark" and token.text in TEST_OPERATORS:
            self.advance()
            return tree.Test(token.start, token.text, self.expression(COMPARISON))
        return self.expression()
