"""Rows of variance and standard deviation."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.later import later
from tuilab.kernels.reference import spread as reference
from tuilab.kernels.rows.reductions import BACK, NO_AXIS, UNLIKE, VALID, X

parallel = later("spread")

_ROOT = (
    Sample((Array(()), Array((), "positive"), X)),
    Sample((Array((4, 5)), Array((4, 5), "positive"), X), {"axis": 0}),
    Sample((Array((3, 4, 1)), Array((3, 4, 1), "positive"), X), {"axis": -1, "keepdims": True}),
    Sample((Array((4,)), Array((4,), "positive"), X), {"axis": (0, 2)}),
)
_ROOT_UNLIKE = (
    Invalid((Array((3,)), Array((4, 5)), X), "needs a gradient of the shape (4, 5)", {"axis": 0}),
)
_SPREAD = (*VALID[:6], Sample((X,), {"axis": 1, "correction": 1}), *VALID[7:])
_SPREAD_BACK = (*BACK, Sample((Array((3, 4)), X), {"axis": 2, "correction": 1}))
_ROOT_BACK = (*_ROOT, Sample((Array((3, 4)), Array((3, 4), "positive"), X), {"axis": 2, "correction": 1}))

register(
    Operation(
        "variance",
        r"y = \frac{1}{n - \mathrm{correction}} \sum_{i=1}^{n} (x_i - \bar{x})^2",
        "(...)->(...)",
        reference.variance,
        parallel.variance,
        _SPREAD,
        (*NO_AXIS, Invalid((X,), "leaves nothing of 5 numbers", {"axis": 2, "correction": 5})),
        ("variance_gradient(gradient, x, axis, keepdims, correction)",),
        "T. Chan, G. Golub, R. LeVeque, 1983, Algorithms for Computing the Sample Variance",
        explain=reduced("function", "variance({all})"),
    ),
    Operation(
        "variance_gradient",
        r"\frac{\partial L}{\partial x_i} = g \, \frac{2 (x_i - \bar{x})}{n - \mathrm{correction}}",
        "(...),(...)->(...)",
        reference.variance_gradient,
        parallel.variance_gradient,
        _SPREAD_BACK,
        UNLIKE,
    ),
    Operation(
        "std",
        r"y = \sqrt{\frac{1}{n - \mathrm{correction}} \sum_{i=1}^{n} (x_i - \bar{x})^2}",
        "(...)->(...)",
        reference.std,
        parallel.std,
        _SPREAD,
        (*NO_AXIS, Invalid((X,), "leaves nothing of 5 numbers", {"axis": 2, "correction": 5})),
        ("std_gradient(gradient, output, x, axis, keepdims, correction)",),
        "T. Chan, G. Golub, R. LeVeque, 1983, Algorithms for Computing the Sample Variance",
        explain=reduced("function", "sqrt(variance({all}))"),
    ),
    Operation(
        "std_gradient",
        r"\frac{\partial L}{\partial x_i} = g \, \frac{x_i - \bar{x}}{(n - \mathrm{correction}) \, y}",
        "(...),(...),(...)->(...)",
        reference.std_gradient,
        parallel.std_gradient,
        _ROOT_BACK,
        _ROOT_UNLIKE,
    ),
)
