"""Write the locks anew: exact versions with hashes, and no address of any download.

    python -m tools.lock             keep what is locked, add and remove what pyproject.toml and package.json ask
    python -m tools.lock upgrade     move everything to the newest version that the lower bounds allow
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tools.node import bring_node
from tools.steps import BIN, ROOT, Missing, run, say

COMPILE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
           "--no-emit-index-url", "--no-header")
LOCKS: dict[str, tuple[str, ...]] = {
    "requirements.txt": ("pyproject.toml",),
    "requirements-build.txt": ("--group", "build", "-c", "requirements.txt"),
    "requirements-node.txt": ("--group", "node"),
    "requirements-dev.txt": ("--group", "dev", "-c", "requirements.txt", "-c", "requirements-build.txt"),
}
UNSOLVED = "The locks could not be written: mend the versions named above, then run `make lock` again."


def lock_python(mode: str) -> None:
    upgrade = ["--upgrade"] if mode == "upgrade" else []
    for name, sources in LOCKS.items():
        say(f"locking {name}")
        run([BIN / "uv", *COMPILE, *upgrade, *sources, "-o", name], otherwise=UNSOLVED)


def lock_browser() -> None:
    say("locking package-lock.json")
    node = bring_node()
    run([*node.npm, "install", "--package-lock-only", "--ignore-scripts"], otherwise=UNSOLVED, extra=node.variables)
    lock = ROOT / "package-lock.json"
    lock.write_text(json.dumps(_without_addresses(lock), indent=2, ensure_ascii=False) + "\n")


def _without_addresses(lock: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(lock.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    return content


if __name__ == "__main__":
    try:
        lock_python(sys.argv[1] if len(sys.argv) > 1 else "keep")
        lock_browser()
    except Missing as missing:
        sys.exit(f"✗ {missing}")
