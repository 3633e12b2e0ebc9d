"""Rows of broadcasting, and of its way back."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import moved, stretched
from tuilab.kernels.later import later
from tuilab.kernels.reference import broadcasting as reference

parallel = later("broadcasting")

register(
    Operation(
        "broadcast_to",
        r"y_{ij} = x_j",
        "(...)->(...)",
        reference.broadcast_to,
        parallel.broadcast_to,
        (
            Sample((Array((4,)),), {"shape": (3, 4)}),
            Sample((Array((3, 1)),), {"shape": (3, 4)}),
            Sample((Array(()),), {"shape": (2, 2)}),
            Sample((Array((2, 1, 3)),), {"shape": (5, 2, 4, 3)}),
        ),
        (
            Invalid((Array((3,)),), "Sizes must be equal", {"shape": (3, 4)}),
            Invalid((Array((3, 4)),), "cannot be repeated", {"shape": (4,)}),
        ),
        ("sum_to(gradient, x)",),
        explain=moved,
    ),
    Operation(
        "sum_to",
        r"y_j = \sum_{i} x_{ij}",
        "(...),(...)->(...)",
        reference.sum_to,
        parallel.sum_to,
        (
            Sample((Array((3, 4)), Array((4,)))),
            Sample((Array((3, 4)), Array((3, 1)))),
            Sample((Array((3, 4)), Array((3, 4)))),
            Sample((Array((2, 3, 4)), Array((1, 3, 1)))),
            Sample((Array((2, 3)), Array(()))),
        ),
        (Invalid((Array((4,)), Array((3, 4))), "is not a shape that was stretched"),),
        explain=stretched,
    ),
)
