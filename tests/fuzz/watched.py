"""An audit hook that notes what a definition may never cause: code compiled or run, files written, programs, sockets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

FORBIDDEN = frozenset({"exec", "compile", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "subprocess.Popen",
                       "socket.connect", "socket.bind", "socket.getaddrinfo", "urllib.Request", "pickle.find_class", "marshal.loads",
                       "ctypes.dlopen", "open", "os.remove", "os.rename", "import", "code.__new__", "builtins.input"})


@dataclass(slots=True)
class Watch:
    """What happened while somebody was looking. Hooks cannot be taken away again, so there is one."""

    is_on: bool = False
    seen: list[str] = field(default_factory=list)

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_on and event in FORBIDDEN:
            self.seen.append(f"{event} {arguments!r}"[:200])


_watch = Watch()
sys.addaudithook(_watch.note)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Events inside the block; empty when nothing was executed."""
    _watch.seen = []
    _watch.is_on = True
    try:
        yield _watch.seen
    finally:
        _watch.is_on = False
