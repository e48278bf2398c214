"""Ids that were typed become people, units and attachments; a ticked box becomes a signature.

The lookups are handed in: it refuses to know the directory and where files are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from engine.definition.form import Field, Form
from engine.definition.surroundings import Answers, Surroundings
from engine.errors import Sentence

Found = Mapping[str, object] | None
Note = Callable[[str, Sentence], None]


@dataclass(frozen=True, slots=True)
class Known:
    """A person, a unit, an attachment by id, each as the context FEEL sees, or None."""

    find_person: Callable[[str], Found] = lambda _: None
    find_unit: Callable[[str], Found] = lambda _: None
    find_file: Callable[[str], Found] = lambda _: None


@dataclass(frozen=True, slots=True)
class Lookups:
    """Looks up what one submission names; what is not found is noted at its field."""

    known: Known
    around: Surroundings
    note: Note

    def look_up(self, form: Form, answers: Answers) -> None:
        """Replace ids by what they stand for, in place."""
        for item in form.fields():
            if item.columns:
                for number, row in cast("dict[int, Answers]", answers.get(item.id) or {}).items():
                    for column in item.columns:
                        self._put(column, row, f"{item.id}.{number}.{column.id}")
            elif not item.readonly:
                self._put(item, answers, item.id)

    def _put(self, item: Field, answers: Answers, name: str) -> None:
        value = answers.get(item.id)
        if value is None:
            return
        if item.type in ("person", "unit"):
            answers[item.id] = self._find(item.type, cast(str, value), name, item.label)
        elif item.type == "file":
            answers[item.id] = self._find_files(cast("list[str]", value), name, item.label)
        elif item.type == "signature":
            answers[item.id] = {"person": self._signer(), "signed_on": self.around.moment}
        elif item.type == "seal":
            self._fill_seal(item, cast(Answers, value), name)

    def _fill_seal(self, item: Field, seal: Answers, name: str) -> None:
        if seal["sealed"] == "是" and seal["sealed_on"] is None:
            self.note(f"{name}.sealed_on",
                      Sentence(f"请填写“{item.label}”的盖章日期", f"{item.label}: the date of the seal is required"))
        if seal["scan"]:
            seal["scan"] = self._find_files(cast("list[str]", seal["scan"]), f"{name}.scan", item.label)
        if seal["received_by"]:
            seal["received_by"] = self._find("person", cast(str, seal["received_by"]), f"{name}.received_by",
                                             item.label)

    def _find(self, kind: str, key: str, name: str, label: str) -> Found:
        found = self.known.find_person(key) if kind == "person" else self.known.find_unit(key)
        if found is None:
            zh, en = ("人员", "person") if kind == "person" else ("单位", "unit")
            self.note(name, Sentence(f"“{label}”要从名单中选一个{zh}", f"{label}: expected a {en} of the directory"))
        return found

    def _find_files(self, keys: list[str], name: str, label: str) -> list[Found]:
        found = [self.known.find_file(key) for key in keys]
        if None in found:
            self.note(name, Sentence(f"“{label}”的附件没有找到，请重新上传",
                                     f"{label}: the attachment was not found; upload it again"))
        return found

    def _signer(self) -> object:
        step = self.around.scope.get("step")
        return step.get("actor") if isinstance(step, Mapping) else None
