"""Rows of the largest and the smallest along axes, of their places, and of what is true of any or of all."""

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanation import reduced
from tuilab.kernels.later import later
from tuilab.kernels.reference import extremes as reference
from tuilab.kernels.rows.reductions import BACK, NO_AXIS, UNLIKE, VALID, X

parallel = later("extremes")

_PLACES = (
    Sample((X,)),
    Sample((X,), {"axis": 0}),
    Sample((X,), {"axis": 1, "keepdims": True}),
    Sample((X,), {"axis": None}),
    Sample((Array((7,), "distinct"),)),
    Sample((Array((3, 50_000), "distinct"),)),
)

register(
    Operation(
        "max",
        r"y = \max_{i} x_i",
        "(...)->(...)",
        reference.max,
        parallel.max,
        VALID,
        (*NO_AXIS, Invalid((Array((0, 3)),), "no largest element", {"axis": 0})),
        ("max_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("largest"),
    ),
    Operation(
        "max_gradient",
        (
            r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y} \cdot "
            r"\frac{[x_i = y]}{\sum_{j} [x_j = y]}"
        ),
        "(...),(...)->(...)",
        reference.max_gradient,
        parallel.max_gradient,
        BACK,
        UNLIKE,
    ),
    Operation(
        "min",
        r"y = \min_{i} x_i",
        "(...)->(...)",
        reference.min,
        parallel.min,
        VALID,
        (*NO_AXIS, Invalid((Array((0, 3)),), "no smallest element", {"axis": 0})),
        ("min_gradient(gradient, x, axis, keepdims)",),
        explain=reduced("smallest"),
    ),
    Operation(
        "min_gradient",
        (
            r"\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y} \cdot "
            r"\frac{[x_i = y]}{\sum_{j} [x_j = y]}"
        ),
        "(...),(...)->(...)",
        reference.min_gradient,
        parallel.min_gradient,
        BACK,
        UNLIKE,
    ),
    Operation(
        "argmax",
        r"y = \operatorname{argmax}_{i} x_i",
        "(...)->(...)",
        reference.argmax,
        parallel.argmax,
        _PLACES,
        (
            Invalid((X,), "axis 3", {"axis": 3}),
            Invalid((X,), "looks along one axis", {"axis": (0, 1)}),
            Invalid((Array((3, 0)),), "no largest element"),
        ),
        explain=reduced("function", "place of the largest of ({all})"),
    ),
    Operation(
        "argmin",
        r"y = \operatorname{argmin}_{i} x_i",
        "(...)->(...)",
        reference.argmin,
        parallel.argmin,
        _PLACES,
        (
            Invalid((X,), "axis 3", {"axis": 3}),
            Invalid((X,), "looks along one axis", {"axis": (0, 1)}),
            Invalid((Array((3, 0)),), "no smallest element"),
        ),
        explain=reduced("function", "place of the smallest of ({all})"),
    ),
    Operation(
        "all",
        r"y = \bigwedge_{i} (x_i \ne 0)",
        "(...)->(...)",
        reference.all,
        parallel.all,
        (*VALID, Sample((Array((0, 3)),), {"axis": 0})),
        NO_AXIS,
        explain=reduced("function", "all of ({all}) are not 0"),
    ),
    Operation(
        "any",
        r"y = \bigvee_{i} (x_i \ne 0)",
        "(...)->(...)",
        reference.any,
        parallel.any,
        (*VALID, Sample((Array((0, 3)),), {"axis": 0})),
        NO_AXIS,
        explain=reduced("function", "any of ({all}) is not 0"),
    ),
)
