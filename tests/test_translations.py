"""Every sentence of the pages has its English, with the same placeholders."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
LATIN_WORD = re.compile(r"[A-Za-z]{3}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences as they stand in the pages now."""
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q"]
    subprocess.run([*babel, "extract", "-F", "babel.cfg", "-o", str(template), "."], cwd=ROOT, check=True)
    with template.open("rb") as source:
        return read_po(source)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as source:
        return read_po(source, locale="en")


def forms(words: str | Iterable[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_every_sentence_of_the_pages_has_its_english(gathered: Catalog, english: Catalog) -> None:
    missing = [message.id for message in sentences(gathered)
               if (found := english.get(message.id, message.context)) is None
               or found.fuzzy or not all(forms(found.string))]
    assert missing == [], "run `make translations`, then write the English"


def test_no_english_sentence_waits_for_a_page_that_is_gone(gathered: Catalog, english: Catalog) -> None:
    gone = [message.id for message in sentences(english) if gathered.get(message.id, message.context) is None]
    assert gone == [], "run `make translations`"


def test_both_languages_have_the_same_placeholders(english: Catalog) -> None:
    different = [message.id for message in sentences(english)
                 if any(set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(forms(message.id)[-1]))
                        for form in forms(message.string))]
    assert different == []


def test_the_source_sentences_are_not_english(gathered: Catalog) -> None:
    english = [message.id for message in sentences(gathered)
               if not any(CHINESE.search(form) for form in forms(message.id)) and LATIN_WORD.search(str(message.id))]
    assert english == []
