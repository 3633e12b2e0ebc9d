"""The row of running sums."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_reductions import added_until
from tuilab.kernels.later import later
from tuilab.kernels.reference import running as reference

parallel = later("running")

_X = Array((3, 4, 5))

register(
    Operation(
        "cumulative_sum",
        r"y_i = \sum_{j=1}^{i} x_j",
        "(...)->(...)",
        reference.cumulative_sum,
        parallel.cumulative_sum,
        (
            Sample((_X,)),
            Sample((_X,), {"axis": 0}),
            Sample((_X,), {"axis": 1}),
            Sample((Array((7,)),)),
            Sample((Array((0, 3)),), {"axis": 0}),
            Sample((Array((9000, 3)),), {"axis": 0}),
            Sample((Array((3, 50_000)),)),
        ),
        (Invalid((_X,), "axis 3", {"axis": 3}), Invalid((Array(()),), "which has no axes")),
        ("flip(cumulative_sum(flip(gradient, axis), axis), axis)",),
        explain=added_until,
    ),
)
