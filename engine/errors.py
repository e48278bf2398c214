"""The one error tree, and the problem: what is wrong, where it stands, and what to do about it.

Vocabulary: imports nothing of ours. The docstring of an error class is its default message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a source: file name, 1-based line and column."""

    file: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a definition: place, one sentence in Chinese and English, and a hint (may be empty).

    `severity` is "error" (nothing is deployed) or "warning" (shown, deployable).
    """

    place: Place
    code: str
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        hint = f"（{self.hint_zh}）" if self.hint_zh else ""
        return f"{self.place}: {self.zh}{hint} / {self.en}"


class EngineError(Exception):
    """Root of every error the engine raises on purpose."""


class DefinitionInvalid(EngineError):
    """The definition has problems; nothing was deployed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        self.read: object = None
        """The definition as far as it could be read."""
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Rejected(EngineError):
    """A verb was refused: what was expected, and what is.

    `traced` says that the refusal itself belongs into the trace of `instance_id` (a gate, a separation
    of duty); the unit of work writes it after the verb's own work was rolled back.
    """

    status = 400

    def __init__(self, zh: str, en: str, *, clauses: Iterable[str] = (), instance_id: str | None = None,
                 element_id: str | None = None, traced: bool = False) -> None:
        super().__init__(f"{zh} / {en}")
        self.sentence = Sentence(zh, en)
        self.clauses = tuple(clauses)
        self.instance_id = instance_id
        self.element_id = element_id
        self.traced = traced
        self.forgets = ""
        """The place of a draft that must not outlive the refusal (see `engine.verbs.drafts`)."""
        self.keeps_work = False
        """What the verb wrote before it refused is committed all the same: a counted attempt must not be rolled back."""


class NotFound(Rejected):
    """What was asked for does not exist, or not for this actor: the two are never told apart."""

    status = 404

    def __init__(self, zh: str = "没有找到", en: str = "Not found", *, clauses: Iterable[str] = (),
                 instance_id: str | None = None, element_id: str | None = None, traced: bool = False) -> None:
        super().__init__(zh, en, clauses=clauses, instance_id=instance_id, element_id=element_id, traced=traced)


class NotAllowed(Rejected):
    """The actor may see this, but may not do it."""

    status = 403


class WrongState(Rejected):
    """The thing is not in the state that the verb needs (already completed, already claimed …)."""

    status = 409


class StaleInstance(WrongState):
    """Somebody else changed the instance between reading and writing."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong answer: `field` is the field id, for a table cell `field.row.column` (row counts from 0)."""

    field: str
    zh: str
    en: str
    clauses: tuple[str, ...] = ()


class SubmissionInvalid(Rejected):
    """The form's answers are wrong; every wrong field is named and nothing typed is lost."""

    status = 422

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors: tuple[FieldError, ...] = tuple(errors)
        super().__init__(f"有 {len(self.errors)} 处填写需要修改：" + "；".join(error.zh for error in self.errors),
                         f"{len(self.errors)} answers need mending: " + "; ".join(error.en for error in self.errors))
