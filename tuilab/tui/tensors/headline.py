"""The lines above an array: what it is, its range, and the element under the cursor."""

from rich.segment import Segment
from rich.style import Style

from tuilab.tui.tensors.axes import Place
from tuilab.tui.tensors.facts import memory
from tuilab.tui.tensors.whole import Whole


def headline(
    mark: tuple[str, Style],
    called: str,
    whole: Whole,
    said: str,
    value: str,
    place: Place,
    width: int,
    styles: dict[str, Style],
) -> list[list[Segment]]:
    """Its mark and name, shape, type and memory; what is `said` of its range; and the `value` at a place.
    Strides stand in the first line that has room for them."""
    strides = f"strides {whole.strides}"
    about = f"  {whole.shape} {whole.dtype}  {memory(whole.bytes)}"
    above = len(called) + 3 + len(about) + 2 + len(strides) <= width
    sign, style = mark
    title = [
        Segment(f" {sign} ", style),
        Segment(called, styles["title"]),
        Segment(f"{about}  {strides}" if above else about, styles["quiet"]),
    ]
    if place.empty:
        return [title]
    there = whole.place(place)
    here = [
        Segment(f" {there.element_name() or 'the number'} = ", styles["quiet"]),
        Segment(value, styles["number"]),
    ]
    used = sum(segment.cell_length for segment in here)
    more = [f"of {there.slice_name()}" if place.others else "", whole.part(), "" if above else strides]
    for words in filter(None, more):
        if used + 3 + len(words) <= width:
            here.append(Segment(f"   {words}", styles["quiet"]))
            used += 3 + len(words)
    return [title, [Segment(f" {said}", styles["quiet"])], here]
