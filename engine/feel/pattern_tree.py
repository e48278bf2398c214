"""A regular expression as pieces: what each matches, how often, and its text for Python.

Knows neither XPath's spelling nor whether a pattern is safe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Options = tuple[tuple["Piece", ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """`sort` is "atom" (one character), "anchor" (none), "reference" (unknown many) or "group".

    A group's `text` is what opens it, and `options` are its alternatives. `most` None means without end.
    """

    sort: str
    text: str
    options: Options = ()
    least: int = 1
    most: int | None = 1
    quantifier: str = ""

    def repeated(self, least: int, most: int | None, quantifier: str) -> Piece:
        return replace(self, least=least, most=most, quantifier=quantifier)

    @property
    def loops(self) -> bool:
        return self.most is None or self.most > 8


def render(options: Options) -> str:
    """The alternatives in Python's spelling."""
    return "|".join("".join(map(_render_piece, pieces)) for pieces in options)


def _render_piece(piece: Piece) -> str:
    body = f"{piece.text}{render(piece.options)})" if piece.sort == "group" else piece.text
    return body + piece.quantifier
