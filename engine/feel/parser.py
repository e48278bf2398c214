"""Tokens into a tree: a precedence climber with one small method per construct.

Reads; computes nothing and knows no values other than literals. Nesting is bounded, so that no input can
exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal, DecimalException

from engine.feel import tree
from engine.feel.complaints import complain
from engine.feel.constructs import (
    AND,
    COMPARISON,
    INSTANCE,
    OR,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    TEST_OPERATORS,
    Constructs,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.kinds import NUMBERS
from engine.feel.names import KEYWORDS, PROPERTIES, Vocabulary
from engine.feel.tokens import Token
from engine.feel.typenames import read_type

CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(Constructs):
    """Reads one source once."""

    def __init__(self, source: str, names: Collection[str], built_in: Vocabulary) -> None:
        super().__init__(source, Vocabulary(names))
        self.built_in = built_in
        self.properties = Vocabulary(PROPERTIES)

    def whole(self) -> tree.Node:
        """One expression and nothing after it."""
        node = self.expression()
        if self.token.sort != "end":
            raise complain(self, "continue")
        return node

    def whole_tests(self) -> tree.Node:
        """Unary tests over the value named `?`: `-`, `not(…)`, or a list of tests."""
        following = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if self.stands("-") and following.sort == "end":
            return tree.In(0, tree.Name(0, "?"), ())
        if self.token.text == "not" and self.token.sort == "name" and following.text == "(":
            self.position += 2
            node: tree.Node = tree.Call(0, tree.Name(0, "not"), (self.any_test(),), ())
            self.expect(")")
        else:
            node = self.any_test()
        if self.token.sort != "end":
            raise complain(self, "continue")
        return node

    def any_test(self) -> tree.Node:
        """Tests of which one must hold; one that mentions `?` itself is a condition."""
        found: list[tree.Node] = []
        while not found or self.accept(","):
            start = self.position
            test = self.test()
            asks = any(token.text == "?" and token.sort == "name" for token in self.tokens[start:self.position])
            whole = asks and not isinstance(test, tree.Test)
            found.append(test if whole else tree.In(test.at, tree.Name(test.at, "?"), (test,)))
        return tree.Junction(0, "or", tuple(found))

    def expression(self, power: int = 0, *, in_range: bool = False) -> tree.Node:
        """An expression whose operators all bind more tightly than `power`."""
        self.enter()
        left = self.prefix()
        while True:
            token = self.token
            if token.sort not in ("mark", "name") or token.text not in INFIX:
                break
            binding, method = INFIX[token.text]
            if binding <= power or (in_range and token.text == "[" and not self.filter_ahead()):
                break
            left = method(self, left)
        self.leave()
        return left

    def prefix(self) -> tree.Node:
        token = self.token
        if token.sort == "name":
            return self.named()
        if token.sort == "number":
            self.advance()
            return tree.Literal(token.start, self.number(token))
        if token.sort == "string":
            self.advance()
            return tree.Literal(token.start, token.text)
        method = PREFIX.get(token.text) if token.sort == "mark" else None
        if method is None:
            raise complain(self, "begin")
        return method(self)

    def number(self, token: Token) -> Decimal:
        try:
            return NUMBERS.create_decimal(token.text)
        except DecimalException:
            raise FeelSyntaxError("这个数过大", "The number is too large", token.start) from None

    def named(self) -> tree.Node:
        token = self.token
        words = self.vocabulary.longest_at(self.tokens, self.position)
        if not words:
            words = self.built_in.longest_at(self.tokens, self.position)
            if words and self.tokens[self.position + len(words)].text != "(":
                words = ()
        if words:
            return self.name_of(len(words))
        if token.text in CONSTANTS:
            self.advance()
            return tree.Literal(token.start, CONSTANTS[token.text])
        method = WORDS.get(token.text)
        if method is not None:
            return method(self)
        if token.text in KEYWORDS:
            raise complain(self, "begin")
        return self.name_of(1)

    def name_of(self, words: int) -> tree.Name:
        start = self.token.start
        self.position += words - 1
        name = self.text_from(start, self.token.end)
        self.advance()
        return tree.Name(start, name)

    def call(self, left: tree.Node) -> tree.Node:
        self.advance()
        arguments: list[tree.Node] = []
        names: list[str] = []
        while not self.stands(")"):
            if words := self.words_before_colon():
                names.append(self.text_from(self.token.start, self.tokens[self.position + words - 1].end))
                self.position += words + 1
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        if names and len(names) != len(arguments):
            raise complain(self, "arguments")
        return tree.Call(left.at, left, tuple(arguments), tuple(names))

    def words_before_colon(self) -> int:
        """How many words stand before a colon here; 0 if no colon follows."""
        index = self.position
        while self.tokens[index].sort == "name":
            index += 1
        return index - self.position if self.tokens[index].text == ":" and self.tokens[index].sort == "mark" else 0

    def path(self, left: tree.Node) -> tree.Node:
        self.advance()
        token = self.token
        words = (self.vocabulary.longest_at(self.tokens, self.position)
                 or self.properties.longest_at(self.tokens, self.position))
        if token.sort != "name":
            raise complain(self, "name")
        self.position += max(len(words), 1) - 1
        name = self.text_from(token.start, self.token.end)
        self.advance()
        return tree.Path(left.at, left, name)

    def filter(self, left: tree.Node) -> tree.Node:
        self.advance()
        condition = self.expression()
        self.expect("]")
        return tree.Filter(left.at, left, condition)

    def chain(self, left: tree.Node) -> tree.Node:
        power = INFIX[self.token.text][0]
        rest = []
        while self.token.sort == "mark" and self.token.text in CHAINED and INFIX[self.token.text][0] == power:
            operator = self.advance().text
            rest.append((operator, self.expression(power)))
        return tree.Chain(left.at, left, tuple(rest))

    def junction(self, left: tree.Node) -> tree.Node:
        operator = self.token.text
        power = INFIX[operator][0]
        operands = [left]
        while self.token.sort == "name" and self.token.text == operator:
            self.advance()
            operands.append(self.expression(power))
        return tree.Junction(left.at, operator, tuple(operands))

    def comparison(self, left: tree.Node) -> tree.Node:
        operator = self.advance().text
        return tree.Compare(left.at, operator, left, self.expression(COMPARISON))

    def between(self, left: tree.Node) -> tree.Node:
        self.advance()
        low = self.expression(COMPARISON)
        self.expect_word("and")
        return tree.Between(left.at, left, low, self.expression(COMPARISON))

    def membership(self, left: tree.Node) -> tree.Node:
        self.advance()
        if self.stands("("):
            return tree.In(left.at, left, self.tests_in_parenthesis())
        if self.stands(*TEST_OPERATORS):
            return tree.In(left.at, left, (self.test(),))
        return tree.In(left.at, left, (self.expression(COMPARISON),))

    def tests_in_parenthesis(self) -> tuple[tree.Node, ...]:
        start = self.advance().start
        tests = self.tests()
        if self.stands("..") and len(tests) == 1:
            return (self.range_after(start, tests[0], included=False),)
        self.expect(")")
        return tests

    def instance(self, left: tree.Node) -> tree.Node:
        self.advance()
        self.expect_word("of")
        return tree.InstanceOf(left.at, left, read_type(self))


Infix = tuple[int, Callable[[Parser, tree.Node], tree.Node]]
CHAINED = frozenset({"+", "-", "*", "/", "**"})
INFIX: dict[str, Infix] = {
    "or": (OR, Parser.junction), "and": (AND, Parser.junction),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), (COMPARISON, Parser.comparison)),
    "between": (COMPARISON, Parser.between), "in": (COMPARISON, Parser.membership),
    **dict.fromkeys(("+", "-"), (SUM, Parser.chain)), **dict.fromkeys(("*", "/"), (PRODUCT, Parser.chain)),
    "**": (POWER, Parser.chain), "instance": (INSTANCE, Parser.instance),
    "(": (POSTFIX, Parser.call), "[": (POSTFIX, Parser.filter), ".": (POSTFIX, Parser.path),
}
PREFIX: dict[str, Callable[[Parser], tree.Node]] = {
    "(": Parser.parenthesis, "[": Parser.bracket, "]": Parser.open_range, "{": Parser.context,
    "-": Parser.negation, "@": Parser.temporal,
}
WORDS: dict[str, Callable[[Parser], tree.Node]] = {
    "if": Parser.conditional, "for": Parser.loop, "some": Parser.quantified, "every": Parser.quantified,
    "function": Parser.definition,
}
