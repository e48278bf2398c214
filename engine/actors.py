"""Who acts: people, units, posts and principals, the words in which tasks say who may do them.

A principal is one of: `unit_head@CIE` (a role in a unit), `centre_head` (a role wherever it is held),
`duty:centre_duty` and `duty:net_admin@CIE` (whoever is on duty for it), `person:<id>`, `everyone`. A task stores
principals; an actor carries those he answers to, computed per request.
Vocabulary: knows neither the directory nor the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

EVERYONE = "everyone"
DUTY = "duty:"
"""Before a role or a role in a unit: whoever the roster has on duty for it. No role id holds a colon."""

PLATFORM_ADMIN = "platform_admin"
PROCESS_ADMIN = "process_admin"
CASE_OPERATOR = "case_operator"
AUDITOR = "auditor"
PROGRAM = "program"
"""An outside program: fetches work, sends messages, reads registers; it sees no case by this."""
POWERS = frozenset({PLATFORM_ADMIN, PROCESS_ADMIN, CASE_OPERATOR, AUDITOR, PROGRAM})
"""Roles over the platform itself: held without a unit, never candidates of a step."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, college or office of the institution."""

    id: str
    name: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the directory; inactive after leaving, the id is never given to anybody else."""

    id: str
    name: str
    unit_id: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """A role held in a unit, or (without one) for the institution as a whole."""

    role: str
    unit_id: str | None = None
    unit_name: str | None = None

    @property
    def principals(self) -> tuple[str, ...]:
        """What somebody holding this post answers to."""
        return (self.role, role_in(self.role, self.unit_id)) if self.unit_id else (self.role,)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in this request, with everything the directory says about him now."""

    id: str
    name: str
    principals: frozenset[str] = frozenset()
    posts: tuple[Post, ...] = ()
    unit: Unit | None = None
    """Where he belongs, whatever posts he holds elsewhere."""
    on_duty: tuple[Post, ...] = ()
    """What he is on duty for at this moment; it gives no power, and no post."""
    kind: Literal["person", "system"] = "person"

    @property
    def powers(self) -> frozenset[str]:
        return POWERS & {post.role for post in self.posts}

    def has_power(self, power: str) -> bool:
        return power in self.powers

    @property
    def value(self) -> dict[str, object]:
        """The actor as definitions see him: id, name and unit."""
        unit = {"id": self.unit.id, "name": self.unit.name} if self.unit is not None else None
        return {"id": self.id, "name": self.name, "unit": unit}

    @property
    def is_system(self) -> bool:
        return self.kind == "system"


SYSTEM = Actor("system", "系统", kind="system")
"""The engine itself: timers, jobs, automatic steps. It answers to no principal, so it never does a task."""


def person_actor(person: Person, posts: Iterable[Post], unit: Unit | None = None, *, on_duty: Iterable[Post] = ()) -> Actor:
    """The actor that a person of this unit with these posts and shifts is; somebody who has left answers to nothing."""
    if not person.is_active:
        return Actor(person.id, person.name, unit=unit)
    held, duties = tuple(posts), tuple(on_duty)
    principals = {EVERYONE, person_principal(person.id), *(principal for post in held for principal in post.principals),
                  *(DUTY + principal for duty in duties for principal in duty.principals)}
    return Actor(person.id, person.name, frozenset(principals), held, unit, duties)


def role_in(role: str, unit_id: str) -> str:
    """The principal of a role in one unit."""
    return f"{role}@{unit_id}"


def is_duty(principal: str) -> bool:
    """Whether a principal is whoever is on duty, rather than whoever holds a post."""
    return principal.startswith(DUTY)


def person_principal(person_id: str) -> str:
    """The principal of one person."""
    return f"person:{person_id}"


def split_principal(principal: str) -> tuple[str, str | None]:
    """("person", id), ("everyone", None), or (role, unit id or None); of a post or of a duty, `is_duty` tells which."""
    if principal.startswith("person:"):
        return "person", principal.removeprefix("person:")
    role, _, unit_id = principal.removeprefix(DUTY).partition("@")
    return role, unit_id or None
