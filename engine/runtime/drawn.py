"""What an author drew, as plain values: an event that is awaited or thrown, and the loop of an activity.

Read once, shared by all instances. Knows no XML, no library and no tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COUNTED = re.compile(r"R\d+/")

INNER_KINDS = frozenset({"error", "escalation", "compensation", "cancel"})
"""Events that only the instance itself can bring about; nobody outside delivers them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event definition.

    `kind` is timer, message, signal, condition, error, escalation, compensation, cancel, terminate, link, or entry (a
    change of a register, which only the owner can tell). `name` is the name of a message, signal or register, the code of
    an error or escalation (empty catches every one), the activity to compensate (empty: all), or the name of a link.
    `text` is a condition (that of an entry is asked by the owner), or a time as written, which `timing` says how to read
    (timeDate, timeDuration, timeCycle). `key` is the expression a message is correlated by, or that of the entry meant.
    """

    kind: str
    name: str = ""
    text: str = ""
    timing: str = ""
    key: str = ""

    @property
    def is_counted(self) -> bool:
        """A cycle that says how often it happens (`R3/PT1H`)."""
        return self.timing == "timeCycle" and _COUNTED.match(self.text) is not None

    @property
    def may_repeat(self) -> bool:
        """It can happen more than once while somebody waits for it."""
        return self.kind != "timer" or self.timing == "timeCycle"


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is performed, as BPMN's loop characteristics say.

    Multi-instance: `cardinality` or `collection` tells how many, `item` is the variable of one element, `output` is
    evaluated in a finished instance and collected into `results`, `until` ends the loop early. Standard: `until` is
    empty, `again` is the condition to go on, `maximum` the most rounds.
    """

    element_id: str
    is_standard: bool = False
    one_by_one: bool = False
    cardinality: str = ""
    collection: str = ""
    item: str = ""
    output: str = ""
    results: str = ""
    until: str = ""
    again: str = ""
    test_before: bool = False
    maximum: int | None = None
    behavior: str = "All"
    told: tuple[tuple[str, Event], ...] = ()
    """What the loop itself throws when an instance completes: pairs of condition (empty: always) and event."""
