"""A cursor over tokens: look, advance, expect, and count how deep we are.

Knows no grammar.
"""

from __future__ import annotations

import unicodedata

from engine.feel.complaints import complain
from engine.feel.names import Vocabulary
from engine.feel.tokens import Token, tokenize

MAX_DEPTH = 100


class Scanner:
    """Stands on one token of a source."""

    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.tokens = tokenize(source)
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.tokens[self.position]
        if token.sort != "end":
            self.position += 1
        return token

    def stands(self, *marks: str) -> bool:
        """Whether one of these marks stands here (and no string that looks like it)."""
        token = self.tokens[self.position]
        return token.sort == "mark" and token.text in marks

    def accept(self, mark: str) -> bool:
        """Steps over the mark if it stands here."""
        if self.stands(mark):
            self.position += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise complain(self, "expect", mark)

    def expect_word(self, word: str) -> None:
        if self.token.sort != "name" or self.token.text != word:
            raise complain(self, "expect", word)
        self.position += 1

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise complain(self, "depth")

    def leave(self) -> None:
        self.depth -= 1

    def text_from(self, start: int, end: int) -> str:
        """The source between two offsets as a name: one space between words, NFC."""
        return unicodedata.normalize("NFC", " ".join(self.source[start:end].split()))
