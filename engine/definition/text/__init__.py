"""Model to YAML text, the way the reader takes it back: equal definitions give equal texts."""

from engine.definition.text.process import write_yaml

__all__ = ["write_yaml"]
