"""Names of several words: which ones exist, and which is the longest that stands here.

FEEL lets a name contain spaces and even operators, so "date and time" can only be read by somebody who
knows that it exists. Knows words, not what they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.feel.errors import FeelSyntaxError
from engine.feel.tokens import Token, tokenize

KEYWORDS = frozenset({"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or",
                      "between", "instance", "of", "function", "external", "true", "false", "null"})
TYPE_NAMES = ("date and time", "days and time duration", "years and months duration")
PROPERTIES = ("time offset", "start included", "end included")

Words = tuple[str, ...]


class Vocabulary:
    """Known names of several words, found by their first word."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[Words]] = {}
        for name in names:
            self.learn(name)

    def learn(self, name: str) -> None:
        """Adds a name; single words need no learning, and what has no words cannot be written anyway."""
        if name.isidentifier() and name not in KEYWORDS:
            return
        words = split_words(name)
        if len(words) < 2 and name not in KEYWORDS:
            return
        known = self._by_first.setdefault(words[0], [])
        if words not in known:
            known.append(words)
            known.sort(key=len, reverse=True)

    def longest_at(self, tokens: Sequence[Token], position: int) -> Words:
        """The longest known name that starts at this token; empty if none does."""
        for words in self._by_first.get(tokens[position].text, ()):
            if all(token.text == word and token.sort != "string" for token, word in
                   zip(tokens[position:position + len(words)], words, strict=False)):
                return words
        return ()


def split_words(name: str) -> Words:
    """The tokens a name is written with; none if it cannot be written."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelSyntaxError:
        return ()
