"""What the front matter names: kernels, data sets, and what Jupyter needs to keep it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tuilab.authoring.fault import Page
from tuilab.lesson import Problem
from tuilab.text import nearest, safe

OURS = ("title", "description", "tuilab")
JUPYTERS = ("jupytext", "kernelspec")
FILTER = "notebook_metadata_filter: title,description,tuilab"


def faults(page: Page) -> Iterator[Problem]:
    """The faults of the front matter that do not keep the lab from opening the lesson."""
    values = page.front.values
    for name in values:
        near = nearest(str(name), (*OURS, *JUPYTERS))
        if near and name not in (*OURS, *JUPYTERS) and near not in values:
            yield Problem(
                page.line_of(name), f"the front matter has `{safe(name, limit=60)}`. Did you mean `{near}`?"
            )
    if not page.lesson.header.description:
        yield Problem(
            page.line_of("title"), "the lesson has no description. Add `description: …`, one sentence."
        )
    yield from _for_jupyter(page, values)
    yield from _kernels(page)
    yield from _needs(page)


def _for_jupyter(page: Page, values: Mapping[str, Any]) -> Iterator[Problem]:
    jupytext = values.get("jupytext")
    jupytext = jupytext if isinstance(jupytext, dict) else {}
    kept = str(jupytext.get("notebook_metadata_filter", "")).replace(" ", "").split(",")
    if "all" not in kept and not set(OURS) <= set(kept):
        yield Problem(
            page.line_of("jupytext"),
            f"Jupyter would drop the title and `tuilab:` of this lesson. Write `{FILTER}` under `jupytext:`.",
        )
    written_as = jupytext.get("text_representation")
    if not isinstance(written_as, dict) or written_as.get("format_name") != "myst":
        yield Problem(
            page.line_of("jupytext", "text_representation"),
            "Jupyter would not find the cells. Write "
            "`text_representation: {extension: .md, format_name: myst}` under `jupytext:`.",
        )
    if not isinstance(values.get("kernelspec"), dict):
        yield Problem(
            1,
            "Jupyter does not know how to run this lesson. Add `kernelspec: {display_name: Python 3, "
            "language: python, name: python3}`.",
        )


def _kernels(page: Page) -> Iterator[Problem]:
    if not page.lesson.header.kernels:
        return
    names = catalogue()
    for name in page.lesson.header.kernels:
        if name not in names:
            near = nearest(name, names)
            ending = f"Did you mean `{near}`?" if near else "Its rows are in tuilab/kernels/rows."
            yield Problem(
                page.line_of("tuilab", "kernels"), f"the catalogue has no kernel `{name}`. {ending}"
            )


def catalogue() -> tuple[str, ...]:
    """The names of the catalogue's rows."""
    import tuilab.kernels.rows  # noqa: F401
    from tuilab.kernels.catalogue import CATALOGUE

    return tuple(CATALOGUE)


def _needs(page: Page) -> Iterator[Problem]:
    from tuilab.training.config import DATA

    for name in page.lesson.header.needs:
        near = nearest(name, DATA)
        if name in DATA or (name.isidentifier() and near is None):
            continue
        ending = (
            f"Did you mean `{near}`?" if near else "Write the name of a data set, or of a module to import."
        )
        yield Problem(page.line_of("tuilab", "needs"), f"`needs` has `{name}`. {ending}")
