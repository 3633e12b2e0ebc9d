"""What AUTHORING.md teaches, works as it stands there."""

import re
from pathlib import Path

import pytest

from tuilab.authoring import check
from tuilab.lesson import load
from tuilab.lesson.directives import DIRECTIVES
from tuilab.lesson.front_matter import FIELDS

GUIDE = Path(__file__).parent.parent.parent / "AUTHORING.md"
TEXT = GUIDE.read_text(encoding="utf-8")


@pytest.fixture
def lesson(tmp_path):
    """A lesson made of the guide's examples."""
    (front,) = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^(`{3,4})md\n(.*?)^\1$", TEXT, re.DOTALL | re.MULTILINE)
    path = tmp_path / "guide.md"
    path.write_text("\n".join(["---", f"{front}---", "# Guide", *(block for _, block in blocks)]))
    return path


def test_its_examples_are_a_lesson_without_faults(lesson, run_here):
    assert [str(fault) for fault in check([lesson], run_here).faults] == []
    assert len(load(lesson).exercises) == 1


def test_its_examples_use_every_directive_with_every_option(lesson):
    used = {directive.name: directive for directive in load(lesson).directives}
    assert set(used) == set(DIRECTIVES)
    for name, kind in DIRECTIVES.items():
        written = set(re.findall(r"^:(\w+):", used[name].source, re.MULTILINE))
        shared = {option.name for option in DIRECTIVES["lab:train"].options} if name == "lab:race" else set()
        assert written | shared >= {option.name for option in kind.options}, name


def test_it_names_every_directive_in_its_table_and_most_fields():
    assert all(f"| `{name}` |" in TEXT for name in DIRECTIVES)
    assert all(f"{field}:" in TEXT for field in FIELDS if field not in ("source", "authors"))


def test_its_lines_fit_and_its_links_lead_somewhere():
    assert all(len(line) <= 120 for line in TEXT.splitlines())
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (GUIDE.parent / link).is_file()
