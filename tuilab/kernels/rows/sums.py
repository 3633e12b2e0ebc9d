"""Rows of sums, means and products along axes."""

from tuilab.kernels.catalogue import Array, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.explanations_reductions import multiplied_along
from tuilab.kernels.later import later
from tuilab.kernels.reference import sums as reference
from tuilab.kernels.rows.reductions import BACK, NO_AXIS, UNLIKE, VALID, X

parallel = later("sums")

_FACTORS = (
    Sample((X,), {"axis": 0}),
    Sample((Array((2, 3), "distinct"),)),
    Sample((X,), {"axis": (0, 2), "keepdims": True}),
    Sample((X,), {"axis": -1}),
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
        (*VALID, Sample((Array((0, 3)),), {"axis": 0})),
        NO_AXIS,
        ("sum_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("sum"),
    ),
    Operation(
        "sum_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y}",
        "(...),(...)->(...)",
        reference.sum_gradient,
        parallel.sum_gradient,
        BACK,
        UNLIKE,
    ),
    Operation(
        "mean",
        r"y = \frac{1}{n} \sum_{i=1}^{n} x_i",
        "(...)->(...)",
        reference.mean,
        parallel.mean,
        VALID,
        NO_AXIS,
        ("mean_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("mean"),
    ),
    Operation(
        "mean_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{1}{n} \frac{\partial L}{\partial y}",
        "(...),(...)->(...)",
        reference.mean_gradient,
        parallel.mean_gradient,
        BACK,
        UNLIKE,
    ),
    Operation(
        "prod",
        r"y = \prod_{i} x_i",
        "(...)->(...)",
        reference.prod,
        parallel.prod,
        _FACTORS,
        NO_AXIS,
        ("prod_gradient(gradient, x, axis, keepdims)",),
        explain=multiplied_along,
    ),
    Operation(
        "prod_gradient",
        r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y} \prod_{j \ne i} x_j",
        "(...),(...)->(...)",
        reference.prod_gradient,
        parallel.prod_gradient,
        BACK,
        UNLIKE,
    ),
)
