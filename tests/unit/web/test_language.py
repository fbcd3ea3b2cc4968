from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.language import FOLDER, catalogue

KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def used() -> set[str]:
    options = {"templates/**.html": {"newstyle_gettext": "true"}}
    found = extract_from_dir(FOLDER.parent, METHODS, options_map=options, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_every_sentence_has_its_japanese_and_none_is_left_over() -> None:
    with (FOLDER / "ja/LC_MESSAGES/messages.po").open("rb") as source:
        known = read_po(source, locale="ja")
    translated = {m.id if isinstance(m.id, str) else m.id[0] for m in known if m.id and m.string and not m.fuzzy}
    assert translated == used()


def test_placeholders_survive_translation() -> None:
    with (FOLDER / "ja/LC_MESSAGES/messages.po").open("rb") as source:
        assert [message.id for message in read_po(source, locale="ja") if list(message.check())] == []


@pytest.mark.parametrize(("language", "word"), [("ja", "検索"), ("en", "Search")])
def test_translations_need_no_compiled_file(language: str, word: str) -> None:
    assert not list(Path(FOLDER).rglob("*.mo"))
    assert catalogue(language).ugettext("Search") == word
