"""The glossary: sorted, a sentence each, and every lesson that it names is there and has the word."""

import re

import pytest

from tuilab import paths
from tuilab.lesson import load

GLOSSARY = paths.lessons() / "glossary.md"
ENTRY = re.compile(
    r"^- \*\*(?P<term>[^*]+)\*\*: (?P<text>.+)\n {2}\[(?P<title>[^\]]+)\]\((?P<file>[^)]+)\)$", re.MULTILINE
)
TEXT = GLOSSARY.read_text(encoding="utf-8")
ENTRIES = [found.groupdict() for found in ENTRY.finditer(TEXT)]


def test_every_item_is_an_entry() -> None:
    assert len(ENTRIES) == len(re.findall(r"^[-*+] ", TEXT, re.M)) >= 50


def test_terms_are_sorted_and_each_is_there_once() -> None:
    terms = [entry["term"].casefold() for entry in ENTRIES]
    assert terms == sorted(set(terms))


def test_each_step_has_the_terms_of_its_letters() -> None:
    for part in re.split(r"^## ", TEXT, flags=re.M)[1:]:
        [(first, last)] = re.findall(r"\A([A-Z]) to ([A-Z])\n", part)
        for found in ENTRY.finditer(part):
            assert first <= found["term"][0].upper() <= last, found["term"]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["term"] for entry in ENTRIES])
def test_a_term_is_said_in_a_sentence_and_met_in_the_lesson_that_it_names(entry: dict[str, str]) -> None:
    assert re.fullmatch(r"[^.]*(\$[^$]*\$[^.]*)*\.", entry["text"]), "one sentence"
    lesson = load(GLOSSARY.parent / entry["file"])
    assert entry["title"] == lesson.header.title
    words = " ".join(lesson.header.path.read_text(encoding="utf-8").split()).casefold()
    assert entry["term"].casefold() in words
