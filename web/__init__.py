"""The pages: what people see of the engine, server-rendered, Chinese first.

It asks named queries, calls one verb per request and shows what came of it. It knows neither SQL nor tokens
nor when something is due; it decides nothing that the engine has not decided.
"""

from __future__ import annotations

from web.application import create_app
from web.settings import Settings

__all__ = ["Settings", "create_app"]
