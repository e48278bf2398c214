"""Which names are bound where, worked out before anything is computed.

Every bound name gets a numbered slot in the frame of an evaluation; what is not bound is read from the
context, and remembered as a path. Knows no values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Frame = list[object]
CONTEXT, RUN, FIRST_SLOT = 0, 1, 2


@dataclass(slots=True)
class Binding:
    """Where a name is found: candidate item slots of the filters around it, then a slot or the context."""

    items: tuple[int, ...]
    slot: int | None


@dataclass(slots=True)
class Scopes:
    """The names in force at one place of the tree, and all names seen so far."""

    paths: set[tuple[str, ...]] = field(default_factory=set)
    maybe: set[tuple[str, ...]] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    slots: int = FIRST_SLOT
    read: set[int] = field(default_factory=set)
    _stack: list[tuple[str, int]] = field(default_factory=list)

    def bind(self, name: str) -> int:
        """A new slot for the name, in force until `release`."""
        slot = self.slots
        self.slots += 1
        self._stack.append((name, slot))
        return slot

    def bind_item(self) -> int:
        """A new slot for a filter's item, whose own entries are names while it is in force."""
        slot = self.bind("item")
        self._stack.append(("", slot))
        return slot

    def release(self, count: int) -> None:
        del self._stack[len(self._stack) - count:]

    def find(self, name: str) -> Binding:
        items: list[int] = []
        for bound, slot in reversed(self._stack):
            if bound == name:
                self.read.add(slot)
                return Binding(tuple(items), slot)
            if not bound:
                items.append(slot)
        return Binding(tuple(items), None)

    def note(self, binding: Binding, path: tuple[str, ...]) -> None:
        """Remembers a path that is read from the context, certainly or perhaps."""
        if binding.slot is None:
            (self.maybe if binding.items else self.paths).add(path)
