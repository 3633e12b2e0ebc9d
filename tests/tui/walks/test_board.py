"""The board of a walk: every operation at every size, in every set of signs; what it shows and holds back."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.kernels.catalogue import CATALOGUE, Operation, Sample
from tuilab.tui.themes import THEMES
from tuilab.tui.walks.board import VIEWS, View, WalkBoard
from tuilab.walk import At, Walk, trace_of

SIZES = [(39, 17), (120, 46), (10, 3)]


class Wall(App[None]):
    """A board alone on the screen."""

    def __init__(self, glyphs: str) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.board = WalkBoard()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES[0].variables)

    def compose(self) -> ComposeResult:
        yield self.board

    def text(self, size: tuple[int, int]) -> str:
        """What the board draws at a size."""
        rows = self.board.draw_rows(*size)
        return "\n".join("".join(part.text for part in row).rstrip() for row in rows)


def on_the_wall(act: Callable[[Wall], Any], size: tuple[int, int] = (60, 24), glyphs: str = "braille") -> Any:
    async def go() -> Any:
        app = Wall(glyphs)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            return act(app)

    return asyncio.run(go())


def shown(
    text: str,
    names: dict[str, Any],
    at: Callable[[Walk], At],
    size: tuple[int, int] = (60, 24),
    view: View = "grid",
    glyphs: str = "braille",
    **more: Any,
) -> str:
    """What stands on the board at a place of a walk."""
    walk = Walk(trace_of(text, names), moving=view == "picture")

    def act(app: Wall) -> str:
        app.board.show(walk, walk.move(at(walk)), view=view, **more)
        return app.text(size)

    return str(on_the_wall(act, size, glyphs))


def trace(row: Operation, sample: Sample) -> Trace:
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    inputs = [one.draw(rng) for one in sample.inputs]
    with np.errstate(all="ignore"):
        result = row.reference(*inputs, **sample.options)
    outputs = [np.asarray(one) for one in (result if isinstance(result, tuple) else (result,))]
    values = [Value(one, "given") for one in inputs] + [Value(one, "computed") for one in outputs]
    stop = Stop(
        "forward",
        row.name,
        tuple(range(len(inputs))),
        tuple(range(len(inputs), len(values))),
        dict(sample.options),
    )
    return Trace(tuple(values), (stop,), len(inputs))


@pytest.mark.parametrize("glyphs", ["braille", "ascii"])
def test_every_operation_is_drawn_at_every_size(glyphs: str) -> None:
    """Rows of the size asked for, in the signs of the terminal, with the formula's result in them."""

    def act(app: Wall) -> None:
        for number, row in enumerate(CATALOGUE.values()):
            for sample in row.valid[number % 2 :][:1] if row.explain is not None else ():
                walk = Walk(trace(row, sample), moving=True)
                ends = [walk.first, walk.seek(0.5), walk.last]
                for at, view in zip(ends, (*VIEWS[:2], VIEWS[number % 3]), strict=True):
                    move = walk.move(at)
                    app.board.show(walk, move, view=view, hidden=view == "text")
                    for width, height in SIZES:
                        rows = app.board.draw_rows(width, height)
                        assert [sum(part.cell_length for part in line) for line in rows] == [width] * height
                        text = "".join(part.text for line in rows for part in line)
                        assert glyphs != "ascii" or text.isascii(), f"{row.name}: {text}"

    on_the_wall(act, glyphs=glyphs)


A = [[1.0, 2.0, -1.0], [0.0, 1.0, 3.0]]
B = [[0.5, 1.0], [2.0, -1.0], [1.0, 0.5]]
NAMES = {"A": A, "B": B}


def test_a_row_meets_a_column() -> None:
    text = shown("A @ B", NAMES, lambda walk: At(0, 1, 1))
    for part in (
        "A (2, 3)",
        "B (3, 2)",
        "c = A @ B (2, 2)",
        "1.0[ 2.0]-1.0",  # brackets around what the cursor touches
        "2.0[-1.0]",
        "3.5[-1.0]",  # the cell before is there, this one is partial
        "c[0, 1] = 1 · 1 + 2 · (-1) + …",
        "so far, 2 of 3: -1",
    ):
        assert part in text, text
    assert "-1.5" not in text


def test_a_result_that_is_held_back_is_nowhere() -> None:
    text = shown("A @ B", NAMES, lambda walk: At(0, 1, 2), hidden=True)
    assert "-1.5" not in text
    assert "[   ?]" in text
    assert "c[0, 1] = ?" in text


def test_shapes_are_aligned_from_the_right_and_stretched() -> None:
    names = {"X": np.zeros((3, 4)), "y": np.zeros(4)}
    aligned = shown("X + y", names, lambda walk: walk.first)
    assert [line.split() for line in aligned.split("\n") if "▸" in line][:2] == [
        ["▸", "X", "3", "4"],
        ["▸", "y", "·", "4"],
    ]
    stretched = shown("X + y", names, lambda walk: walk.next(walk.first))
    assert "[3]" in stretched
    hidden = shown("X + y", names, lambda walk: walk.first, hidden=True)
    assert [line.split() for line in hidden.split("\n") if line.split()[:1] == ["add"]] == [["add", "?", "?"]]


def test_a_transpose_is_the_same_memory_with_other_strides() -> None:
    names = {"X": np.arange(12.0).reshape(3, 4)}
    text = shown("X.T", names, lambda walk: walk.next(walk.first))
    assert "(3, 4)  strides (4, 1)" in text
    assert "(4, 3)  strides (1, 4)" in text
    assert "[i, j] is at i + 4·j" in text


def test_softmax_shows_its_working_as_it_comes() -> None:
    names = {"x": [[1.0, 2.0, 3.0]]}
    early = shown("softmax(x)", names, lambda walk: At(0, 0, 1))
    assert "x - max" in early
    line = next(line for line in early.split("\n") if line.split()[:1] == ["e^(x"])
    assert line.split()[-3:] == ["·"] * 3
    late = shown("softmax(x)", names, lambda walk: At(0, 0, 4))
    assert "[0.09003]" in late
    assert "its share of the sum" in late


def test_a_large_array_scrolls_with_the_cursor() -> None:
    names = {"x": np.arange(40_000 * 30.0).reshape(40_000, 30)}
    text = shown("relu(x)", names, lambda walk: walk.jump(walk.first, (39_999, 29)))
    assert "39999 " in text
    assert "[ 1.20e+06]" in text


def test_points_and_descents_are_pictures() -> None:
    points = {"P": np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]]), "T": [[0.0, -1.0], [1.0, 0.0]]}
    moving = shown("affine(P, T)", points, lambda walk: walk.next(walk.first), view="picture")
    assert moving.count("○") == 3 + 1  # and the legend's
    curve = {"f": lambda x: x * x}
    falling = shown("descent(f, 2.0)", curve, lambda walk: walk.first, view="picture")
    assert "●" in falling
    assert "slope 4" in falling
    assert "x1 = 2 - 0.1 · 4 = 1.6" in falling
    bowl = {"f": lambda x, y: x * x + 5 * y * y}
    for glyphs, ball in (("braille", "●"), ("ascii", "O")):
        over = shown("descent(f, [3, 1])", bowl, lambda walk: walk.last, view="picture", glyphs=glyphs)
        assert ball in over


def test_the_most_rows_and_columns_can_be_set() -> None:
    names = {"X": np.arange(200.0).reshape(10, 20)}
    text = shown("relu(X)", names, lambda walk: walk.last, size=(120, 40), limits=(3, 4))
    rows = [line for line in text.split("\n") if line.strip()[:1].isdigit() and "[" not in line]
    assert 2 <= len(rows) <= 4
