"""A wrong answer, before anybody knows which field it was typed into."""

from __future__ import annotations


class Wrong(Exception):
    """What was typed is not what the type expects: the rest of a sentence whose subject is the field."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
