"""How the library's names of nodes are made from an author's ids.

`Start`, `End` and ids with a dotted suffix mean something to the library; its own never begin with one of our marks.
"""

from __future__ import annotations

PREFIX = ":"
"""An element of the author."""
INSTANCE = "+"
"""The activity that a loop performs; the element itself is the loop."""
GATHER = "<"
"""What collects several tokens before an activity begins."""


def inner_name(element_id: str) -> str:
    """The name under which the library knows an element of the author."""
    return PREFIX + element_id
