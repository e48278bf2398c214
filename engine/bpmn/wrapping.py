"""Breaking a label into lines: 中文 between any two characters, latin words whole where they fit."""

from __future__ import annotations

import re

from engine.bpmn.sketch import LETTER, text_width

_UNITS = re.compile(r"[A-Za-z0-9_.@%+/-]+\s*|\s+|.", re.DOTALL)
_NEVER_FIRST = frozenset("，。、；：！？）》”’】,.;:!?)]")


def wrap(text: str, width: float, *, size: float = LETTER, lines: int = 4) -> list[str]:
    """At most `lines` lines of at most `width` pixels in a font of `size`; what does not fit ends with an ellipsis."""
    widest = width * LETTER / size
    broken = [""]
    for unit in _units(text, widest):
        if broken[-1] and text_width(broken[-1] + unit.rstrip()) > widest and unit not in _NEVER_FIRST:
            broken.append("")
        broken[-1] += unit if broken[-1] else unit.lstrip()
    kept = [line.rstrip() for line in broken[:lines]]
    if len(broken) > lines:
        kept[-1] = _shortened(kept[-1], widest)
    return [line for line in kept if line]


def _units(text: str, widest: float) -> list[str]:
    """What may not be broken; a word wider than a whole line is broken after all."""
    units: list[str] = []
    for unit in _UNITS.findall(text):
        units += [unit] if text_width(unit) <= widest else list(unit)
    return units


def _shortened(line: str, widest: float) -> str:
    while line and text_width(line + "…") > widest:
        line = line[:-1]
    return line + "…"
