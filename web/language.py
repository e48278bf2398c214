"""Which language a page speaks, and its words. Sentences in the code are the Chinese ones; English is a catalogue.

The catalogue is read from its source file at the start, so there is no compiled copy that could be stale.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request
from flask_babel import Babel, Domain

from engine.errors import Sentence

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "anliu-language"
CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


class SourceDomain(Domain):
    """The catalogue, kept in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[Any, NullTranslations] = {
            ("zh", "messages"): NullTranslations(), ("en", "messages"): read_catalogue(CATALOGUE)}

    def get_translations_cache(self, ctx: object) -> dict[Any, NullTranslations]:
        return self._kept


def read_catalogue(path: Path) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def install_language(app: Flask) -> None:
    Babel(app, default_locale="zh", locale_selector=language)
    app.extensions["anliu_words"] = SourceDomain()
    app.jinja_env.filters["said"] = said
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def choose_language() -> None:
    """`?language=` for this page, then the cookie, then what the browser asks for, then Chinese."""
    from_browser = request.accept_languages.best_match(["zh", "en"], "zh")
    wishes = (request.args.get("language"), request.cookies.get(COOKIE), from_browser)
    g.language = next((wish for wish in wishes if wish in LANGUAGES), "zh")
    words: SourceDomain = current_app.extensions["anliu_words"]
    words.as_default()


def language() -> str:
    return str(g.get("language", "zh")) if g else "zh"


def said(sentence: Sentence | None) -> str:
    """A sentence of the engine in the language of the page."""
    return sentence.in_language(language()) if sentence is not None else ""

