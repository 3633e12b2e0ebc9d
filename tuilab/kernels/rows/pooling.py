"""Rows of pooling."""

from typing import Any

from tuilab.kernels.catalogue import Array, Invalid, Operation, Sample, register
from tuilab.kernels.explanations_windows import pooled
from tuilab.kernels.later import later
from tuilab.kernels.reference import pooling as reference

parallel = later("pooling")

_OVERLAPPING: dict[str, Any] = {"window": (3, 2), "strides": (2, 1), "padding": ((1, 0), (1, 1))}
_WINDOWS = (
    Sample((Array((1, 4, 6, 3), "distinct"),)),
    Sample((Array((2, 5, 4, 2), "distinct"),), _OVERLAPPING),
    Sample((Array((1, 5, 3, 2), "distinct"),), {"window": 3, "strides": 4, "padding": "same"}),
    Sample((Array((0, 4, 4, 2)),)),
    Sample((Array((40, 13, 13, 35), "distinct"),)),
)
_INVALID = (
    Invalid((Array((4, 5, 3)),), "takes images (batch, height, width, channels). It was given (4, 5, 3)"),
    Invalid((Array((1, 4, 5, 3)),), "a window of 6 x 6 does not fit", {"window": 6}),
    Invalid((Array((1, 4, 5, 3)),), "Expected less than the window", {"padding": ((2, 0), (0, 0))}),
)

register(
    Operation(
        "max_pool2d",
        r"y_{n,r,c,k} = \max_{i,j} x_{n,\, r s + i,\, c s + j,\, k}",
        "(batch,height,width,channels)->(batch,...,channels),(batch,...,channels)",
        reference.max_pool2d,
        parallel.max_pool2d,
        _WINDOWS,
        _INVALID,
        ("max_pool2d_gradient(gradient, output[1], x, window, strides, padding)",),
        kept=1,
        explain=pooled("largest"),
    ),
    Operation(
        "max_pool2d_gradient",
        r"\frac{\partial L}{\partial x_{n,u,v,k}} = \sum_{r,c} \frac{\partial L}{\partial y_{n,r,c,k}} "
        r"\left[ (u, v) \text{ is where } y_{n,r,c,k} \text{ came from} \right]",
        "(batch,rows,columns,channels),(batch,rows,columns,channels),(batch,height,width,channels)"
        "->(batch,height,width,channels)",
        reference.max_pool2d_gradient,
        parallel.max_pool2d_gradient,
        (
            Sample((Array((1, 2, 2, 3)), Array((1, 2, 2, 3), "labels", 4), Array((1, 4, 5, 3)))),
            Sample(
                (Array((2, 2, 5, 2)), Array((2, 2, 5, 2), "labels", 6), Array((2, 5, 4, 2))), _OVERLAPPING
            ),
        ),
    ),
    Operation(
        "average_pool2d",
        r"y_{n,r,c,k} = \frac{1}{|W_{r,c}|} \sum_{(u, v) \in W_{r,c}} x_{n,u,v,k}",
        "(batch,height,width,channels)->(batch,...,channels)",
        reference.average_pool2d,
        parallel.average_pool2d,
        _WINDOWS,
        _INVALID,
        ("average_pool2d_gradient(gradient, x, window, strides, padding)",),
        explain=pooled("mean"),
    ),
    Operation(
        "average_pool2d_gradient",
        r"\frac{\partial L}{\partial x_{n,u,v,k}} = \sum_{r,c \,:\, (u, v) \in W_{r,c}} "
        r"\frac{1}{|W_{r,c}|} \frac{\partial L}{\partial y_{n,r,c,k}}",
        "(batch,rows,columns,channels),(batch,height,width,channels)->(batch,height,width,channels)",
        reference.average_pool2d_gradient,
        parallel.average_pool2d_gradient,
        (
            Sample((Array((1, 2, 2, 3)), Array((1, 4, 5, 3)))),
            Sample((Array((2, 2, 5, 2)), Array((2, 5, 4, 2))), _OVERLAPPING),
        ),
    ),
)
