"""Rows of variance and standard deviation."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.later import later
from tuilab.kernels.reference import spread as reference

parallel = later("spread")

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
_ROOT = (
    Sample((Array(()), Array((), "positive"), _X)),
    Sample((Array((4, 5)), Array((4, 5), "positive"), _X), {"axis": 0}),
    Sample((Array((3, 4, 1)), Array((3, 4, 1), "positive"), _X), {"axis": -1, "keepdims": True}),
    Sample((Array((4,)), Array((4,), "positive"), _X), {"axis": (0, 2)}),
)
_ROOT_UNLIKE = (
    Invalid((Array((3,)), Array((4, 5)), _X), "needs a gradient of the shape (4, 5)", {"axis": 0}),
)
_SPREAD = (*_VALID[:6], Sample((_X,), {"axis": 1, "correction": 1}), *_VALID[7:])
_SPREAD_BACK = (*_BACK, Sample((Array((3, 4)), _X), {"axis": 2, "correction": 1}))
_ROOT_BACK = (*_ROOT, Sample((Array((3, 4)), Array((3, 4), "positive"), _X), {"axis": 2, "correction": 1}))

register(
    Operation(
        "variance",
        r"y = \frac{1}{n - \mathrm{correction}} \sum_{i=1}^{n} (x_i - \bar{x})^2",
        "(...)->(...)",
        reference.variance,
        parallel.variance,
        _SPREAD,
        (*_NO_AXIS, Invalid((_X,), "leaves nothing of 5 numbers", {"axis": 2, "correction": 5})),
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
        _UNLIKE,
    ),
    Operation(
        "std",
        r"y = \sqrt{\frac{1}{n - \mathrm{correction}} \sum_{i=1}^{n} (x_i - \bar{x})^2}",
        "(...)->(...)",
        reference.std,
        parallel.std,
        _SPREAD,
        (*_NO_AXIS, Invalid((_X,), "leaves nothing of 5 numbers", {"axis": 2, "correction": 5})),
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
