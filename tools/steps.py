"""How a step of the set-up speaks, runs and remembers that it is done.

Everything missing becomes a `Missing`: one sentence that says what is missing and the command that mends it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LINES_SHOWN_OF_A_FAILURE = 15


class Missing(Exception):
    """Something the set-up cannot bring itself; the text is one sentence with the command that mends it."""


def say(sentence: str) -> None:
    print(f"· {sentence}", flush=True)


def run(command: Sequence[str | Path], *, otherwise: str, extra: Mapping[str, str] | None = None) -> None:
    """Run quietly; on failure show the end of the output and raise Missing with the sentence `otherwise`."""
    finished = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **(extra or {})}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )
    if finished.returncode:
        print("\n".join(finished.stdout.splitlines()[-LINES_SHOWN_OF_A_FAILURE:]), file=sys.stderr)
        raise Missing(otherwise)


def once(stamp: Path, sources: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless `stamp` says that it was done with exactly these sources."""
    fingerprint = _fingerprint(sources)
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def _fingerprint(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.platform} {sys.version_info[:2]}".encode())
    for source in sorted(sources):
        digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
