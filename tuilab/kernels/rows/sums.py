"""Rows of sums, means and products along axes."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.explanations_reductions import multiplied_along
from tuilab.kernels.later import later
from tuilab.kernels.reference import sums as reference

parallel = later("sums")

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
    Sample((Array((3, 50_000), "distinct"),), {"axis": 1}),
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
_UNLIKE = (Invalid((Array((3,)), _X), "needs a gradient of the shape (4, 5)", {"axis": 0}),)
_FACTORS = (
    Sample((_X,), {"axis": 0}),
    Sample((Array((2, 3), "distinct"),)),
    Sample((_X,), {"axis": (0, 2), "keepdims": True}),
    Sample((_X,), {"axis": -1}),
    Sample((Array((), "distinct"),)),
    Sample((Array((400, 3), "positive"),), {"axis": 0}),
    Sample((Array((0, 3)),), {"axis": 0}),
    Sample((Array((3, 300), "positive"),), {"axis": 1}),
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
        _UNLIKE,
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
        _UNLIKE,
    ),
    Operation(
        "prod",
        r"y = \prod_{i} x_i",
        "(...)->(...)",
        reference.prod,
        parallel.prod,
        _FACTORS,
        _NO_AXIS,
        ("prod_gradient(gradient, x, axis, keepdims)",),
        explain=multiplied_along,
    ),
    Operation(
        "prod_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y} \prod_{j \ne i} x_j",
        "(...),(...)->(...)",
        reference.prod_gradient,
        parallel.prod_gradient,
        _BACK,
        _UNLIKE,
    ),
)
