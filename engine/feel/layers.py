"""Contexts laid over one another: what an expression reads, without copying what it does not.

The first that has a name hides the others. It knows nothing of what they hold.
"""

from __future__ import annotations

from collections import ChainMap


class Layers(ChainMap[str, object]):
    """A ChainMap that is asked for a name as often as expressions do: by `get`, and without an exception on the way."""

    def get(self, key: str, default: object = None) -> object:
        for layer in self.maps:
            if key in layer:
                return layer[key]
        return default

    def reach(self, name: str, keys: tuple[str, ...]) -> tuple[object, int]:
        """What stands under a name, or already further along the keys behind it, and how many of them were followed.

        A layer that has `reach` itself may know the way without reading everything that stands under the name.
        """
        for layer in self.maps:
            if name in layer:
                reach = getattr(layer, "reach", None)
                return reach(name, keys) if reach is not None else (layer[name], 0)
        return None, 0
