"""A pack: which definitions an institution takes, its numbers in place of theirs, and what it calls the roles.

It stands in `processes/packs/<id>.yaml`; the one that is applied is `processes/pack.yaml` of a version's sources.
It knows neither what the definitions say nor how a pack is written (pack_reader.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definition.model import Parameter
from engine.errors import NotFound, Place

PACK_FILE = "processes/pack.yaml"
"""The pack that is applied to the definition beside it."""


@dataclass(frozen=True, slots=True)
class Pack:
    """An institution's choice; its id becomes the profile of what it takes."""

    id: str
    title: str
    takes: tuple[str, ...]
    parameters: tuple[tuple[str, tuple[Parameter, ...]], ...] = ()
    """Process → the parameters it changes."""
    roles: tuple[tuple[str, str], ...] = ()
    """Role → what it is called here."""
    places: Mapping[str, Place] = field(compare=False, default_factory=dict)
    """Where each parameter stands, as `process.name`, and each role."""

    def values_of(self, process: str) -> dict[str, Parameter]:
        return {value.name: value for name, values in self.parameters if name == process for value in values}


def pack_file(pack_id: str) -> str:
    return f"processes/packs/{pack_id}.yaml"


def with_pack(files: Mapping[str, str], pack_id: str) -> dict[str, str]:
    """The files with this pack applied; NotFound when there is none of this id."""
    text = files.get(pack_file(pack_id))
    if text is None:
        raise NotFound(f"没有单位包“{pack_id}”", f"There is no pack {pack_id!r}")
    return {**files, PACK_FILE: text}
