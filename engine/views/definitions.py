"""Definitions that somebody is still writing, looked at with what stands in the database."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.bundle import Bundle
from engine.store.directory_rows import StoredDirectory
from engine.store.reader import Reader
from engine.verbs.deployments import read_deployable


def read_edited(read: Reader, *, main_file: str, files: Mapping[str, str]) -> Bundle:
    """What would be deployed, with its warnings; DefinitionInvalid carries all problems. Nothing is stored."""
    return read_deployable(main_file, files, posts=StoredDirectory(read.connection, read.now))
