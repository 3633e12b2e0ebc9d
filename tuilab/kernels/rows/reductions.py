"""Rows of the reductions and of broadcasting."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import moved, reduced, stretched
from tuilab.kernels.later import later
from tuilab.kernels.reference import reductions as reference

parallel = later("reductions")

_X = Array((3, 4, 5), "distinct")
_VALID = (
    Sample((_X,)),
    Sample((_X,), {"axis": 0}),
    Sample((_X,), {"axis": -1, "keepdims": True}),
    Sample((_X,), {"axis": (0, 2)}),
    Sample((_X,), {"axis": (1, 2), "keepdims": True}),
    Sample((Array((7,), "distinct"),)),
    Sample((Array((), "distinct"),)),
    Sample((Array((5000, 3), "distinct"),), {"axis": 0}),
    Sample((Array((3, 9000), "distinct"),), {"axis": 1}),
)
_NO_AXIS = (
    Invalid((_X,), "axis 3", {"axis": 3}),
    Invalid((_X,), "names an axis twice", {"axis": (0, 0)}),
)
_BACK = (
    Sample((Array(()), _X)),
    Sample((Array((4, 5)), _X), {"axis": 0}),
    Sample((Array((3, 4, 1)), _X), {"axis": -1, "keepdims": True}),
    Sample((Array((4,)), _X), {"axis": (0, 2)}),
)

register(
    Operation(
        "sum",
        r"y = \sum_{i} x_i",
        "(...)->(...)",
        reference.sum,
        parallel.sum,
        (*_VALID, Sample((Array((0, 3)),), {"axis": 0})),
        _NO_AXIS,
        ("sum_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("sum"),
    ),
    Operation(
        "sum_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y}",
        "(...),(...)->(...)",
        reference.sum_gradient,
        parallel.sum_gradient,
        _BACK,
    ),
    Operation(
        "mean",
        r"y = \frac{1}{n} \sum_{i=1}^{n} x_i",
        "(...)->(...)",
        reference.mean,
        parallel.mean,
        _VALID,
        _NO_AXIS,
        ("mean_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("mean"),
    ),
    Operation(
        "mean_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{1}{n} \frac{\partial L}{\partial y}",
        "(...),(...)->(...)",
        reference.mean_gradient,
        parallel.mean_gradient,
        _BACK,
    ),
    Operation(
        "max",
        r"y = \max_{i} x_i",
        "(...)->(...)",
        reference.max,
        parallel.max,
        _VALID,
        (*_NO_AXIS, Invalid((Array((0, 3)),), "no largest element", {"axis": 0})),
        ("max_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("largest"),
    ),
    Operation(
        "max_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y} \cdot "
        r"\frac{[x_i = y]}{\sum_{j} [x_j = y]}",
        "(...),(...)->(...)",
        reference.max_gradient,
        parallel.max_gradient,
        _BACK,
    ),
    Operation(
        "argmax",
        r"y = \operatorname{argmax}_{i} x_i",
        "(...)->(...)",
        reference.argmax,
        parallel.argmax,
        (Sample((_X,)), Sample((_X,), {"axis": 0}), Sample((Array((7,), "distinct"),))),
        (
            Invalid((_X,), "axis 3", {"axis": 3}),
            Invalid((Array((3, 0)),), "no largest element"),
        ),
        explain=reduced("function", "place of the largest of ({all})"),
    ),
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
