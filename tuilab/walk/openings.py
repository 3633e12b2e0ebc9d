"""What comes before an operation's cells: its shapes; how broadcasting aligns and stretches them; how memory
is read anew."""

from dataclasses import dataclass

import numpy as np

from tuilab.walk.done import Array, Done

Shape = tuple[int, ...]
MOVES = 5
"""Stops in which points move to their new places."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A stop at an operation's beginning, by its name, and what it says."""

    name: str
    says: str
    share: float = 0.0
    """How far what moves has come by then, from 0 to 1."""


VIEWS = frozenset(
    ("reshape", "expand_dims", "squeeze", "transpose", "matrix_transpose", "flip", "slice", "broadcast_to")
)
"""Operations that can answer with the same memory, read in another way."""


def openings(done: Done, moving: bool = False) -> tuple[Opening, ...]:
    """The stops before the first cell; `moving`: with points of the plane on their way."""
    found = _openings(done)
    if moving and (moves_points(done) or done.name == "affine_image"):
        what = "the image" if done.name == "affine_image" else "each point"
        says = f"{what} is on its way to where the operation puts it"
        found += tuple(Opening("move", says, step / MOVES) for step in range(1, MOVES + 1))
    return found


def moves_points(done: Done) -> bool:
    """Whether an operation takes points of the plane to others: (n, 2) to (n, 2)."""
    shapes = [one.shape for one in (*done.inputs[:1], *done.outputs[:1])]
    return len(shapes) == 2 and all(len(one) == 2 and one[1] == 2 and one[0] >= 2 for one in shapes)


def on_its_way(done: Done, share: float) -> Array:
    """The result of an operation that is done by `share`, from 0 to 1: points, or an image."""
    x, y = done.inputs[0], done.outputs[0]
    if done.name != "affine_image" or share >= 1:
        return np.asarray(x + share * (y - x)) if done.name != "affine_image" else y
    _, matrix, offset = done.inputs
    still = np.eye(2)[None]
    return np.asarray(done.row.reference(x, still + share * (matrix - still), share * offset))


def _openings(done: Done) -> tuple[Opening, ...]:
    if broadcasts(done):
        wide = done.outputs[0].shape
        return (
            Opening("align", "the shapes are aligned from the right; sizes must be equal, or one of them 1"),
            Opening("expand", f"every 1, and every missing axis, is stretched until all are {wide}"),
        )
    if done.name in VIEWS:
        return (
            Opening("shapes", f"{_taken(done)} becomes {_given(done)}"),
            Opening("memory", memory_says(done)),
        )
    return (Opening("shapes", f"{done.name} takes {_taken(done)} and gives {_given(done)}"),)


def broadcasts(done: Done) -> bool:
    """Whether the operation is element-wise on inputs of different shapes."""
    alike = done.row.shapes.split("->")[0].split(",")
    return (
        len(done.inputs) > 1
        and set(alike) == {"(...)"}
        and "axis" not in done.options
        and done.name not in ("sum_to", "gather_nd")
        and len({one.shape for one in done.inputs}) > 1
    )


def aligned(shape: Shape, wide: Shape) -> list[int | None]:
    """The sizes of a shape under those of `wide`, from the right; None for an axis that it has not."""
    return [None] * (len(wide) - len(shape)) + list(shape)


def stretches(shape: Shape, wide: Shape) -> list[bool]:
    """For each axis of `wide`, whether an array of `shape` is stretched along it."""
    return [
        own is None or (own == 1 and size != 1) for own, size in zip(aligned(shape, wide), wide, strict=True)
    ]


def strides_in_elements(array: Array) -> tuple[int, ...]:
    """How far apart in memory neighbours along each axis are, in elements."""
    return tuple(stride // array.itemsize for stride in array.strides)


def view(done: Done) -> Array | None:
    """The result as the same memory read anew; None where it must be copied."""
    x = done.inputs[0]
    if done.name in ("reshape", "expand_dims", "squeeze"):
        return np.ascontiguousarray(x).reshape(done.outputs[0].shape)
    with np.errstate(all="ignore"):
        found = np.asarray(done.row.reference(x, **done.given))
    return found if np.shares_memory(found, x) else None


def memory_says(done: Done) -> str:
    """What becomes of the memory."""
    match done.name:
        case "reshape" | "expand_dims" | "squeeze":
            return "the same numbers in the same order in memory; only the strides are new"
        case "transpose" | "matrix_transpose":
            return "the same memory; the strides change places"
        case "broadcast_to":
            return "the same memory; a stride of 0 reads one number again and again"
        case "flip":
            return "the same memory; a negative stride reads it backwards"
    return "the same memory, from another beginning and with other strides"


def _taken(done: Done) -> str:
    return " and ".join(str(one.shape) for one in done.inputs) or "nothing"


def _given(done: Done) -> str:
    return " and ".join(str(one.shape) for one in done.shown)
