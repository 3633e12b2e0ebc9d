"""What Markdown makes of the lessons' prose is what their authors meant."""

import itertools
import re
from pathlib import Path

import pytest

from tuilab import paths
from tuilab.lesson.library import files

LESSONS = files(paths.lessons())


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_no_sentence_becomes_a_list_because_of_where_its_line_breaks(path: Path) -> None:
    """A line that begins with `3. ` or `- ` after a line of prose would begin a list."""
    lines = path.read_text(encoding="utf-8").split("\n")
    fence = ""
    for number, (before, line) in enumerate(itertools.pairwise(lines), 2):
        if fence:
            fence = "" if line == fence else fence
            continue
        if opening := re.match(r"(`{3,}|:{3,})", line):
            fence = opening[1]
        item = r" *(\d+[.)]|[-+*]) "
        in_a_list = not before or re.match(item, before) or before.startswith("  ")
        assert in_a_list or not re.match(item, line), f"{path.name}:{number}: {line}"
