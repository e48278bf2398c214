"""Where a person may be sent next: a path of our own, nothing else."""

from __future__ import annotations

import re

_OWN_PATH = re.compile(r"/[A-Za-z0-9._~/-]*(?:\?[A-Za-z0-9._~=&%+:/-]*)?")
_LONGEST = 512


def own_path(offered: str | None, *, otherwise: str = "/") -> str:
    """The offered path if it is plainly one of ours: no scheme, no host, no escapes in the path, no dots up."""
    if offered is None or len(offered) > _LONGEST or not _OWN_PATH.fullmatch(offered):
        return otherwise
    path = offered.partition("?")[0]
    return otherwise if "//" in offered or any(part in (".", "..") for part in path.split("/")) else offered
