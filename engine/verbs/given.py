"""What a person gave at a task, once it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import FieldError
from engine.verbs.findings import Finding


@dataclass(frozen=True, slots=True)
class Given:
    """Answers as FEEL values by field id, warnings that do not block, findings made in this task."""

    answers: Mapping[str, object]
    warnings: tuple[FieldError, ...]
    findings: tuple[Finding, ...]
