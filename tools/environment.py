"""The Python environment `.venv`, filled from the locks; every package is checked against its hash."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from tools.steps import BIN, ROOT, VENV, Missing, once, run, say

RUNTIME = ROOT / "requirements.txt"
BUILD = ROOT / "requirements-build.txt"
NODE = ROOT / "requirements-node.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
PYTHON = BIN / ("python.exe" if sys.platform == "win32" else "python")
STAMPS = VENV / "stamps"

NO_PACKAGES = "Python packages could not be installed: connect to a Python package index, then run the same again."


def make() -> None:
    """Create the environment, install the locked packages and the project itself in place."""
    once(STAMPS / "environment", [], _create)
    once(STAMPS / "runtime", [RUNTIME, BUILD], lambda: _install(RUNTIME, BUILD))
    once(STAMPS / "project", [ROOT / "pyproject.toml"], _install_project)


def add_development() -> None:
    once(STAMPS / "development", [DEVELOPMENT, RUNTIME, BUILD], lambda: _install(DEVELOPMENT))


def add_node() -> None:
    once(STAMPS / "node", [NODE], lambda: _install(NODE))


def _create() -> None:
    if _is_sound():
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Missing(f"Python's venv is missing: run `sudo apt-get install python{version}-venv`, "
                      "then the same again.")
    say("creating the Python environment .venv")
    run([sys.executable, "-m", "venv", "--clear", VENV],
        otherwise="The environment .venv could not be created: free some disk space, then run the same again.")


def _is_sound() -> bool:
    """True when the environment's Python runs, has pip, and is of this very version."""
    question = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return PYTHON.exists() and not subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode


def _install(*locks: Path) -> None:
    names = " and ".join(lock.name for lock in locks)
    say(f"installing the Python packages of {names}")
    chosen = [part for lock in locks for part in ("-r", str(lock))]
    run([*_pip("install"), "--require-hashes", *chosen], otherwise=NO_PACKAGES)


def _install_project() -> None:
    run([*_pip("install"), "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        otherwise="Anliu itself could not be installed: run `make clean`, then the same again.")


def _pip(verb: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", verb, "--quiet", "--disable-pip-version-check"]
