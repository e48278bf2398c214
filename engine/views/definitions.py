"""Definitions that somebody is still writing, looked at with what stands in the database."""

from __future__ import annotations

from collections.abc import Mapping

from engine.store.directory_rows import StoredDirectory
from engine.store.reader import Reader
from engine.verbs.deployments import Examined, examine


def examine_edited(read: Reader, *, main_file: str, files: Mapping[str, str]) -> Examined:
    """What would be deployed, or why it would not, with every problem and the drawing as far as there is one."""
    return examine(main_file, files, posts=StoredDirectory(read.connection, read.now),
                   deployed=read.means.versions.current_bundles(read.connection))
