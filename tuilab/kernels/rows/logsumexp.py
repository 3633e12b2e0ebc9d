"""Rows of the logarithm of sums of exp."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.later import later
from tuilab.kernels.reference import logsumexp as reference

parallel = later("logsumexp")

_X = Array((3, 4, 5), "distinct")
_LINES = (
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
_LINES_BACK = (
    Sample((Array(()), Array((), "positive"), _X)),
    Sample((Array((4, 5)), Array((4, 5), "positive"), _X), {"axis": 0}),
    Sample((Array((3, 4, 1)), Array((3, 4, 1), "positive"), _X), {"axis": -1, "keepdims": True}),
    Sample((Array((4,)), Array((4,), "positive"), _X), {"axis": (0, 2)}),
)
_UNLIKE = (Invalid((Array((3,)), Array((4, 5)), _X), "needs a gradient of the shape (4, 5)", {"axis": 0}),)

register(
    Operation(
        "logsumexp",
        r"y = \log \sum_{i} e^{x_i}",
        "(...)->(...)",
        reference.logsumexp,
        parallel.logsumexp,
        (*_LINES, Sample((Array((0, 3)),), {"axis": 1})),
        _NO_AXIS,
        ("logsumexp_gradient(gradient, output, x, axis, keepdims)",),
        explain=reduced("function", "log Σ exp({all})"),
    ),
    Operation(
        "logsumexp_gradient",
        r"\frac{\partial L}{\partial x_i} = g \, e^{x_i - y}",
        "(...),(...),(...)->(...)",
        reference.logsumexp_gradient,
        parallel.logsumexp_gradient,
        _LINES_BACK,
        _UNLIKE,
    ),
)
