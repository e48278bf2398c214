"""Type names as they are written after `instance of` and for parameters.

Reads names; whether a value belongs to a type is asked elsewhere.
"""

from __future__ import annotations

from engine.feel.complaints import complain
from engine.feel.names import TYPE_NAMES, Vocabulary
from engine.feel.scanner import Scanner
from engine.feel.tree import TypeName

_LONG_NAMES = Vocabulary(TYPE_NAMES)


def read_type(scanner: Scanner) -> TypeName:
    """The type at the cursor."""
    scanner.enter()
    name = _read_name(scanner)
    parts: list[tuple[str, TypeName]] = []
    if scanner.accept("<"):
        while not scanner.accept(">"):
            parts.append(_read_part(scanner, labelled=name == "context"))
            scanner.accept(",")
    if name == "function" and scanner.accept("->"):
        parts.append(("->", read_type(scanner)))
    scanner.leave()
    return TypeName(name, tuple(parts))


def _read_part(scanner: Scanner, *, labelled: bool) -> tuple[str, TypeName]:
    if not labelled:
        return "", read_type(scanner)
    start = scanner.token.start
    if scanner.token.sort != "name":
        raise complain(scanner, "type")
    while scanner.tokens[scanner.position + 1].sort == "name":
        scanner.advance()
    label = scanner.text_from(start, scanner.advance().end)
    scanner.expect(":")
    return label, read_type(scanner)


def _read_name(scanner: Scanner) -> str:
    words = _LONG_NAMES.longest_at(scanner.tokens, scanner.position)
    start = scanner.token.start
    if scanner.token.sort != "name":
        raise complain(scanner, "type")
    scanner.position += max(len(words), 1) - 1
    return scanner.text_from(start, scanner.advance().end)
