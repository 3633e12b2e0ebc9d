"""What a cell gave, drawn: numbers in tables with their heat, images and curves as drawings."""

from typing import TYPE_CHECKING, Any

from tuilab.authoring.page.drawings import Words, drawing
from tuilab.authoring.page.markup import text
from tuilab.session import Result, values
from tuilab.text import number
from tuilab.tui.charts.figure import Matrix, NoFigureError, figure
from tuilab.tui.tensors.facts import facts
from tuilab.tui.tensors.numbers import form

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 24, 16
LONGEST = 20_000


def output(result: Result) -> str:
    """All that a cell gave: what it printed, its value, and how it failed."""
    parts = []
    if result.printed.strip():
        parts.append(f'<pre tabindex="0"><samp>{text(result.printed[:LONGEST].rstrip())}</samp></pre>')
    if result.value is not None:
        parts.append(value(result.value))
    if result.sentence:
        parts.append(f'<p class="wrong">✗ {text(result.sentence)}</p>')
    return f'<div class="output">{"".join(parts)}</div>' if parts else ""


def value(found: values.Value) -> str:
    """A value of a cell."""
    match found:
        case values.Array():
            return array(found)
        case values.Curves():
            return drawing(figure(found, "curve"), Words())
        case values.Text():
            return f'<pre tabindex="0"><samp>{text(repr(found.text))}</samp></pre>'
    return f'<pre tabindex="0"><samp>{text(found.text)}</samp></pre>'


def array(found: values.Array) -> str:
    """An array as a table where it is small, as a picture where it is large, and the facts about it."""
    numbers = found.array()
    said = f'<p class="facts">{text(_facts(found))}</p>'
    if numbers is None or numbers.dtype.kind == "c" or not numbers.size or numbers.ndim > 3:
        return f'<pre tabindex="0"><samp>{text(found.text)}</samp></pre>{said}'
    if found.image:
        images = [numbers] if found.image != "stack" else list(numbers[:10])
        try:
            drawn = [drawing(Matrix(_grey(one), image=True), Words(), "image") for one in images]
        except NoFigureError:
            drawn = []
        return f'<div class="images">{"".join(drawn)}</div>{said}'
    if numbers.ndim <= 2 and found.whole:
        rows = numbers.reshape(1, -1) if numbers.ndim < 2 else numbers
        if rows.shape[0] <= MOST_ROWS and rows.shape[1] <= MOST_COLUMNS:
            return heat_table(rows, found.name) + said
    if numbers.ndim == 2 and min(numbers.shape) > 1:
        return drawing(Matrix(numbers.astype("f8")), Words(), "matrix") + said
    return f'<pre tabindex="0"><samp>{text(found.text)}</samp></pre>{said}'


def heat_table(rows: "NDArray[Any]", name: str = "") -> str:
    """Numbers in a table. The colour says how far each is from 0, and its sign which colour."""
    seen = facts(rows)
    write = form(rows.dtype.kind, seen)
    furthest = seen.furthest or 1.0
    body = "".join(
        "<tr>" + "".join(_cell(one, write(one).strip(), furthest) for one in row) + "</tr>"
        for row in rows.tolist()
    )
    caption = f"<caption>{text(name)}</caption>" if name else ""
    return f'<div class="wide" tabindex="0"><table class="heat">{caption}{body}</table></div>'


def _cell(one: Any, words: str, furthest: float) -> str:
    strength = abs(float(one)) / furthest if one == one else 0.0
    side = ' class="n"' if one < 0 else ""
    return f'<td{side} style="--h:{min(1.0, strength) * 55:.0f}%">{words.replace("-", "−", 1)}</td>'


def _grey(image: "NDArray[Any]") -> "NDArray[Any]":
    found = image.astype("f8")
    return found.mean(axis=2) if found.ndim == 3 else found


def _facts(found: values.Array) -> str:
    numbers = found.array()
    kind = found.dtype if numbers is None else str(numbers.dtype)
    parts = [f"{found.type_name} {found.shape}", kind]
    for name, figure_ in (("min", found.minimum), ("max", found.maximum), ("mean", found.mean)):
        if figure_ is not None:
            parts.append(f"{name} {number(figure_)}")
    if found.nan_count:
        parts.append(f"NaN {found.nan_count:,}")
    if not found.whole and found.data:
        parts.append(f"every {max(found.steps):,}th is shown")
    return " · ".join(parts)
