"""Executable programs by definition hash: compiled once per version and process, shared by all instances."""

from __future__ import annotations

import threading

from engine.runtime import Program, compile_program
from engine.store.versions import Version

_programs: dict[str, Program] = {}
_lock = threading.Lock()


def program_of(version: Version) -> Program:
    """The sealed program of a version; the BPMN that is shown is the BPMN that runs."""
    program = _programs.get(version.hash)
    if program is None:
        program = compile_program(version.bpmn, version.definition.process)
        with _lock:
            _programs[version.hash] = program
    return program
