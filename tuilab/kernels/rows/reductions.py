"""What the rows of reductions share: inputs along every kind of axes, and those that are refused."""

from tuilab.kernels.catalogue import Array, Invalid, Sample

X = Array((3, 4, 5), "distinct")
VALID = (
    Sample((X,)),
    Sample((X,), {"axis": 0}),
    Sample((X,), {"axis": -1, "keepdims": True}),
    Sample((X,), {"axis": (0, 2)}),
    Sample((X,), {"axis": (1, 2), "keepdims": True}),
    Sample((Array((7,), "distinct"),)),
    Sample((Array((), "distinct"),)),
    Sample((Array((5000, 3), "distinct"),), {"axis": 0}),
    Sample((Array((3, 50_000), "distinct"),), {"axis": 1}),
)
NO_AXIS = (
    Invalid((X,), "axis 3", {"axis": 3}),
    Invalid((X,), "names an axis twice", {"axis": (0, 0)}),
)
BACK = (
    Sample((Array(()), X)),
    Sample((Array((4, 5)), X), {"axis": 0}),
    Sample((Array((3, 4, 1)), X), {"axis": -1, "keepdims": True}),
    Sample((Array((4,)), X), {"axis": (0, 2)}),
)
UNLIKE = (Invalid((Array((3,)), X), "needs a gradient of the shape (4, 5)", {"axis": 0}),)
